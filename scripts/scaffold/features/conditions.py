"""When a piece of a feature holds, and how mappings are laid over each other.

`files@fastapi@!database` holds where the tag fastapi is there and database is not; `feature@--upstream.yaml` likewise.
Tags are the names of the chosen features, and the options that were given, as on the command line.
"""

from collections.abc import Collection, Mapping
from typing import Any, cast

Data = Mapping[str, Any]


def holds(name: str, tags: Collection[str]) -> bool:
    """Tell whether the conditions in a name, each after an @, are met."""
    return all((tag.removeprefix("!") in tags) is not tag.startswith("!") for tag in name.split("@")[1:])


def overlay(below: Data, above: Data) -> dict[str, Any]:
    """Return both mappings as one: mappings inside them are overlaid, lists joined, anything else replaced."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = overlay(cast("Data", known), cast("Data", value))
        elif isinstance(known, list) and isinstance(value, list):
            merged[key] = [*cast("list[Any]", known), *cast("list[Any]", value)]
        else:
            merged[key] = value
    return merged
