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
    upstream: str | None = None


LONGEST_UPSTREAM = "ybcdefghijklmnopqrstuvwx"
NAMINGS = (
    Naming("default", "orders-api", None),
    Naming("everyday", "orders-api", "order: customer_id:uuid, total:decimal, note:str?"),
    Naming("every-type", "zoo", f"animal: {EVERY_TYPE}"),
    Naming("two-words", "Billing.Service", "line_item: quantity:int", "price_list"),
    Naming("all-optional", "notes-2", "memo: body:text?"),
    Naming("shortest", "x1", "ox/oxen: a:bool", "ad"),
    Naming("longest", "n" * 40, f"{LONGEST_NOUN}/{LONGEST_PLURAL}: {LONGEST_FIELDS}", LONGEST_UPSTREAM),
    Naming("sorts-last", "zzz", "zebra: stripes:int", "zoo"),
    Naming("sorts-first", "aaa", "aardvark: born:date, seen:datetime?", "ace"),
)


EVERYDAY = NAMINGS[1]


@cache
def catalogue() -> Catalogue:
    return load()


def combinations_of_addons() -> list[tuple[str, ...]]:
    names = [choice.name for choice in catalogue().addons]
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]


def telling_combinations() -> list[tuple[str, ...]]:
    """Bare, each add-on alone, all but each, and all: with every one of them every line of a template meets a name."""
    names = [choice.name for choice in catalogue().addons]
    alone = [(name,) for name in names]
    without = [tuple(other for other in names if other != name) for name in names]
    return list(dict.fromkeys([(), *alone, *without, tuple(names)]))


@cache
def emit(naming: Naming, framework: str, addons: tuple[str, ...]) -> tuple[PlannedFile, ...]:
    asked_for = any("upstream" in catalogue().feature(addon).entries("options") for addon in addons)
    request = Request(
        name=naming.name,
        framework=framework,
        addons=addons,
        resource=naming.resource,
        upstream=naming.upstream if asked_for else None,
    )
    return compose(settle(request, catalogue()), catalogue())


def put_down(files: tuple[PlannedFile, ...], target: Path) -> Path:
    for file in files:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return target
