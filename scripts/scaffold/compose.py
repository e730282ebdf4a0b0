"""Composes chosen features into the files of a backend. Pure: the same answers give the same bytes on any machine."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scaffold.answers import Answers
from scaffold.catalogue import Catalogue, Feature, tags_of
from scaffold.errors import Problem, UsageError
from scaffold.merging import merge
from scaffold.plan import PlannedFile, WhenPresent
from scaffold.python_text import tidy
from scaffold.record import record
from scaffold.rendering import Renderer, trees
from scaffold.toml_text import reasoned_list, toml_tables, toml_value

# What a directory may already hold when a backend moves in; anything else that differs is a conflict.
_WHEN_PRESENT = {
    ".gitignore": WhenPresent.APPEND_LINES,
    "LICENSE": WhenPresent.KEEP,
    "README.md": WhenPresent.KEEP,
}


def compose(answers: Answers, catalogue: Catalogue) -> tuple[PlannedFile, ...]:
    """Return every file the answers call for, sorted by path; raise UsageError where a name leads to one twice."""
    features = catalogue.features(answers.framework, answers.addons)
    tags = tags_of(features)
    renderer = Renderer(features, tags, _values(answers, catalogue, features))
    files = [file for feature in features for file in _feature_files(feature, tags, renderer, answers)]
    if problems := _clashes(files, answers):
        raise UsageError(problems)
    return tuple(sorted([*files, *record(answers, catalogue.version, files)], key=lambda file: file.path))


def _clashes(files: Sequence[PlannedFile], answers: Answers) -> list[Problem]:
    """Say which paths are there twice: features never share one, so a name that the user chose has led to it."""
    counted = Counter(file.path for file in files)
    return [_clash(path, answers) for path, count in counted.items() if count > 1]


def _clash(path: str, answers: Answers) -> Problem:
    resource, upstream = answers.resource, answers.upstream
    if upstream and upstream in path and resource.plural not in path:
        expected = f'expected another noun, such as "{upstream}_api"'
        return Problem("--upstream", f'got "{upstream}", whose {path} is there for something else; {expected}')
    expected = f'expected another noun, such as "{resource.singular}_entry"'
    return Problem(
        "--resource", f'got plural "{resource.plural}", whose {path} is there for something else; {expected}'
    )


def _values(answers: Answers, catalogue: Catalogue, features: Sequence[Feature]) -> Mapping[str, Any]:
    return {
        **merge(answers, catalogue.floors, features),
        "answers": answers,
        "skill": catalogue.identity["name"],
        "version": catalogue.version,
        "uv": catalogue.identity["defaults"]["uv"],
        "reasoned_list": reasoned_list,
        "toml_tables": toml_tables,
        "toml_value": toml_value,
    }


def _feature_files(
    feature: Feature, tags: frozenset[str], renderer: Renderer, answers: Answers
) -> Iterator[PlannedFile]:
    for tree in trees(feature.folder, "files", tags):
        for source, below in _sources(tree):
            path = _emitted_path(below, answers)
            text = _render(renderer, source)
            if path.endswith(".py"):
                text = tidy(text, answers.package)
            yield PlannedFile(path, feature.name, text.encode(), _WHEN_PRESENT.get(path, WhenPresent.CONFLICT))


def _render(renderer: Renderer, source: Path) -> str:
    try:
        return renderer.render(source.read_text(encoding="utf-8"))
    except Exception as error:
        error.add_note(f"in {source}")
        raise


def _sources(tree: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file with its path below the tree, by os.walk: a Path for each step costs several times as much."""
    for folder, _, names in os.walk(tree):
        sources = (f"{folder}/{name}" for name in names)
        yield from ((Path(source), source.removeprefix(f"{tree}/")) for source in sources)


def _emitted_path(path: str, answers: Answers) -> str:
    nouns = {
        "__package__": answers.package,
        "__noun__": answers.resource.singular,
        "__nouns__": answers.resource.plural,
        "__upstream__": answers.upstream or "",
    }
    for marker, name in nouns.items():
        path = path.replace(marker, name)
    return path
