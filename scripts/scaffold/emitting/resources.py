"""The values that templates render a resource from: its names, its fields, what it needs of other resources."""

from collections.abc import Mapping, Sequence
from typing import Any

from scaffold.asking.resource import Field, Resource
from scaffold.emitting.fields import PLAIN_PLACES, field_values, has_column_bounds, is_bounded, varied_fields
from scaffold.emitting.outcomes import errors_of, statuses_of
from scaffold.emitting.resource_names import names_of, path_of
from scaffold.emitting.tables import (
    checks_of,
    constraint_name,
    foreign_key_name,
    indexes_of,
    listings_of,
    references_of,
    referring_to,
    refusal_types,
    refusals_of,
    short_indexes_of,
    sorted_filters,
    targets_of,
)


def uses(resources: Sequence[Resource]) -> frozenset[str]:
    """Return what the resources make use of, each with a + before it, as conditions of trees ask for it."""
    found = {f"+{operation}" for resource in resources for operation in resource.operations}
    marks = {
        "resource": bool(resources),
        "bounds": any(is_bounded(field) for resource in resources for field in resource.fields),
        "enum": any(field.type == "enum" for resource in resources for field in resource.fields),
        "filters": any(resource.filters for resource in resources),
        "unique": any(resource.uniques for resource in resources),
        "parent": any(resource.parent for resource in resources),
        "reference": any(map(references_of, resources)),
        "idempotent": any(resource.idempotent for resource in resources),
        "several": len(resources) > 1,
        # What clients can create first stands in `example.py`.
        "example": bool(resources) and resources[0].allows("create"),
        "stored_only": not all(resource.allows("create") for resource in resources),
        "uncreated": any("create" not in resource.operations for resource in resources),
        "patched": any(resource.allows("update") for resource in resources),
        "scalars": any(map(_has_scalars, resources)),
        "refusals": any(targets_of(resource) or resource.uniques for resource in resources),
        "referenced": any(
            "delete" in resource.operations and referring_to(resource, resources) for resource in resources
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
            "bounded": resource.singular if any(map(has_column_bounds, resource.fields)) else None,
            "shown_noun": resource.singular if "get" in resource.operations else None,
            "shown_nouns": resource.plural if "get" in resource.operations else None,
            "created_once": resource.singular if resource.idempotent else None,
            "service_module": "services" if number == 1 else f"{resource.singular}_service",
            "query_module": "queries" if number == 1 else f"{resource.singular}_queries",
        }
        for number, resource in enumerate(resources, start=1)
    ]


def _has_scalars(resource: Resource) -> bool:
    """Tell whether models on the wire have types of their own for the fields of a resource."""
    filtered = (field.type for field in resource.fields if field.name in resource.filters)
    written = any(field.type == "decimal" and field.digits[1] > PLAIN_PLACES for field in resource.fields)
    return _receives(resource) or written or not {"str", "date"}.isdisjoint(filtered)


def _receives(resource: Resource) -> bool:
    """Tell whether clients send fields of a resource."""
    return resource.allows("create") or resource.allows("update")


