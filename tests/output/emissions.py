"""Backends as they come off the templates: which sets of add-ons are looked at, with names of every length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, count
from math import comb
from pathlib import Path

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.features.catalogue import CORE, Catalogue, load, tags_of
from scaffold.features.conditions import holds
from scaffold.plan import PlannedFile

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
    """A name and a resource that a user may choose."""

    label: str
    name: str
    resource: str | None
    upstream: str | None = None
    job: str | None = None


LONGEST_UPSTREAM = "ybcdefghijklmnopqrstuvwx"
LONGEST_JOB = "wbcdefghijklmnopqrstuvwx"
NAMINGS = (
    Naming("default", "orders-api", None),
    Naming("everyday", "orders-api", "order: customer_id:uuid, total:decimal, note:str?", "billing", "make_thumbnails"),
    Naming("every-type", "zoo", f"animal: {EVERY_TYPE}"),
    Naming("two-words", "Billing.Service", "line_item: quantity:int", "price_list", "send_mail,make_thumbnails"),
    Naming("all-optional", "notes-2", "memo: body:text?"),
    Naming("shortest", "x1", "ox/oxen: a:bool", "ad"),
    Naming("longest", "n" * 40, f"{LONGEST_NOUN}/{LONGEST_PLURAL}: {LONGEST_FIELDS}", LONGEST_UPSTREAM, LONGEST_JOB),
    Naming("sorts-last", "zzz", "zebra: stripes:int", "zoo"),
    Naming("sorts-first", "aaa", "aardvark: born:date, seen:datetime?", "ace", "act"),
)


EVERYDAY = NAMINGS[1]


@cache
def catalogue() -> Catalogue:
    return load()


def frameworks() -> list[str]:
    return [choice.name for choice in catalogue().frameworks]


def addons_of(framework: str) -> Addons:
    """Return the add-ons that a framework can have, in the order of the catalogue."""
    names = (choice.name for choice in catalogue().addons)
    return tuple(name for name in names if framework in catalogue().feature(name).entries("frameworks"))


def all_sets(framework: str) -> list[Addons]:
    names = addons_of(framework)
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]


def covering(names: Sequence[str]) -> list[Addons]:
    """Return few sets, the first with all names, in which every two names meet, miss each other, and stand alone.

    Each name is in the first set and in a choice of the others that no other name has, and all choices have the same
    size: so of two names each is somewhere without the other. A choice is less than half, so both miss some set.
    No smaller number of sets does it (Kleitman and Spencer, 1973): six for up to ten names, seven for up to fifteen.
    """
    others = next(n for n in count(3) if comb(n, (n - 1) // 2) >= len(names))
    choices = dict(zip(names, combinations(range(others), (others - 1) // 2), strict=False))
    return [tuple(names), *(tuple(name for name in names if n in choices[name]) for n in range(others))]


def conditions(framework: str) -> Iterator[tuple[str, str]]:
    """Yield every name of a tree or manifest that counts under conditions only, with the feature that it belongs to."""
    for name in (CORE, framework, *catalogue().parts, *addons_of(framework)):
        yield from ((name, path.stem) for path in sorted(catalogue().feature(name).folder.glob("*@*")))


def meets(condition: tuple[str, str], framework: str, addons: Addons) -> bool:
    """Tell whether a tree or manifest counts in the backend with these add-ons."""
    owner, name = condition
    features = catalogue().features(framework, addons)
    options = {option for feature in features for option in feature.table("options")}
    return owner in tags_of(features) and any(holds(name, tags_of(features, given)) for given in ((), options))


@cache
def telling_sets(framework: str) -> tuple[Addons, ...]:
    """Return sets in which every two add-ons meet in each way, the bare one, and one for each condition not yet met.

    An option is given with every set whose add-ons have it, by the namings that have a value for it.
    """
    names = addons_of(framework)
    sets = [*covering(names), ()]
    for condition in conditions(framework):
        if not any(meets(condition, framework, addons) for addons in sets):
            sets.append(tuple(name for name in names if f"!{name}" not in condition[1].split("@")))
    return tuple(dict.fromkeys(sets))


def telling_backends() -> list[tuple[str, Addons]]:
    return [(framework, addons) for framework in frameworks() for addons in telling_sets(framework)]


def label(framework: str, addons: Addons) -> str:
    return "-".join([framework, *addons])


@lru_cache(maxsize=128)
def emit(naming: Naming, framework: str, addons: Addons) -> tuple[PlannedFile, ...]:
    offered = {option for addon in addons for option in catalogue().feature(addon).table("options")}
    given = {"upstream": naming.upstream, "job": naming.job}
    request = Request(
        name=naming.name,
        framework=framework,
        addons=addons,
        resources=() if naming.resource is None else (naming.resource,),
        options={option: value for option, value in given.items() if value and option in offered},
    )
    return compose(settle(request, catalogue()), catalogue())


def texts(files: tuple[PlannedFile, ...]) -> dict[str, str]:
    return {file.path: file.content.decode() for file in files}


def put_down(files: tuple[PlannedFile, ...], target: Path) -> Path:
    for file in files:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return target
