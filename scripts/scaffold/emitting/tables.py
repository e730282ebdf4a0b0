"""The table of a resource: its indexes, its constraints, and what it means when one of them refuses a row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import md5
from itertools import combinations

from scaffold.asking.english import words
from scaffold.asking.resource import Bounds, Field, Resource
from scaffold.emitting import samples

_LONGEST = 63
"""How many characters of a name PostgreSQL keeps."""
_SHORT = 30
"""How long a name may be for every database that there is."""


def references_of(resource: Resource) -> list[str]:
    """Return the nouns that a resource refers to, without its parent."""
    return [field.target for field in resource.fields if field.target and not resource.is_under(field)]


def targets_of(resource: Resource) -> list[str]:
    """Return the nouns that a resource refers to, each once."""
    return list(dict.fromkeys(field.target for field in resource.fields if field.target))


def referring_to(resource: Resource, resources: Sequence[Resource]) -> list[Resource]:
    """Return the resources that refer to this one."""
    return [other for other in resources if resource.singular in targets_of(other)]


def listings_of(resource: Resource) -> list[list[str]]:
    """Return the columns of the index that each way to list walks."""
    if "list" not in resource.operations:
        return [[f"{resource.parent}_id"]] if resource.parent else []
    lead = [f"{resource.parent}_id"] if resource.parent else []
    return [[*lead, *names, "created_at", "id"] for names in sorted_filters(resource)]


def sorted_filters(resource: Resource) -> list[tuple[str, ...]]:
    """Return each choice of filters whose listing needs an index for its order: with a unique one it finds one row."""
    lead = [f"{resource.parent}_id"] if resource.parent else []
    every = (names for size in range(3) for names in combinations(resource.filters, size))
    return [names for names in every if not any({*lead, *names}.issuperset(one) for one in resource.uniques)]


def is_indexed(name: str, resource: Resource) -> bool:
    """Tell whether an index or a unique constraint begins with a field."""
    begun = [columns[0] for columns in (*listings_of(resource), *resource.uniques)]
    return name in begun


def indexes_of(resource: Resource) -> list[tuple[str, list[str]]]:
    """Return each index by name, with its columns: those of listings, and one for each other reference."""
    alone = [[field.name] for field in resource.fields if field.target and not is_indexed(field.name, resource)]
    every = [*listings_of(resource), *alone]
    return [(constraint_name("ix", resource.plural, *columns), columns) for columns in every]


def short_indexes_of(resource: Resource) -> list[tuple[str, list[str]]]:
    """Return the indexes of listings by names that are short enough for an ORM of every database."""
    return [
        (constraint_name("ix", resource.plural, *columns, longest=_SHORT), columns) for columns in listings_of(resource)
    ]


def refusal_types(resource: Resource) -> list[str]:
    """Return the errors that constraints stand for."""
    return [*(["NotUnique"] if resource.uniques else []), *(["UnknownReference"] if references_of(resource) else [])]


def refusals_of(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield each constraint that may refuse a row, by name, with the domain's error in source text."""
    table, noun = resource.plural, words(resource.singular)
    for fields in resource.uniques:
        listed = ", ".join(f'"{name}"' for name in fields)
        comma = "," if len(fields) == 1 else ""
        yield constraint_name("uq", table, *fields), f'NotUnique("{noun}", ({listed}{comma}))'
    for field in resource.fields:
        if field.target and not resource.is_under(field):
            yield constraint_name("fk", table, field.name), f'UnknownReference("{field.name}")'


def checks_of(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the bounds that the table checks: the name of each, and its condition in SQL as source text."""
    for field in resource.fields:
        column = f'"{field.name}"'
        bounds = column_bounds(field)
        if field.type in {"str", "text"}:
            column = f"char_length({column})"
        if bounds.minimum is not None or bounds.maximum is not None:
            yield field.name, f"'{samples.condition(column, bounds)}'"


def column_bounds(field: Field) -> Bounds:
    """Return the bounds that a column needs a check for: one of a bounded length cannot hold more."""
    return replace(field.bounds, maximum=None) if field.type == "str" else field.bounds


def constraint_name(kind: str, *parts: str, longest: int = _LONGEST) -> str:
    """Return the name that SQLAlchemy gives to a constraint: one too long for PostgreSQL ends with a hash."""
    name = "_".join((kind, *parts))
    if len(name) <= longest:
        return name
    return f"{name[: longest - 8]}_{md5(name.encode(), usedforsecurity=False).hexdigest()[-4:]}"


def foreign_key_name(table: str, column: str, target: str) -> str:
    """Return the name that Django gives to a foreign key: table, column and a hash of both, cut where that is long."""
    digest = md5(f"{table}{column}".encode(), usedforsecurity=False).hexdigest()[:8]
    end = f"{digest}_fk_{target}_id"
    whole = f"{table}_{column}_{end}"
    if len(whole) <= _LONGEST:
        return whole
    end = end[: _LONGEST // 3]
    room = (_LONGEST - len(end)) // 2 - 1
    return f"{table[:room]}_{column[:room]}_{end}"
