"""Merges what the manifests of the chosen features declare into the values that templates render."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from scaffold.answers import Answers
from scaffold.catalogue import Data, Feature
from scaffold.filters import a, words


def merge(answers: Answers, floors: Mapping[str, str], features: Sequence[Feature]) -> dict[str, Any]:
    """Return the merged data: each kind of entry in feature order, packages sorted, markers filled in."""
    names = _names(answers)

    def entries(key: str) -> list[Any]:
        return [_fill(entry, names) for feature in features for entry in feature.entries(key)]

    return {
        **names,
        "resource": answers.resource,
        "types": {
            name: {"imports": [], "literal_imports": [], "orm": [], **kind}
            for name, kind in _deep(features, "field_types").items()
        },
        "dependencies": _requirements(entries("packages"), floors),
        "dev_dependencies": _requirements(entries("dev_packages"), floors),
        "sections": [_section(section) for section in entries("settings")],
        "tasks": _tasks(entries("tasks")),
        "gitignore": entries("gitignore"),
        "tables": _fill(_deep(features, "pyproject"), names),
        "ruff_ignores": _deep(features, "ruff_ignores"),
        "ruff_file_ignores": _deep(features, "ruff_file_ignores"),
        "typed": entries("typed"),
        "type_environments": entries("type_environments"),
        "contracts": entries("contracts"),
        "migrations": entries("migrations"),
    }


def _names(answers: Answers) -> dict[str, str]:
    resource = answers.resource
    return {
        "name": answers.name,
        "package": answers.package,
        "python": answers.python,
        "noun": resource.singular,
        "nouns": resource.plural,
        "Noun": resource.class_name,
        "Nouns": resource.plural_class_name,
        "slug": resource.slug,
        "a_noun": a(resource.singular),
        "A_noun": a(resource.singular).capitalize(),
        "id_in_path": f"{{{resource.singular}_id}}",
        "noun_words": words(resource.singular),
        "nouns_words": words(resource.plural),
        "Noun_words": words(resource.singular).capitalize(),
        "Nouns_words": words(resource.plural).capitalize(),
    }


def _section(section: Data) -> Data:
    """Return a settings section with what its manifest may leave out."""
    fields = [{"shown": field["default"], **field} for field in section["fields"]]
    return {"prefix": "", "imports": (), "refusals": (), **section, "variables": fields}


def _requirements(packages: Sequence[str], floors: Mapping[str, str]) -> list[str]:
    return [package + floors[package.split("[")[0]] for package in sorted(set(packages))]


def _tasks(tasks: Sequence[Data]) -> dict[str, Any]:
    """Return Poe tasks by name; a later feature may put steps `before` a task that an earlier one declared."""
    merged: dict[str, Any] = {}
    for task in tasks:
        if "before" in task:
            merged[task["before"]] = _with_first_step(merged[task["before"]], task["step"])
        else:
            merged[task["name"]] = {key: value for key, value in task.items() if key != "name"}
    return merged


def _with_first_step(task: Data, step: str) -> Data:
    command = {key: value for key, value in task.items() if key != "help"}
    steps = command.get("sequence") or [command]
    return {"help": task["help"], "sequence": [{"ref": step}, *steps]}


def _deep(features: Sequence[Feature], key: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for feature in features:
        merged = _overlay(merged, cast("Data", feature.manifest.get(key) or {}))
    return merged


def _overlay(below: Data, above: Data) -> dict[str, Any]:
    """Return both mappings as one: mappings inside them are overlaid, lists joined, anything else replaced."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = _overlay(cast("Data", known), cast("Data", value))
        elif isinstance(known, list) and isinstance(value, list):
            merged[key] = [*cast("list[Any]", known), *cast("list[Any]", value)]
        else:
            merged[key] = value
    return merged


def _fill(entry: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any shape that YAML can hold
    """Return the entry with <package>, <nouns> and the other names filled in, in keys as in values."""
    match entry:
        case str():
            return _fill_text(entry, names)
        case Mapping():
            return dict(_fill_pairs(cast("Data", entry), names))
        case list():
            return [_fill(item, names) for item in cast("list[Any]", entry)]
        case _:
            return entry


def _fill_pairs(entry: Data, names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    return ((_fill_text(key, names), _fill(value, names)) for key, value in entry.items())


def _fill_text(text: str, names: Mapping[str, str]) -> str:
    if "<" in text:
        for name, value in names.items():
            text = text.replace(f"<{name}>", value)
    return text
