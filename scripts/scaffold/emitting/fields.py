"""The values that templates render a field from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scaffold.asking.limits import has_many_values, lengths
from scaffold.asking.resource import Bounds, Field, Resource
from scaffold.emitting import samples
from scaffold.emitting.resource_names import names_of
from scaffold.emitting.tables import column_bounds, constraint_name, foreign_key_name, is_indexed

PLAIN_PLACES = 6
"""Up to how many decimal places Python writes every decimal without an exponent."""


def field_values(field: Field, resource: Resource, by_singular: Mapping[str, Resource]) -> dict[str, Any]:
    """Return what templates say of a field: its names, its types, its bounds, values for tests."""
    noun = resource.singular
    unique = field.name in varied_fields(resource)
    return {
        "name": field.name,
        "type": field.type,
        "optional": field.optional,
        "readonly": field.readonly,
        "default": samples.default_literal(field, noun),
        "bounded": has_bounds(field),
        "bounds": field.bounds,
        "invariant": is_bounded(field),
        "keywords": _keywords(field),
        "broken": _broken(field),
        "column_keywords": _keywords(replace(field, bounds=column_bounds(field))),
        "check": constraint_name("ck", resource.plural, field.name)
        if field.values or column_bounds(field) != Bounds()
        else None,
        "bounds_words": samples.condition("", field.bounds).replace(" AND ", " and ").replace("  ", " ").strip(),
        "lengths": lengths(field) if field.type in {"str", "text"} else None,
        "digits": field.digits,
        "exact": field.digits != (18, 4),
        "small_steps": field.type == "decimal" and field.digits[1] > PLAIN_PLACES,
        "values": [(samples.member(value), value) for value in field.values],
        "enum_class": samples.enum_class(field, noun),
        "target": field.target,
        "target_names": names_of(by_singular[field.target]) if field.target else None,
        # What a person who looks for the row knows of what it refers to.
        "searched": [other.name for other in by_singular[field.target].fields if other.type == "str"][:1]
        if field.target
        else [],
        "json": samples.unique_sample(field) if unique else samples.json_sample(field),
        "two": "varied" if unique or field.target else samples.two(field),
        # The value of a readonly field in a new instance, and another value.
        "default_and_other": samples.default_and_other(field),
        "default_json": samples.default_json(field),
        "literal": samples.literal(field, noun),
        "beyond": list(samples.beyond(field)),
        "beyond_the_column": list(samples.beyond_the_column(field)) if has_bounds(field) else [],
        "indexed": is_indexed(field.name, resource),
        "constraint": constraint_name("fk", resource.plural, field.name),
        "foreign_key": foreign_key_name(resource.plural, field.name, by_singular[field.target].plural)
        if field.target
        else None,
        # What an ORM calls the row that a reference leads to.
        "attribute": field.name.removesuffix("_id") if field.target else field.name,
    }


def varied_fields(resource: Resource) -> set[str]:
    """Return the fields whose samples differ, so that none is like another where it must not be."""
    plain = {field.name for field in resource.fields if not field.target and has_many_values(field)}
    return {next(iter(names)) for unique in resource.uniques if (names := [name for name in unique if name in plain])}


def has_bounds(field: Field) -> bool:
    """Tell whether a number, or the length of a text, has bounds of its own."""
    return field.bounds != Bounds()


def has_column_bounds(field: Field) -> bool:
    """Tell whether the column of a field holds bounds of its own."""
    return has_bounds(field) and any(samples.beyond_the_column(field))


def is_bounded(field: Field) -> bool:
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
