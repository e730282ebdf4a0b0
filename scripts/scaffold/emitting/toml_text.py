"""Writes data as TOML text in one fixed shape (https://toml.io/en/v1.0.0)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

_PLAIN_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def toml_value(value: object) -> str:
    """Return one value: lists stand one item a line when there are several, mappings inline."""
    match value:
        case str() | bool() | int() | float():
            return json.dumps(value, ensure_ascii=False)  # which writes these as TOML does
        case Mapping():
            pairs = cast("Mapping[str, Any]", value).items()
            return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in pairs) + " }"
        case Sequence():
            return _array([toml_value(item) for item in cast("Sequence[Any]", value)])
        case _:
            message = f"got a {type(value).__name__}; expected a string, number, boolean, list or mapping"
            raise TypeError(message)


def toml_key(key: str) -> str:
    """Return a key, quoted where TOML asks for it."""
    return key if key and set(key) <= _PLAIN_KEY else toml_value(key)


def toml_tables(path: str, tables: Mapping[str, Any]) -> str:
    """Return `tables` below `path`, each as its own [path.name] section, mappings inside them as sections too."""
    return "\n".join(_sections(path, tables))


def reasoned_list(reasons: Mapping[str, str]) -> str:
    """Return a list whose items carry the reasons they are there as comments, where there are any: {item: reason}."""
    width = max((len(item) for item, reason in reasons.items() if reason), default=0) + 3
    lines = [
        f"    {toml_value(item) + ',':<{width}}  # {reason}\n" if reason else f"    {toml_value(item)},\n"
        for item, reason in reasons.items()
    ]
    return f"[\n{''.join(lines)}]"


def _array(items: Sequence[str]) -> str:
    if len(items) < 2:  # noqa: PLR2004 - one item needs no line of its own
        return f"[{', '.join(items)}]"
    return "[" + "".join(f"\n{item}," for item in items).replace("\n", "\n    ") + "\n]"


def _sections(path: str, tables: Mapping[str, Any]) -> Iterator[str]:
    scalars = {key: value for key, value in tables.items() if not isinstance(value, Mapping)}
    if scalars:
        yield f"[{path}]"
        yield from (f"{toml_key(key)} = {toml_value(value)}" for key, value in scalars.items())
        yield ""
    for key, value in tables.items():
        if isinstance(value, Mapping):
            yield from _sections(f"{path}.{toml_key(key)}", cast("Mapping[str, Any]", value))
