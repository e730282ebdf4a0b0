"""Reads the answers that an emitted backend records in .backend/answers.yaml, or that somebody wrote by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

from scaffold.asking.answers import Request
from scaffold.errors import Problem, UsageError
from scaffold.features.catalogue import Loader
from scaffold.features.conditions import Data

_TEXTS = ("name", "framework", "python")
_KEYS = (*_TEXTS, "with", "resources", "resource", "options", "skill", "version")
_WHERE = "--answers"


def read_answers(path: Path) -> Request:
    """Return the request in a file, or raise UsageError with everything that is wrong with the file."""
    document = _read(path)
    texts = {key: document.get(key) for key in _TEXTS}
    addons = document.get("with") or ()
    resources = _resources(document)
    options: Data = document.get("options") or {}
    problems = [
        *(_problem(key, document[key], f"one of {', '.join(_KEYS)}") for key in document if key not in _KEYS),
        *(_problem(key, value, "text") for key, value in texts.items() if not isinstance(value, str | None)),
    ]
    if not _is_list_of_texts(addons):
        problems.append(_problem("with", addons, "a list of add-ons"))
    if resources is not None and not _is_list_of_texts(resources):
        problems.append(_problem("resources", resources, "a list of what --resource takes"))
    if document.keys() >= {"resource", "resources"}:
        problems.append(_problem("resource", document["resource"], "it in the list of resources that is there"))
    if not _is_mapping_of_texts(options):
        problems.append(_problem("options", options, "a mapping of options to nouns"))
    if problems:
        raise UsageError(problems)
    return Request(addons=tuple(addons), resources=resources, options=options, **texts)


def _read(path: Path) -> Data:
    try:
        document: object = yaml.load(path.read_bytes(), Loader=Loader)  # noqa: S506 - CSafeLoader is the safe one
    except OSError as error:
        raise UsageError([Problem(_WHERE, f"got {path}: {error.strerror}; expected a readable file")]) from None
    except yaml.YAMLError as error:
        raise UsageError([Problem(_WHERE, f"got {path}, which is no YAML; {str(error).splitlines()[0]}")]) from None
    if not isinstance(document, dict):
        raise UsageError([Problem(_WHERE, f"got {path}; expected a mapping such as name: orders-api")])
    return {str(key): value for key, value in cast("dict[object, object]", document).items()}


def _resources(document: Data) -> Sequence[str] | None:
    """Return what stands under `resources`, or the only one under `resource`."""
    one = document.get("resource")
    return document.get("resources") if one is None else [one]


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in cast("Sequence[object]", value))


def _is_mapping_of_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(text, str) for pair in cast("Mapping[object, object]", value).items() for text in pair
    )


def _problem(key: str, value: object, expected: str) -> Problem:
    hint = '; try quotes, as in python: "3.13"' if isinstance(value, int | float) else ""
    return Problem(_WHERE, f"got {key}: {value!r}; expected {expected}{hint}")