def _context(resource: Resource, resources: Sequence[Resource]) -> dict[str, Any]:
    by_singular = {other.singular: other for other in resources}
    fields = [field_values(field, resource, by_singular) for field in resource.fields]
    parent = by_singular[resource.parent] if resource.parent else None
    referring = referring_to(resource, resources)
    listings = listings_of(resource)
    checks = list(checks_of(resource))
    filters = [field for field in fields if field["name"] in resource.filters]
    by_name = {field["name"]: field for field in filters}
    new = [values for values in fields if not values["readonly"]]
    own = {field.name for field in resource.fields if not resource.is_under(field)}
    sent = [values for values in new if values["name"] in own]
    takes_client = any(field["target"] for field in sent)
    url_call = f"{resource.plural}_url(client)" if parent else "URL"
    json_call = f"{resource.singular}_json({'client' if takes_client else ''})"
    return {
        **names_of(resource),
        "resource": resource,
        "fields": fields,
        "new_fields": new,
        "sent_fields": sent,
        "received_fields": sent if _receives(resource) else [],
        "readonly_fields": [values for values in fields if values["readonly"]],
        "takes_client": takes_client,
        "json_call": json_call,
        "url_call": url_call,
        "new_place": _new_place(resource, url_call, json_call),
        # In tests: a fixture, which they then take as a parameter, or a constant.
        "url": "url" if parent else "URL",
        "url_parameter": ", url: str" if parent else "",
        "deletable_targets": [
            _target(field, resource, by_singular)
            for field in resource.fields
            if field.target and "delete" in by_singular[field.target].operations
        ],
        "parent": _parent(parent, resource, resources) if parent else None,
        "targets": [names_of(by_singular[target]) for target in targets_of(resource)],
        "referring": [names_of(other) for other in referring],
        "operations": resource.operations,
        "idempotent": resource.idempotent,
        "filters": filters,
        # How a boolean is looked up, PostgreSQL decides by what is in the table.
        "planned_listings": [
            names
            for names in ([by_name[name] for name in chosen] for chosen in sorted_filters(resource))
            if all(name["type"] != "bool" for name in names)
        ],
        "uniques": [list(unique) for unique in resource.uniques],
        "listings": listings,
        # What clients of the API can do.
        "can_create": resource.allows("create"),
        "can_get": "get" in resource.operations,
        "can_list": "list" in resource.operations,
        "can_patch": resource.allows("update"),
        "can_remove": resource.allows("delete"),
        "can_write": any(map(resource.allows, ("create", "update", "delete"))),
        # What clients or staff can do.
        "staff_create": "create" in resource.operations,
        "can_update": "update" in resource.operations,
        "can_delete": "delete" in resource.operations,
        "refusals": list(refusals_of(resource)),
        "refusal_types": refusal_types(resource),
        **errors_of(resource, referred=bool(referring)),
        **statuses_of(resource, referred=bool(referring)),
        "path": path_of(resource, parent),
        "varies": bool(varied_fields(resource)),
        "checks": checks,
        "table_types": ["Index"] * len(listings)
        + ["UniqueConstraint"] * len(resource.uniques)
        + ["CheckConstraint"] * len(checks),
        "indexes": indexes_of(resource),
        "short_indexes": short_indexes_of(resource),
        "attributes": {"id": "id", "created_at": "created_at"}
        | {field["name"]: field["attribute"] for field in fields},
        "unique_constraints": [
            (constraint_name("uq", resource.plural, *columns), columns) for columns in resource.uniques
        ],
        "db_constraints": bool(resource.uniques or any(field["check"] for field in fields)),
        "refused_updates": bool(resource.uniques or references_of(resource)),
    }


def _new_place(resource: Resource, url_call: str, json_call: str) -> str:
    """Return what stores an instance in a test, and returns its path where the API has one."""
    if resource.allows("create"):
        return f'client.post({url_call}, json={json_call}).headers["location"]'
    if "get" not in resource.operations:
        return f"create_{resource.singular}(client)"
    return f"store_{resource.singular}(client, {f'{url_call}, ' if resource.parent else ''}{json_call})"


def _parent(parent: Resource, resource: Resource, resources: Sequence[Resource]) -> dict[str, str]:
    field = f"{parent.singular}_id"
    return {
        **names_of(parent),
        "field": field,
        "service_module": "services" if parent is resources[0] else f"{parent.singular}_service",
        "constraint": constraint_name("fk", resource.plural, field),
        "foreign_key": foreign_key_name(resource.plural, field, parent.plural),
    }


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
        "role": "" if field.name == f"{field.target}_id" else field.name.removesuffix("_id"),
        "is_parent": resource.is_under(field),
        "can_remove": target.allows("delete"),
        "place": f'f"{path}"',
    }
