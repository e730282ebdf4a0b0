"""Whatever people call their things, no name made of it is one that the emitted code has for something else."""

import re
from functools import cache

import pytest

from scaffold.answers import Request, settle
from scaffold.compose import compose
from scaffold.errors import UsageError
from scaffold.resource import parse_resource
from tests.output.emissions import Naming, catalogue, emit

EVERYTHING = tuple(choice.name for choice in catalogue().addons)
# fmt: off
NOUNS = [
    "account", "address", "alert", "appointment", "article", "asset", "attempt", "booking", "branch", "campaign",
    "card", "cart", "category", "channel", "claim", "comment", "company", "contact", "contract", "coupon", "course",
    "customer", "dataset", "deal", "delivery", "department", "device", "discount", "document", "employee", "event",
    "exchange", "expense", "failure", "feature", "file", "folder", "game", "gift", "grant", "group", "image",
    "incident", "invoice", "lead", "ledger", "lesson", "letter", "loan", "locker", "measure", "meeting", "member",
    "message", "metric", "milestone", "model", "module", "note", "notification", "offer", "order", "outage",
    "owner", "parcel", "part", "partner", "patient", "payment", "permission", "person", "pet", "player", "policy",
    "post", "product", "project", "question", "quote", "rating", "reading", "receipt", "recipe", "record", "refund",
    "rental", "report", "reservation", "resource", "review", "role", "room", "route", "rule", "sample", "schedule",
    "season", "seat", "sensor", "shift", "shipment", "shop", "sign", "signal", "slot", "source", "station", "store",
    "student", "subject", "subscription", "supplier", "survey", "tag", "target", "task", "team", "template",
    "thing", "ticket", "timer", "tool", "track", "transaction", "trip", "unit", "upload", "user", "variant",
    "vehicle", "vendor", "version", "violation", "visit", "voucher", "wallet", "warehouse", "window", "workflow",
]
# fmt: on
# Names of something else too, but never where both are meant.
HARMLESS = ["cookie", "entry", "location", "plan"]


@cache
def places() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """Return each module with the names in it that are made of the noun, and all others; likewise the paths."""
    files = emit(Naming("neutral", "orders-api", "zebra: stripes:int"), "fastapi", EVERYTHING)
    sources = [file for file in files if file.path.endswith(".py")]
    found = [("paths", frozenset(file.path for file in files))]
    found += [(file.path, names_in(file.content.decode())) for file in sources]
    return tuple((place, *parted(names)) for place, names in found)


def parted(names: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    made = frozenset(name for name in names if "zebra" in name.lower())
    return made, names - made


def names_in(source: str) -> frozenset[str]:
    """Return all names but attributes and keywords; by sight, as an older Python cannot parse what is emitted."""
    code = re.sub(r'""".*?"""|#[^\n]*|"[^"\n]*"', "", source, flags=re.DOTALL)
    return frozenset(re.findall(r"(?<![.\w])[A-Za-z_]\w*+(?!=\S)", code))


def clashes(noun: str) -> set[tuple[str, str]]:
    resource = parse_resource(f"{noun}: stripes:int")

    def renamed(name: str) -> str:
        forms = (resource.plural_class_name, resource.plural, resource.class_name, resource.singular)
        for neutral, form in zip(("Zebras", "zebras", "Zebra", "zebra"), forms, strict=True):
            name = name.replace(neutral, form)
        return name

    return {(place, renamed(name)) for place, made, others in places() for name in made if renamed(name) in others}


@pytest.mark.parametrize("noun", NOUNS)
def test_an_everyday_noun_is_the_name_of_nothing_else(noun: str) -> None:
    assert clashes(noun) == set()


@pytest.mark.parametrize("noun", HARMLESS)
def test_one_that_is_has_been_looked_at(noun: str) -> None:
    assert clashes(noun)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (
            Request("orders-api", resource="cable/wire: length:int"),
            r'--resource: got plural "wire", whose tests/fixtures/wire\.py .* "cable_entry"',
        ),
        (
            Request("orders-api", addons=["http-client"], upstream="middleware"),
            r'--upstream: got "middleware", whose tests/integration/test_middleware\.py .* "middleware_api"',
        ),
    ],
)
def test_a_name_whose_files_are_there_for_something_else_is_refused(request_: Request, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        _ = compose(settle(request_, catalogue()), catalogue())
