"""Names and resources that a user may choose, of every length and kind."""

import re
from dataclasses import dataclass

Addons = tuple[str, ...]

EVERY_TYPE = ", ".join(
    f"{kind}_{need}:{kind}{mark}"
    for kind in ("str", "text", "int", "decimal", "bool", "date", "datetime", "uuid")
    for need, mark in (("needed", ""), ("spared", "?"))
)
LONGEST_NOUN = "abcdefghijklmnopqrstuvwx"
LONGEST_PLURAL = "zbcdefghijklmnopqrstuvwx"
LONGEST_FIELDS = ", ".join(
    f"{'abcdefghijklmnopqrstuvwxyz_abcdefghijkl'}{n}:{kind}"
    for n, kind in enumerate(("str?", "uuid", "datetime?", "decimal", "bool", "text", "int?"))
)


@dataclass(frozen=True, slots=True)
class Naming:
    """A name and resources that a user may choose, several apart by line ends; "" is none, None what is not said."""

    label: str
    name: str
    resource: str | None
    upstream: str | None = None
    job: str | None = None
    cached: str | None = None
    webhook: str | None = None

    def resources(self, addons: Addons) -> tuple[str, ...]:
        """Return the resources; without a database they have nothing that only a table can hold."""
        specs = self.resource.splitlines() if self.resource else []
        return tuple(spec if "database" in addons else without_tables(spec) for spec in specs)


SEVERAL = (
    "merchant: name:str(1..80) unique, country:enum(CH|DE|AT), remark:text(1..)?; create, get, list, update, delete\n"
    "payment under merchant: amount:decimal(>0), currency:enum(CHF|EUR) = CHF, reference:str(..64)? unique, "
    "pieces:int(1..100)?, settled:bool = false readonly; "
    "create idempotent, get, list by currency, settled, update, delete\n"
    "refund: payment:payment, reason:text(5..500), amount:decimal(12,2,>=0.5), on:date, "
    "status:enum(open|done) = open readonly, fee:decimal(>0) = 1.5 readonly, shipping:decimal = 1.5; "
    "create, get, list by payment, on, delete\n"
    "visit under merchant: seen:bool, cost:decimal(>0), number:int? unique, refund:refund?; get, list by seen, update\n"
    "footprint: visit:visit, on:date; get, list by on"
)
EVERYDAY_FIELDS = (
    "changes:text?, client:str, cursor:str?, domain:str, error:str?, field:int(0..)?, last:bool, page:int, "
    "response:str?, row:int, services:int, session:uuid?, url:str(..99), version:int"
)
SEVERAL_TYPES = (
    "depot/depots: code:uuid, open:bool; create, get, delete\n"
    f"line_item under depot: {EVERY_TYPE}, state:enum(open|closed)?, unique(depot, str_needed); "
    "create, get, list by state, update\n"
    f"trip: depot:depot?, line_item:line_item, limit:int(..10), after:str(..9), {EVERYDAY_FIELDS}; "
    "create, get, list by client, url"
)


def without_tables(spec: str) -> str:
    """Return a resource with nothing in it that needs a database, for one of SEVERAL."""
    spec = re.sub(
        r" under \w+| unique\b(?!\()|, unique\([^)]*\)|, (?:staff )?update\b| idempotent\b| by payment, on", "", spec
    )
    return re.sub(r"(\w+):\1\b(\??)", r"\1_id:uuid\2", re.sub(r":ref\(\w+\)", ":uuid", spec))


LONGEST_UPSTREAM = "ybcdefghijklmnopqrstuvwx"
LONGEST_JOB = "wbcdefghijklmnopqrstuvwx"
LONGEST_WEBHOOK = "xbcdefghijklmnopqrstuvwx"
NAMINGS = (
    Naming("default", "orders-api", None),
    Naming(
        "everyday",
        "orders-api",
        "order: customer_id:uuid, total:decimal, note:str?",
        "billing",
        "make_thumbnails",
        webhook="stripe",
    ),
    Naming("every-type", "zoo", f"animal: {EVERY_TYPE}"),
    Naming(
        "two-words",
        "Billing.Service",
        "line_item: quantity:int",
        "price_list",
        "send_mail,make_thumbnails",
        webhook="github,pay_desk:plain",
    ),
    Naming("all-optional", "notes-2", "memo: body:text?"),
    Naming("shortest", "x1", "ox/oxen: a:bool", "ad"),
    Naming(
        "longest",
        "n" * 40,
        f"{LONGEST_NOUN}/{LONGEST_PLURAL}: {LONGEST_FIELDS}",
        LONGEST_UPSTREAM,
        LONGEST_JOB,
        webhook=LONGEST_WEBHOOK,
    ),
    Naming(
        "several", "ledger-api", SEVERAL, "billing", "make_thumbnails", "merchant,payment", "stripe,acme,billing:plain"
    ),
    Naming(
        "several-types",
        "depots",
        SEVERAL_TYPES,
        "geocoder:key",
        "send_mail,make_thumbnails",
        "line_item",
        "carrier,github,depot_app:stripe",
    ),
    Naming("sorts-last", "zzz", "zebra: stripes:int", "zoo", webhook="zoo"),
    Naming("sorts-first", "aaa", "aardvark: born:date, seen:datetime?", "ace", "act", webhook="ace,acf:github"),
    Naming(
        "by-staff",
        "loans",
        "ward: name:str(1..80) unique; staff create, get, list, staff update\n"
        "device under ward: serial:str(1..40) unique, price:decimal(12,8)?, state:enum(free|lent) = free readonly; "
        "staff create, get, list, staff update, staff delete\n"
        "employee: number:int(1..) unique, wage:decimal(>0)?, ward:ward; staff create, staff update\n"
        "loan under device: borrower:str, until:date, returned:bool = false readonly, employee:employee?; "
        "get, list by until",
        cached="device",
    ),
    Naming("read-only", "rates", "rate by currency: on:date, factor:decimal(>0), currency:enum(CHF|EUR); get, list"),
    Naming("receiver", "payment-hooks", None, "ledger", webhook="stripe,acme"),
    Naming("stateless", "quotes", "", "rates:external"),
)


EVERYDAY = NAMINGS[1]
BY_STAFF = NAMINGS[-4]
"""With an admin, an API that only reads."""
READ_ONLY = NAMINGS[-3]
"""Nothing that clients create; with an admin, staff do."""
RECEIVER = NAMINGS[-2]
"""No resource, where an edge with webhooks does without; elsewhere the default one."""
STATELESS = NAMINGS[-1]
"""No resource, where that can be; elsewhere the default one."""
EVERYTHING = tuple(naming for naming in NAMINGS if naming.label.startswith("several"))
"""Namings whose resources make use of everything that there is."""
TELLING = (EVERYDAY, *EVERYTHING, BY_STAFF, READ_ONLY, RECEIVER, STATELESS)
"""Namings that together meet every condition of a tree or manifest."""
