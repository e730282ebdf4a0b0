"""The resources of a backend, read from all its `--resource`, or refused with every problem of every one at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scaffold.asking.english import quoted
from scaffold.asking.noun_checks import Surroundings, classes_of
from scaffold.asking.resource import Resource
from scaffold.asking.resource_checks import Neighbours, problems_of
from scaffold.asking.resource_meaning import resource_of
from scaffold.asking.resource_spec import read_words
from scaffold.errors import Problem, UsageError

MAX_RESOURCES = 40
_WHERE = "--resource"
_NOWHERE = Surroundings()


def parse_resource(spec: str, around: Surroundings = _NOWHERE) -> Resource:
    """Read one `spec`, or raise a UsageError with all its problems."""
    return parse_resources([spec], around)[0]


def parse_resources(specs: Sequence[str], around: Surroundings = _NOWHERE) -> tuple[Resource, ...]:
    """Read `specs`, each of which may refer to those before it, or raise a UsageError with all their problems."""
    words = [read_words(spec) for spec in specs]
    nouns = [one.singular for one in words]
    resources = [resource_of(one, nouns[:number]) for number, one in enumerate(words)]
    problems = [*_too_many(specs)]
    taken: dict[str, str] = {}
    for number, (said, resource) in enumerate(zip(words, resources, strict=True)):
        near = Neighbours(earlier=nouns[:number], later=nouns[number + 1 :])
        found = problems_of(said, resource, near, replace(around, taken=dict(taken)))
        problems += [Problem(_WHERE, _of(resource, message, specs)) for message in found]
        taken = {**_classes(resource), **taken}
    if problems:
        raise UsageError(problems)
    return tuple(resources)


def _too_many(specs: Sequence[str]) -> Iterator[Problem]:
    if len(specs) > MAX_RESOURCES:
        yield Problem(_WHERE, f"got {len(specs)} of them; expected at most {MAX_RESOURCES}")


def _classes(resource: Resource) -> dict[str, str]:
    """Return the classes of a resource in lower case, each with its noun; none of one whose nouns cannot be any."""
    if not re.fullmatch("[a-z][a-z0-9_]*/[a-z][a-z0-9_]*", f"{resource.singular}/{resource.plural}"):
        return {}
    return {name.lower(): resource.singular for name in classes_of(resource)}


def _of(resource: Resource, message: str, specs: Sequence[str]) -> str:
    """Say beside several which one a problem is about."""
    return f"{quoted(resource.singular)}: {message}" if len(specs) > 1 else message
