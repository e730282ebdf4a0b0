"""Whatever people call their things, no name made of it is one that the emitted code has for something else."""

import re
from collections.abc import Mapping
from functools import cache

import pytest

from scaffold.answers import Request, settle
from scaffold.compose import compose
from scaffold.errors import UsageError
from scaffold.names import class_name
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
UPSTREAMS = [
    "accounts", "analytics", "billing", "calendar", "carrier", "catalog", "credit_check", "crm", "customers",
    "directory", "documents", "erp", "exchange_rates", "feature_flags", "files", "fraud", "geocoder", "identity",
    "images", "inventory", "loyalty", "mailer", "media", "messaging", "metrics", "notifications", "payments",
    "recommendations", "reports", "routing", "scoring", "search", "shipping", "sms", "stock", "storage", "tax",
    "ticketing", "translation", "users", "warehouse", "weather",
]
# fmt: on
# Names of something else too, but never where both are meant.
HARMLESS = ["cookie", "entry", "location", "plan"]


@cache
def places() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return each module with the names in it; likewise the paths."""
    naming = Naming("neutral", "orders-api", "zebra: stripes:int", "quagga")
    files = emit(naming, "fastapi", EVERYTHING)
    sources = [file for file in files if file.path.endswith(".py")]
    paths = ("paths", frozenset(file.path for file in files))
    return (paths, *((file.path, names_in(file.content.decode())) for file in sources))


def names_in(source: str) -> frozenset[str]:
    """Return all names but attributes and keywords; by sight, as an older Python cannot parse what is emitted."""
    code = re.sub(r'""".*?"""|#[^\n]*|"[^"\n]*"', "", source, flags=re.DOTALL)
    return frozenset(re.findall(r"(?<![.\w])[A-Za-z_]\w*+(?!=\S)", code))


def clashes(neutral: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return where a name that is made of a neutral word becomes one that is there, once the words are these."""

    def renamed(name: str) -> str:
        for word, instead in neutral.items():
            name = name.replace(word, instead)
        return name

    made = [(place, renamed(name), names) for place, names in places() for name in names if renamed(name) != name]
    assert made
    return {(place, name) for place, name, names in made if name in names}


def clashes_of_noun(noun: str) -> set[tuple[str, str]]:
    named = parse_resource(f"{noun}: stripes:int")
    forms = (named.plural_class_name, named.plural, named.class_name, named.singular)
    return clashes(dict(zip(("Zebras", "zebras", "Zebra", "zebra"), forms, strict=True)))


@pytest.mark.parametrize("noun", NOUNS)
def test_an_everyday_noun_is_the_name_of_nothing_else(noun: str) -> None:
    assert clashes_of_noun(noun) == set()


@pytest.mark.parametrize("name", UPSTREAMS)
def test_so_is_what_a_service_is_called(name: str) -> None:
    asked_for = Request("orders-api", addons=EVERYTHING, resource="zebra: stripes:int", upstream=name)

    assert settle(asked_for, catalogue()).upstream == name
    assert clashes({"QUAGGA": name.upper(), "Quagga": class_name(name), "quagga": name}) == set()


@pytest.mark.parametrize("noun", HARMLESS)
def test_one_that_is_has_been_looked_at(noun: str) -> None:
    assert clashes_of_noun(noun)


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
