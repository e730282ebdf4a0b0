"""Backends as they come off the templates: which sets of add-ons are looked at, and with which names."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import combinations, count
from math import comb
from pathlib import Path

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.emitting.resources import uses
from scaffold.features.catalogue import Catalogue, load, options_of, tags_of
from scaffold.features.conditions import holds
from scaffold.plan import PlannedFile
from tests.output.namings import EVERYDAY, NAMINGS, TELLING, Addons, Naming
from tests.resource_specs import created_by_staff, without_staff


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
    known = {feature.name for feature in catalogue().everything}
    there = [feature.name for feature in catalogue().features(framework, addons_of(framework))]
    always = (feature.name for feature in catalogue().features(framework, ()))
    never = {*(known - {*there}), *(f"!{name}" for name in always)}
    for name in there:
        folder = catalogue().feature(name).folder
        yield from ((name, path.stem) for path in sorted(folder.glob("*@*")) if never.isdisjoint(path.stem.split("@")))


def meets(condition: tuple[str, str], framework: str, addons: Addons) -> bool:
    """Tell whether a tree or manifest counts in the backend with these add-ons."""
    owner, name = condition
    features = catalogue().features(framework, addons)
    said = [(option, f"x:{kind}" if kind else "x") for option in options_of(features) for kind in option.kinds or [""]]
    options = {tag for option, value in said for tag in option.tags(value)}
    used = [uses_beside(naming, framework, addons) for naming in TELLING]
    tags = (tags_of(features, given, some) for given in ((), options) for some in used)
    return owner in tags_of(features) and any(holds(name, some) for some in tags)


@cache
def uses_beside(naming: Naming, framework: str, addons: Addons) -> frozenset[str]:
    """Return what the resources of a naming make use of beside these add-ons."""
    return uses(settle(request_for(naming, framework, addons), catalogue()).resources)


@cache
def telling_sets(framework: str) -> tuple[Addons, ...]:
    """Return sets in which every two add-ons meet in each way, the bare one, and one for each condition not yet met.

    The first has every add-on. An option is given with every set whose add-ons have it, by the namings that have a
    value for it.
    """
    sets = [*covering(addons_of(framework)), ()]
    for condition in conditions(framework):
        if not any(meets(condition, framework, addons) for addons in sets):
            smallest_first = all_sets(framework)
            sets += [addons for addons in smallest_first if meets(condition, framework, addons)][:1]
    return tuple(dict.fromkeys(sets))


def telling_backends() -> list[tuple[str, Addons]]:
    return [(framework, addons) for framework in frameworks() for addons in telling_sets(framework)]


def with_names(backends: Sequence[tuple[str, Addons]]) -> list[tuple[Naming, str, Addons]]:
    """Return these backends with everyday names, and the one of each framework that has most with all other names."""
    fullest = {framework: max((of for name, of in backends if name == framework), key=len) for framework, _ in backends}
    others = [naming for naming in NAMINGS if naming is not EVERYDAY]
    everyday = [(EVERYDAY, framework, addons) for framework, addons in backends]
    return everyday + [(naming, framework, addons) for framework, addons in fullest.items() for naming in others]


def label(framework: str, addons: Addons) -> str:
    return "-".join([framework, *addons])


@lru_cache(maxsize=128)
def emit(naming: Naming, framework: str, addons: Addons) -> tuple[PlannedFile, ...]:
    return compose(settle(request_for(naming, framework, addons), catalogue()), catalogue())


def can_store_nothing(framework: str, addons: Addons) -> bool:
    return not any("resource_needed" in feature.manifest for feature in catalogue().features(framework, addons))


def request_for(naming: Naming, framework: str, addons: Addons) -> Request:
    offered = {option for name in (framework, *addons) for option in catalogue().feature(name).table("options")}
    given = {"upstream": naming.upstream, "job": naming.job, "cached": naming.cached, "webhook": naming.webhook}
    specs = naming.resources(addons)
    fitting = created_by_staff if framework == "django" else without_staff
    nothing_said = naming.resource is None or (naming.resource == "" and not can_store_nothing(framework, addons))
    return Request(
        name=naming.name,
        framework=framework,
        addons=addons,
        resources=None if nothing_said else [*map(fitting, specs)],
        options={option: value for option, value in given.items() if value and option in offered},
    )


def texts(files: tuple[PlannedFile, ...]) -> dict[str, str]:
    return {file.path: file.content.decode() for file in files}


def put_down(files: tuple[PlannedFile, ...], target: Path) -> Path:
    for file in files:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return target
