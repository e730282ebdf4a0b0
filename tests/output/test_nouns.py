"""People may call their things as they like: refused is only what would give two things one name."""

import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import pytest

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.errors import UsageError
from scaffold.features.catalogue import Feature
from scaffold.plan import PlannedFile, WhenPresent
from tests.output.clashes import CHOSEN, NOUNS, Clash, clashes
from tests.output.emissions import catalogue, emit, telling_sets

EVERYTHING = tuple(choice.name for choice in catalogue().addons)
# fmt: off
EVERYDAY_NOUNS = [
    "account", "address", "alert", "amount", "analysis", "annotation", "app", "appointment", "article", "asset",
    "attempt", "audit", "base", "body", "booking", "branch", "cache", "campaign", "card", "cart", "category",
    "channel", "claim", "client", "clock", "column", "comment", "company", "connection", "contact", "contract",
    "cookie", "coupon", "course", "credential", "criterion", "cursor", "customer", "dataset", "date", "day", "deal",
    "delivery", "department", "device", "discount", "document", "employee", "engine", "entry", "error", "event",
    "exchange", "expense", "failure", "feature", "field", "file", "folder", "game", "gift", "grant", "group",
    "guard", "header", "health", "image", "incident", "index", "instant", "invoice", "issuer", "job", "key", "lead",
    "ledger", "lesson", "letter", "limit", "loan", "location", "locker", "measure", "meeting", "member", "message",
    "metric", "milestone", "model", "module", "note", "notification", "offer", "order", "outage", "outbox", "owner",
    "parcel", "part", "partner", "path", "patient", "payment", "permission", "person", "pet", "plan",
    "player", "policy", "position", "post", "principal", "problem", "product", "project", "query", "question",
    "queue", "quote", "rating", "reading", "receipt", "recipe", "record", "reference", "refund", "relay", "rental",
    "report", "request", "reservation", "resource", "response", "review", "role", "room", "route", "row", "rule",
    "sample", "schedule", "season", "seat", "section", "sensor", "service", "session", "setting", "sheet", "shift",
    "shipment", "shop", "sign", "signal", "slot", "source", "stack", "statement", "station", "step", "store",
    "student", "subject", "subscription", "supplier", "survey", "table", "tag", "target", "task", "team",
    "template", "text", "thing", "ticket", "timer", "token", "tool", "track", "transaction", "trip", "unit",
    "upload", "user", "value", "variant", "vehicle", "vendor", "version", "violation", "visit", "voucher", "wallet",
    "warehouse", "window", "worker", "workflow",
]
UPSTREAMS = [
    "accounts", "analytics", "billing", "calendar", "carrier", "catalog", "credit_check", "crm", "customers",
    "directory", "documents", "erp", "exchange_rates", "feature_flags", "files", "fraud", "geocoder", "identity",
    "images", "inventory", "loyalty", "mailer", "media", "messaging", "metrics", "notifications", "payments",
    "recommendations", "reports", "routing", "scoring", "search", "shipping", "sms", "stock", "storage", "tax",
    "ticketing", "translation", "users", "warehouse", "weather",
]
# fmt: on

parses = pytest.mark.skipif(sys.version_info < (3, 12), reason="the emitted code is Python 3.12")


def listed(lines: set[str]) -> str:
    return "\n".join(f"  {line}" for line in sorted(lines))


def reserved_by(feature: Feature) -> set[tuple[str, str]]:
    """Return what a feature reserves because of its own code. Fields are reserved because of libraries as well."""
    reserved = feature.table("reserved")
    return {(role, noun) for role in (*NOUNS, "filters") for noun in reserved.get(role, ()) if not noun.endswith("*")}


@parses
@pytest.mark.parametrize("framework", [choice.name for choice in catalogue().frameworks])
def test_the_features_reserve_the_nouns_that_clash(framework: str) -> None:
    missing = set[str]()
    for features, found in looked_at(framework):
        # An updated resource counts its versions: resource_checks.py refuses a field or reference of that name there.
        fields = {
            (role, name) for role in ("fields", "filters") for name in (*catalogue().reserved_fields(), "version")
        } | {("singulars", "version")}
        reserved = fields.union(*map(reserved_by, features))
        missing |= {
            f"{clash.role}: {clash.noun} ({clash.name} in {clash.place})"
            for clash in found
            if clash[:2] not in reserved
        }

    if missing:
        pytest.fail(
            "reserve in the feature.yaml of what brings the name, or call that something else:\n" + listed(missing)
        )


