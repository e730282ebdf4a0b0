"""The options of bootstrap.py that features declare: what was said for them, checked as the nouns that they are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold.asking.english import quoted
from scaffold.asking.names import class_name, noun_objections, package_name
from scaffold.asking.noun_checks import classes_of
from scaffold.asking.resource import Resource
from scaffold.errors import Problem, did_you_mean
from scaffold.features.catalogue import Catalogue, Option


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a backend has already, beside those that a feature reserves."""

    package: str
    resources: Sequence[Resource]
    distributions: Collection[str]


def settle_options(
    said: Mapping[str, str], chosen: Collection[str], names: Names, catalogue: Catalogue
) -> tuple[dict[str, str], list[Problem]]:
    """Return the value of every option that was given, and all that is wrong with what was said."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for option in catalogue.options:
        if option.name not in said:
            continue
        if option.feature in chosen and not option.several and "," in said[option.name]:
            count = said[option.name].count(",") + 1
            problems.append(Problem(f"--{option.name}", f"got {count} of them; expected one, {option.expected}"))
        elif option.feature in chosen:
            named = option.named(said[option.name].replace("-", "_"))
            values[option.name] = option.spelled(named)
            problems += _no_kinds(option, [kind for _, kind in named])
            nouns = [noun for noun, _ in named]
            reserved = catalogue.reserved(option.name)
            problems += _not_resources(option, nouns, names) if option.of else _problems(option, nouns, names, reserved)
        else:
            got = f"got {quoted(said[option.name])}, and nothing that takes it"
            beside = f"--{'framework' if catalogue.is_framework(option.feature) else 'with'} {option.feature}"
            problems.append(Problem(f"--{option.name}", f"{got}; expected it beside {beside} only"))
    return values, problems


def _problems(option: Option, nouns: Sequence[str], names: Names, reserved: Collection[str]) -> Iterator[Problem]:
    for number, value in enumerate(nouns):
        twice = ["which was given already"] if value in nouns[:number] else []
        for objection in (*noun_objections(value, reserved), *_clashes(value, names), *twice):
            yield Problem(f"--{option.name}", f"got {quoted(value)}, {objection}; expected {option.expected}")


def _no_kinds(option: Option, kinds: Iterable[str]) -> Iterator[Problem]:
    for kind in kinds:
        if option.kinds and kind not in option.kinds:
            expected = f"expected one of {', '.join(option.kinds)}{did_you_mean(kind, [*option.kinds])}"
            yield Problem(f"--{option.name}", f"got {quoted(kind)} behind a colon; {expected}")


def _not_resources(option: Option, nouns: Sequence[str], names: Names) -> Iterator[Problem]:
    """Say which nouns are those of no resource that clients read.

    Where the resources are refused themselves, nothing can be said.
    """
    known = [resource.singular for resource in names.resources if "get" in resource.operations]
    for number, value in enumerate(nouns):
        if known and value not in known:
            expected = f"expected {option.expected}: {', '.join(known)}{did_you_mean(value, known)}"
            yield Problem(f"--{option.name}", f"got {quoted(value)}, the noun of no --resource with get; {expected}")
        elif value in nouns[:number]:
            yield Problem(f"--{option.name}", f"got {quoted(value)}, which was given already; expected it once")


def _clashes(value: str, names: Names) -> Iterator[str]:
    if value == names.package:
        yield "the name of this service itself"
    if value in {package_name(other) for other in names.distributions}:
        yield "a package the backend depends on"
    for resource in names.resources:
        if class_name(value).lower() in {name.lower() for name in classes_of(resource)}:
            yield f'which the resource "{resource.singular}" has already'
