"""What the table of a resource has."""

from scaffold.asking.resources import parse_resource
from scaffold.emitting.tables import listings_of


def test_a_listing_that_finds_a_row_at_most_has_no_index_beside_the_unique_one() -> None:
    resource = parse_resource("loan by code by day by room: code:str unique, day:date, room:str, unique(day, room)")

    assert listings_of(resource) == [
        ["created_at", "id"],
        ["day", "created_at", "id"],
        ["room", "created_at", "id"],
    ]
