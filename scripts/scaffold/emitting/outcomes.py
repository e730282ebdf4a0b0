"""What can go wrong with each operation: the errors of the domain, and the statuses of responses."""

from collections.abc import Sequence

from scaffold.asking.resource import Resource
from scaffold.emitting.tables import references_of


def errors_of(resource: Resource, *, referred: bool) -> dict[str, list[str]]:
    """Return the errors of each operation of the port, and of updating as a use case."""
    unique = ["NotUnique"] if resource.uniques else []
    unknown = ["UnknownReference"] if references_of(resource) else []
    parent = ["NotFound"] if resource.parent else []
    written = [*unique, *unknown]
    return {
        "add_errors": [*parent, *written],
        "update_errors": [*parent, "VersionMismatch", *written] if written else ["VersionMismatch"],
        "service_update_errors": ["NotFound", "VersionMismatch", *written],
        "delete_errors": ["NotFound", *(["StillReferenced"] if referred else [])],
    }


def statuses_of(resource: Resource, *, referred: bool) -> dict[str, list[int]]:
    """Return the statuses that each operation may answer with beside those of any operation."""
    parent = {404} if resource.parent else set[int]()
    unique = {409} if resource.uniques else set[int]()
    return {
        "create_statuses": sorted({408, 413} | parent | unique),
        "update_statuses": sorted({404, 408, 412, 413, 428} | unique),
        "delete_statuses": sorted({404} | ({409} if referred else set())),
    }


def domain_errors(found: frozenset[str]) -> list[str]:
    """Return the errors beside NotFound that use cases return, from what the resources make use of."""
    of_use = {
        "+unique": "NotUnique",
        "+reference": "UnknownReference",
        "+referenced": "StillReferenced",
        "+update": "VersionMismatch",
    }
    return [error for use, error in of_use.items() if use in found]


def result_type(value: str, errors: Sequence[str]) -> str:
    """Return the type of an outcome: the value itself where nothing can go wrong."""
    return f"Result[{value}, {' | '.join(errors)}]" if errors else value
