"""The values that templates render a resource from: its names, its fields, what it needs of other resources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import md5
from itertools import combinations
from typing import Any

from scaffold.asking.english import a, words
from scaffold.asking.limits import has_many_values, lengths
from scaffold.asking.names import class_name
from scaffold.asking.resource import Bounds, Field, Resource
from scaffold.emitting import samples

_PLAIN_PLACES = 6
"""Up to how many decimal places Python writes every decimal without an exponent."""
_LONGEST = 63
"""How many characters of a name PostgreSQL keeps."""


def forms(name: str, noun: str) -> dict[str, str]:
    """Return the forms in which templates may want a noun, each under its name in the same form."""
    return {
        name: noun,
        class_name(name): class_name(noun),
        name.upper(): noun.upper(),
        f"{name}_words": words(noun),
        f"{class_name(name)}_words": words(noun).capitalize(),
    }


def names_of(resource: Resource) -> dict[str, str]:
    """Return the names of a resource, as templates and manifests use them."""
    return {
        "slug": resource.plural.replace("_", "-"),
        "dashed": resource.singular.replace("_", "-"),
        "a_noun": a(resource.singular),
        "A_noun": a(resource.singular).capitalize(),
        "id_in_path": f"{{{resource.singular}_id}}",
        **forms("noun", resource.singular),
        **forms("nouns", resource.plural),
    }


def uses(resources: Sequence[Resource]) -> frozenset[str]:
    """Return what the resources make use of, each with a + before it, as conditions of trees ask for it."""
    found = {f"+{operation}" for resource in resources for operation in resource.operations}
    marks = {
        "bounds": any(_bounded(field) for resource in resources for field in resource.fields),
        "enum": any(field.type == "enum" for resource in resources for field in resource.fields),
        "filters": any(resource.filters for resource in resources),
        "unique": any(resource.uniques for resource in resources),
        "parent": any(resource.parent for resource in resources),
        "reference": any(map(_references, resources)),
        "idempotent": any(resource.idempotent for resource in resources),
        "several": len(resources) > 1,
        "refusals": any(_targets(resource) or resource.uniques for resource in resources),
        "referenced": any(
            "delete" in resource.operations and _referring(resource, resources) for resource in resources
        ),
    }
    return frozenset(found | {f"+{mark}" for mark, holds in marks.items() if holds})


def contexts(resources: Sequence[Resource]) -> list[Mapping[str, Any]]:
    """Return the values of each resource."""
    return [
        {
            **_context(resource, resources),
            "first_to_list": resource is next((one for one in resources if "list" in one.operations), None),
            "number": f"{number:04}",
            "before": f"{number - 1:04}" if number > 1 else None,
            "first": number == 1,
            "other": resource.singular if number > 1 else None,
            "created_once": resource.singular if resource.idempotent else None,
            "service_module": "services" if number == 1 else f"{resource.singular}_service",
            "query_module": "queries" if number == 1 else f"{resource.singular}_queries",
        }
        for number, resource in enumerate(resources, start=1)
    ]


def _context(resource: Resource, resources: Sequence[Resource]) -> dict[str, Any]:
    by_singular = {other.singular: other for other in resources}
    fields = [_field(field, resource, by_singular) for field in resource.fields]
    parent = by_singular[resource.parent] if resource.parent else None
    referring = _referring(resource, resources)
    listings = _listings(resource)
    checks = list(_checks(resource))
    filters = [field for field in fields if field["name"] in resource.filters]
    sent = [field for field in fields if not (parent and field["target"] == resource.parent)]
    takes_client = any(field["target"] for field in sent)
    return {
        **names_of(resource),
        "resource": resource,
        "fields": fields,
        "sent_fields": sent,
        "takes_client": takes_client,
        "json_call": f"{resource.singular}_json({'client' if takes_client else ''})",
        "url_call": f"{resource.plural}_url(client)" if parent else "URL",
        "deletable_targets": [
            _target(field, resource, by_singular)
            for field in resource.fields
            if field.target and "delete" in by_singular[field.target].operations
        ],
        "parent": _parent(parent, resource, resources) if parent else None,
        "targets": [names_of(by_singular[target]) for target in _targets(resource)],
        "referring": [names_of(other) for other in referring],
        "operations": resource.operations,
        "idempotent": resource.idempotent,
        "filters": filters,
        # How a boolean is looked up, PostgreSQL decides by what is in the table.
        "planned_listings": [
            names
            for size in range(3)
            for names in combinations(filters, size)
            if all(name["type"] != "bool" for name in names)
        ],
        "uniques": [list(unique) for unique in resource.uniques],
        "listings": listings,
        "can_list": "list" in resource.operations,
        "can_update": "update" in resource.operations,
        "can_delete": "delete" in resource.operations,
        "refusals": list(_refusals(resource)),
        "refusal_types": _refusal_types(resource),
        **_errors(resource, referred=bool(referring)),
        **_statuses(resource, referred=bool(referring)),
        "path": _path(resource, parent),
        "varies": bool(_varied(resource)),
        "checks": checks,
        "table_types": ["Index"] * len(listings)
        + ["UniqueConstraint"] * len(resource.uniques)
        + ["CheckConstraint"] * len(checks),
        "indexes": _indexes(resource),
        "unique_constraints": [
            (constraint_name("uq", resource.plural, *columns), columns) for columns in resource.uniques
        ],
        "refused_updates": bool(resource.uniques or _references(resource)),
    }


def _parent(parent: Resource, resource: Resource, resources: Sequence[Resource]) -> dict[str, str]:
    field = f"{parent.singular}_id"
    return {
        **names_of(parent),
        "field": field,
        "service_module": "services" if parent is resources[0] else f"{parent.singular}_service",
        "constraint": constraint_name("fk", resource.plural, field),
    }


def _errors(resource: Resource, *, referred: bool) -> dict[str, list[str]]:
    """Return the errors of each operation of the port, and of updating as a use case."""
    unique = ["NotUnique"] if resource.uniques else []
    unknown = ["UnknownReference"] if _references(resource) else []
    parent = ["NotFound"] if resource.parent else []
    written = [*unique, *unknown]
    return {
        "add_errors": [*parent, *written],
        "update_errors": [*parent, "VersionMismatch", *written] if written else ["VersionMismatch"],
        "service_update_errors": ["NotFound", "VersionMismatch", *written],
        "delete_errors": ["NotFound", *(["StillReferenced"] if referred else [])],
    }


def _statuses(resource: Resource, *, referred: bool) -> dict[str, list[int]]:
    """Return the statuses that each operation may answer with beside those of any operation."""
    parent = {404} if resource.parent else set[int]()
    unique = {409} if resource.uniques else set[int]()
    return {
        "create_statuses": sorted({408, 413} | parent | unique),
        "update_statuses": sorted({404, 408, 412, 413, 428} | unique),
        "delete_statuses": sorted({404} | ({409} if referred else set())),
    }


def _path(resource: Resource, parent: Resource | None) -> str:
    """Return the path of a resource, below that of its parent where it has one."""
    above = f"/{names_of(parent)['slug']}/{names_of(parent)['id_in_path']}" if parent else ""
    return f"{above}/{names_of(resource)['slug']}"


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


def _field(field: Field, resource: Resource, by_singular: Mapping[str, Resource]) -> dict[str, Any]:
    noun = resource.singular
    unique = field.name in _varied(resource)
    return {
        "name": field.name,
        "type": field.type,
        "optional": field.optional,
        "default": samples.default_literal(field, noun),
        "bounded": field.bounds != Bounds(),
        "bounds": field.bounds,
        "invariant": _bounded(field),
        "keywords": _keywords(field),
        "broken": _broken(field),
        "bounds_words": samples.condition("", field.bounds).replace(" AND ", " and ").replace("  ", " ").strip(),
        "lengths": lengths(field) if field.type in {"str", "text"} else None,
        "digits": field.digits,
        "exact": field.digits != (18, 4),
        "small_steps": field.type == "decimal" and field.digits[1] > _PLAIN_PLACES,
        "values": [(samples.member(value), value) for value in field.values],
        "enum_class": samples.enum_class(field, noun),
        "target": field.target,
        "target_names": names_of(by_singular[field.target]) if field.target else None,
        "json": samples.unique_sample(field) if unique else samples.json_sample(field),
        "two": "varied" if unique or field.target else samples.two(field),
        "default_json": samples.default_json(field),
        "literal": samples.literal(field, noun),
        "beyond": list(samples.beyond(field)),
        "indexed": _indexed(field.name, resource),
        "constraint": constraint_name("fk", resource.plural, field.name),
    }


def _bounded(field: Field) -> bool:
    """Tell whether a field has bounds that the domain holds too: those of numbers, not lengths."""
    return field.type in {"int", "decimal"} and field.bounds != Bounds()


def _broken(field: Field) -> str:
    """Return the condition, in Python, under which a number is outside its bounds."""
    value, bounds = f"self.{field.name}", field.bounds
    low, high = (limit and _number(limit, field) for limit in (bounds.minimum, bounds.maximum))
    below, above = "<" if bounds.above else "<=", "<" if bounds.below else "<="
    if low is None:
        held = f"{value} {above} {high}"
    elif high is None:
        held = f"{value} {below.replace('<', '>')} {low}"
    else:
        held = f"{low} {below} {value} {above} {high}"
    return f"{value} is not None and not {held}" if field.optional else f"not {held}"


def _keywords(field: Field) -> str:
    """Return the bounds as keyword arguments, such as gt=0, le=100."""
    bounds = field.bounds
    limits = ((bounds.minimum, "gt" if bounds.above else "ge"), (bounds.maximum, "lt" if bounds.below else "le"))
    return ", ".join(f"{keyword}={_number(limit, field)}" for limit, keyword in limits if limit is not None)


def _number(text: str, field: Field) -> str:
    """Return a bound as source text."""
    return text if field.type == "int" or text.lstrip("-").isdigit() else f'Decimal("{text}")'


def _references(resource: Resource) -> list[str]:
    return [field.target for field in resource.fields if field.target and field.target != resource.parent]


def _targets(resource: Resource) -> list[str]:
    return list(dict.fromkeys(field.target for field in resource.fields if field.target))


def _referring(resource: Resource, resources: Sequence[Resource]) -> list[Resource]:
    return [other for other in resources if resource.singular in _targets(other)]


def _listings(resource: Resource) -> list[list[str]]:
    """Return the columns of the index that each way to list walks."""
    if "list" not in resource.operations:
        return [[f"{resource.parent}_id"]] if resource.parent else []
    lead = [f"{resource.parent}_id"] if resource.parent else []
    chosen = (names for size in range(3) for names in combinations(resource.filters, size))
    return [[*lead, *names, "created_at", "id"] for names in chosen]


def _target(field: Field, resource: Resource, by_singular: Mapping[str, Resource]) -> dict[str, Any]:
    """Return what a test needs to delete what a field refers to."""
    target = by_singular[field.target]
    above = by_singular[target.parent] if target.parent else None
    names = names_of(target)
    path = f"/{names['slug']}/{{referred['id']}}"
    if above:
        path = f"/{names_of(above)['slug']}/{{referred['{above.singular}_id']}}{path}"
    return {
        **names,
        "field": field.name,
        "is_parent": field.target == resource.parent,
        "one": f"{_path(target, above)}/{names['id_in_path']}",
        "place": f'f"{path}"',
    }


def _indexed(name: str, resource: Resource) -> bool:
    """Tell whether an index or a unique constraint begins with a field."""
    begun = [columns[0] for columns in (*_listings(resource), *resource.uniques)]
    return name in begun


def _indexes(resource: Resource) -> list[tuple[str, list[str]]]:
    """Return each index by name, with its columns: those of listings, and one for each other reference."""
    alone = [[field.name] for field in resource.fields if field.target and not _indexed(field.name, resource)]
    every = [*_listings(resource), *alone]
    return [(constraint_name("ix", resource.plural, *columns), columns) for columns in every]


def _refusal_types(resource: Resource) -> list[str]:
    return [*(["NotUnique"] if resource.uniques else []), *(["UnknownReference"] if _references(resource) else [])]


def _refusals(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield each constraint that may refuse a row, by name, with the domain's error in source text."""
    table, noun = resource.plural, words(resource.singular)
    for fields in resource.uniques:
        listed = ", ".join(f'"{name}"' for name in fields)
        comma = "," if len(fields) == 1 else ""
        yield constraint_name("uq", table, *fields), f'NotUnique("{noun}", ({listed}{comma}))'
    for field in resource.fields:
        if field.target and field.target != resource.parent:
            yield constraint_name("fk", table, field.name), f'UnknownReference("{field.name}")'


def _varied(resource: Resource) -> set[str]:
    """Return the fields whose samples differ, so that none is like another where it must not be."""
    plain = {field.name for field in resource.fields if not field.target and has_many_values(field)}
    return {next(iter(names)) for unique in resource.uniques if (names := [name for name in unique if name in plain])}


def _checks(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the bounds that the table checks: the name of each, and its condition in SQL as source text."""
    for field in resource.fields:
        column = f'"{field.name}"'
        bounds = field.bounds
        if field.type in {"str", "text"}:
            # A column of a bounded length cannot hold more.
            bounds = replace(bounds, maximum=None) if field.type == "str" else bounds
            column = f"char_length({column})"
        if bounds.minimum is not None or bounds.maximum is not None:
            yield field.name, f"'{samples.condition(column, bounds)}'"


def constraint_name(kind: str, *parts: str) -> str:
    """Return the name that SQLAlchemy gives to a constraint: one too long for PostgreSQL ends with a hash."""
    name = "_".join((kind, *parts))
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 8]}_{md5(name.encode(), usedforsecurity=False).hexdigest()[-4:]}"
