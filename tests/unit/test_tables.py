"""What the table of a resource has."""

from scaffold.asking.resources import parse_resource, parse_resources
from scaffold.emitting.tables import listings_of, references_of, refusals_of


def test_a_listing_that_finds_a_row_at_most_has_no_index_beside_the_unique_one() -> None:
    resource = parse_resource("loan by code by day by room: code:str unique, day:date, room:str, unique(day, room)")

    assert listings_of(resource) == [
        ["created_at", "id"],
        ["day", "created_at", "id"],
        ["room", "created_at", "id"],
    ]


def test_a_reference_to_the_noun_of_the_parent_by_another_name_is_like_any_other() -> None:
    _, resource = parse_resources(["supplier: name:str", "contract under supplier: payer:supplier?, code:str"])

    assert references_of(resource) == ["supplier"]
    assert list(refusals_of(resource)) == [("fk_contracts_payer_id", 'UnknownReference("payer_id")')]
    assert [field.name for field in resource.fields if resource.is_under(field)] == ["supplier_id"]
