"""Small words of the template language."""

import json
from collections.abc import Callable, Iterable, Mapping

from scaffold.asking.resource import Field


def a(noun: str) -> str:
    """Return a snake_case noun as words with its indefinite article: "an order", "a line item"."""
    article = "an" if noun[0] in "aeio" or (noun.startswith("un") and not noun.startswith("uni")) else "a"
    return f"{article} {words(noun)}"


def words(noun: str) -> str:
    """Return a snake_case noun as words."""
    return noun.replace("_", " ")


def required_first(fields: Iterable[Field]) -> list[Field]:
    """Return fields with defaults last; otherwise in the order they were given."""
    return sorted(fields, key=lambda field: field.optional)


def yaml_value(value: object) -> str:
    """Return a value for YAML in flow style: JSON, of which YAML 1.2 is a superset."""
    return json.dumps(value, ensure_ascii=False)


FILTERS: Mapping[str, Callable[..., object]] = {
    "required_first": required_first,
    "yaml_value": yaml_value,
}