@parses
def test_the_features_reserve_no_other_nouns() -> None:
    clashing = defaultdict[str, set[tuple[str, str]]](set)
    reserved = dict[str, set[tuple[str, str]]]()
    for choice in catalogue().frameworks:
        for features, found in looked_at(choice.name):
            for feature in features:
                clashing[feature.name] |= {clash[:2] for clash in found}
                reserved[feature.name] = reserved_by(feature)

    in_vain = {f"{name}: {' '.join(noun)}" for name in reserved for noun in reserved[name] - clashing[name]}
    if in_vain:
        pytest.fail("reserved, but nothing is called so any more:\n" + listed(in_vain))


def looked_at(framework: str) -> Iterator[tuple[Sequence[Feature], Collection[Clash]]]:
    """Yield the features of each set that is looked at, and what clashes in it."""
    for addons in telling_sets(framework):
        yield catalogue().features(framework, addons), clashes(emit(CHOSEN, framework, addons))


@parses
@pytest.mark.parametrize(
    ("path", "text", "role", "noun"),
    [
        ("src/a.py", "def zzqa(): ...\nstep = 1\n", "singulars", "step"),
        ("src/a.py", "class ZzqaRow: ...\nclass StockItemRow: ...\n", "singulars", "stock_item"),
        ("src/a.py", "def f(settings):\n    yyqb = settings\n", "plurals", "settings"),
        ("src/a.py", "import jobs\ndef f():\n    yyqb = 1\n    def g():\n        return jobs\n", "plurals", "jobs"),
        ("src/a.py", "class S:\n    yyqb: int\n    def clock(self): ...\n", "plurals", "clock"),
        ("src/a.py", "class S:\n    yyqb: int\n    def f(self):\n        self.relays = 1\n", "plurals", "relays"),
        ("src/a.py", "f(yyqb=1, readiness=2)\n", "plurals", "readiness"),
        ("src/a.py", 'yyqb = get(\'/yyqb\')\nr = get("/callbacks")\ns = get("/yyqb")\n', "plurals", "callbacks"),
        ("src/routes/a.py", "def list_yyqb(): ...\ndef list_views(): ...\n", "plurals", "views"),
        ("tests/a.py", "@pytest.fixture\ndef xxqc(): ...\n@pytest.fixture\ndef client(): ...\n", "upstream", "client"),
        ("migrations/a.py", 'op.create_table("yyqb")\nop.create_table("letters")\n', "plurals", "letters"),
        (".env.example", "# XXQC_URL=\n# REDIS_URL=\n", "upstream", "redis"),
    ],
)
def test_a_noun_clashes_that_names_two_things_in_one_place(path: str, text: str, role: str, noun: str) -> None:
    file = PlannedFile(path, "core", text.encode(), WhenPresent.CONFLICT)

    assert (role, noun) in {clash[:2] for clash in clashes([file])}


@parses
@pytest.mark.parametrize(
    "text",
    [
        "import step\ndef f():\n    zzqa = 1\n",
        "def f():\n    step = 1\ndef g():\n    zzqa = 1\n",
        "class S:\n    zzqa: int\n    def f(self):\n        return step\n",
        "class Zzqa: ...\nSTEP = 1\nstep = 1\n",
    ],
)
def test_one_that_does_not_meet_its_like_clashes_with_nothing(text: str) -> None:
    file = PlannedFile("src/a.py", "core", text.encode(), WhenPresent.CONFLICT)

    assert "step" not in {clash.noun for clash in clashes([file])}


@pytest.mark.parametrize("noun", EVERYDAY_NOUNS)
def test_an_everyday_noun_is_taken(noun: str) -> None:
    assert settle(Request("orders-api", resources=[f"{noun}: stripes:int"]), catalogue()).resource.singular == noun


@pytest.mark.parametrize("name", UPSTREAMS)
def test_so_is_what_a_service_is_called(name: str) -> None:
    asked_for = Request("orders-api", addons=EVERYTHING, resources=["zebra: stripes:int"], options={"upstream": name})

    assert settle(asked_for, catalogue()).options["upstream"] == name


def test_a_service_whose_files_the_resource_has_already_is_refused() -> None:
    nouns = {"upstream": "cached_key"}
    asked_for = Request("orders-api", addons=EVERYTHING, resources=["key/key_client: total:int"], options=nouns)

    with pytest.raises(
        UsageError, match=r'"cached_key", whose tests/integration/test_cached_key_client\.py .* "cached_key_api"'
    ):
        _ = compose(settle(asked_for, catalogue()), catalogue())
