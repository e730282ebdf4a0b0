"""The other service that a backend calls, named by `--upstream`: a noun, as one says it of a service."""

from collections.abc import Collection, Iterator

from scaffold.english import quoted
from scaffold.errors import Problem
from scaffold.names import class_name, classes_for, noun_objections, package_name
from scaffold.resource import Resource

OPTION = "upstream"
DEFAULT_UPSTREAM = "pricing"


def check_upstream(
    name: str, package: str, resource: Resource | None, distributions: Collection[str], reserved: Collection[str]
) -> list[Problem]:
    """All that is wrong with `name`, in a backend that is called `package` and is about `resource`."""
    others = frozenset(package_name(other) for other in distributions)
    objections = [*noun_objections(name, reserved), *_clashes(name, package, resource, others)]
    expected = 'expected a noun for a service, such as "billing" or "geocoder"'
    return [Problem("--upstream", f"got {quoted(name)}, {objection}; {expected}") for objection in objections]


def _clashes(name: str, package: str, resource: Resource | None, others: Collection[str]) -> Iterator[str]:
    if name == package:
        yield "the name of this service itself"
    if name in others:
        yield "a package the backend depends on"
    if resource and class_name(name).lower() in _classes_of(resource):
        yield "which the resource has already"


def _classes_of(resource: Resource) -> frozenset[str]:
    return frozenset(name.lower() for name in (*classes_for(resource.singular), resource.plural_class_name))
