"""Merges what the manifests of the chosen features declare into the values that templates render."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, cast

from scaffold.asking.answers import Answers
from scaffold.emitting.deployment import deployment
from scaffold.emitting.resource_names import forms, names_of
from scaffold.emitting.resources import contexts
from scaffold.features.catalogue import Feature, Option, options_of
from scaffold.features.conditions import Data, overlay


def merge(answers: Answers, floors: Mapping[str, str], features: Sequence[Feature]) -> dict[str, Any]:
    """Return the merged data: each kind of entry in feature order, packages sorted, markers filled in."""
    options = options_of(features)
    of_resources = {option.name for option in options if option.of}
    given = [option for option in options if option.name in answers.options and not option.of]
    several = {option.name: _each(option, answers.options[option.name]) for option in given if option.several}
    names = _names(answers, [option.name for option in given if not option.several])
    resources = contexts(answers.resources)

    def tables(key: str) -> Data:
        return _fill(reduce(overlay, (feature.table(key) for feature in features), {}), names)

    def entries(key: str) -> list[Any]:
        declared = (entry for feature in features for entry in feature.entries(key))
        return [filled for entry in declared for filled in _filled(entry, names, several)]

    declared = entries("settings")
    classes = [_settings_class(section) for section in _settings_classes(declared)]
    of_class = {section["class"]: section for section in classes}
    sections = [{**of_class[section["class"]], "name": section["name"]} for section in declared if "name" in section]
    return {
        **names,
        **{f"{name}s": nouns for name, nouns in several.items()},
        "named": several,
        "resources": resources,
        "chosen_resources": (chosen := {name: _chosen(answers, name, resources) for name in sorted(of_resources)}),
        **chosen,
        "types": tables("field_types"),
        "dependencies": _requirements(entries("packages"), floors, tables("ceilings")),
        "dev_dependencies": _requirements(
            [package for package in entries("dev_packages") if package not in entries("packages")],
            floors,
            tables("ceilings"),
        ),
        "setting_classes": classes,
        "sections": sections,
        "tasks": {name: _task(task) for name, task in tables("tasks").items()},
        "gitignore": entries("gitignore"),
        "ecosystems": entries("ecosystems"),
        **deployment(entries("services"), entries("processes"), sections),
        "image_files": entries("image_files"),
        "migrations": _migrations(entries("migrations"), len(answers.resources)),
        "tables": tables("pyproject"),
        "ruff_ignores": tables("ruff_ignores"),
        "ruff_file_ignores": tables("ruff_file_ignores"),
        "typed": entries("typed"),
        "type_environments": entries("type_environments"),
        "contracts": list(_contracts(tables("contracts"), answers.package)),
        "checks": tables("checks"),
    }


def _names(answers: Answers, options: Iterable[str]) -> dict[str, str]:
    nouns = {name: answers.options[name].partition(":")[0] for name in options}
    return {
        "name": answers.name,
        "package": answers.package,
        "python": answers.python,
        **(names_of(answers.resources[0]) if answers.resources else dict[str, str]()),
        **{name: text for kind, noun in nouns.items() for name, text in forms(kind, noun).items()},
    }


def _each(option: Option, value: str) -> list[dict[str, str]]:
    """Return the forms of each noun that was given to an option, with its kind and the words of that."""
    return [
        {
            **forms(option.name, noun),
            f"{option.name}_kind": kind,
            **{f"{option.name}_{word}": text for word, text in option.kinds.get(kind, {}).items()},
        }
        for noun, kind in option.named(value)
    ]


def _filled(entry: Any, names: Mapping[str, str], several: Mapping[str, Sequence[Data]]) -> Iterator[Any]:  # noqa: ANN401 - any shape of YAML
    """Yield the entry filled in; one with `each: OPTION` comes once for each noun that was given to that."""
    if isinstance(entry, Mapping) and "each" in entry:
        one = {key: value for key, value in cast("Data", entry).items() if key != "each"}
        yield from (_fill(one, {**names, **noun}) for noun in several[entry["each"]])
    else:
        yield _fill(entry, names)


def _chosen(answers: Answers, option: str, resources: Sequence[Data]) -> list[Data]:
    """Return the resources that an option names, in their own order; the first one where the option was not given."""
    if option not in answers.options:
        return list(resources[:1])
    nouns = answers.options[option].split(",")
    return [resource for resource in resources if resource["noun"] in nouns]


def _migrations(names: Iterable[str], before: int) -> dict[str, dict[str, str]]:
    """Return the revisions of each migration by its name; `before` is how many migrations the resources have."""
    numbered = enumerate(names, start=before + 1)
    return {
        name: {"revision": f"{number:04}", "down_revision": f"{number - 1:04}" if number > 1 else ""}
        for number, name in numbered
    }


def _settings_classes(declared: Iterable[Data]) -> Iterable[Data]:
    """Return each class of settings once: a feature may add fields to the class of an earlier one."""
    classes: dict[str, Data] = {}
    for section in declared:
        if "fields" in section:
            classes[section["class"]] = overlay(classes.get(section["class"], {}), section)
    return classes.values()


def _settings_class(section: Data) -> Data:
    """Return a class of settings with what its manifest may leave out."""
    fields = [{"default": "", "shown": field.get("default", ""), **field} for field in section["fields"]]
    return {"prefix": "", "base": "", "imports": (), "refusals": (), **section, "variables": fields}


def _contracts(declared: Data, package: str) -> Iterator[Data]:
    """Yield import contracts as import-linter reads them.

    `layers` go from the outermost in, siblings apart by |. Packages `only_in` some modules are forbidden in all the
    others, but for those of the outermost layer, which start what the others are.
    """
    layers: Data = next(
        (contract["layers"] for contract in declared.values() if "layers" in contract), dict[str, list[str]]()
    )
    modules = [module for siblings in list(layers.values())[1:] for module in siblings]
    for name, contract in declared.items():
        written = {key: value for key, value in contract.items() if key not in {"catches", "only_in"}}
        if "layers" in contract:
            written["layers"] = [" | ".join(siblings) for siblings in contract["layers"].values()]
        if "only_in" in contract:
            others = [f"{package}.{module}" for module in modules if module not in contract["only_in"]]
            written = {"type": "forbidden", "source_modules": others, **written, "allow_indirect_imports": True}
        yield {"name": name, **written}


def _requirements(packages: Sequence[str], floors: Mapping[str, str], ceilings: Mapping[str, str]) -> dict[str, str]:
    """Return each package with its versions, and the reason for its ceiling if it has one."""
    names = {package: package.split("[")[0] for package in sorted(set(packages))}
    return {package + floors[name]: ceilings.get(name, "") for package, name in names.items()}


def _task(task: Data) -> Data:
    """Return a task as Poe reads it, with those `before` it run first, and those `beside` it together with it.

    When one of these fails or is stopped, so is the other. What it goes `through` stands before its command.
    """
    if "through" in task:
        plain = {key: value for key, value in task.items() if key != "through"}
        task = {**plain, "cmd": f"{task['through']} {task['cmd']}"}
    before, beside = ([{"ref": name} for name in task.get(key, ())] for key in ("before", "beside"))
    if not before and not beside:
        return task
    command: Data = {key: value for key, value in task.items() if key not in {"help", "before", "beside"}}
    if beside:
        command = {"parallel": [command, *beside], "prefix": False}
    return {"help": task["help"], **({"sequence": [*before, command]} if before else command)}


def _fill(entry: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any shape that YAML can hold
    """Return the entry with <package>, <nouns> and the other names filled in, in keys as in values."""
    match entry:
        case str() if "<" in entry:
            for name, value in names.items():
                entry = entry.replace(f"<{name}>", value)
            return entry
        case Mapping():
            pairs = cast("Data", entry).items()
            return {_fill(key, names): _fill(value, names) for key, value in pairs}
        case list():
            return [_fill(item, names) for item in cast("list[Any]", entry)]
        case _:
            return entry
