"""Backends as they come off the templates: every combination that exists, with names of every length."""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from scaffold.answers import Request, settle
from scaffold.catalogue import Catalogue, load
from scaffold.compose import compose
from scaffold.plan import PlannedFile

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
    """A name and a resource that a user may choose."""

    label: str
    name: str
    resource: str | None


NAMINGS = (
    Naming("default", "orders-api", None),
    Naming("everyday", "orders-api", "order: customer_id:uuid, total:decimal, note:str?"),
    Naming("every-type", "zoo", f"animal: {EVERY_TYPE}"),
    Naming("two-words", "Billing.Service", "line_item: quantity:int"),
    Naming("all-optional", "notes-2", "memo: body:text?"),
    Naming("shortest", "x1", "ox/oxen: a:bool"),
    Naming("longest", "n" * 40, f"{LONGEST_NOUN}/{LONGEST_PLURAL}: {LONGEST_FIELDS}"),
    Naming("sorts-last", "zzz", "zebra: stripes:int"),
    Naming("sorts-first", "aaa", "aardvark: born:date, seen:datetime?"),
)


EVERYDAY = NAMINGS[1]


@cache
def catalogue() -> Catalogue:
    return load()


def combinations_of_addons() -> list[tuple[str, ...]]:
    names = [choice.name for choice in catalogue().addons]
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]


def emit(naming: Naming, framework: str, addons: tuple[str, ...]) -> tuple[PlannedFile, ...]:
    request = Request(name=naming.name, framework=framework, addons=addons, resource=naming.resource)
    return compose(settle(request, catalogue()), catalogue())


def put_down(files: tuple[PlannedFile, ...], target: Path) -> Path:
    for file in files:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return target
