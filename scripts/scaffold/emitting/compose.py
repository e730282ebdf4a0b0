"""Composes chosen features into the files of a backend. Pure: the same answers give the same bytes on any machine."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.asking.answers import Answers
from scaffold.emitting.formatting import formatted
from scaffold.emitting.merging import merge
from scaffold.emitting.rendering import Renderer, trees
from scaffold.emitting.toml_text import reasoned_list, toml_tables, toml_value
from scaffold.errors import Problem, UsageError
from scaffold.features.catalogue import Catalogue, Feature, tags_of
from scaffold.plan import PlannedFile, WhenPresent
from scaffold.record.record import record

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
    values = _values(answers, catalogue, features)
    renderer = Renderer(features, tags, values)
    rendered = [file for feature in features for file in _rendered(feature, tags, renderer, answers)]
    if problems := _clashes(rendered, answers):
        raise UsageError(problems)
    texts = formatted({file.path: file.text for file in rendered})
    files = [file.planned(texts[file.path]) for file in rendered]
    return tuple(
        sorted([*files, *record(answers, catalogue.version, values["checks"], files)], key=lambda file: file.path)
    )


@dataclass(frozen=True, slots=True)
class _Rendered:
    path: str
    owner: str
    text: str

    def planned(self, text: str) -> PlannedFile:
        return PlannedFile(self.path, self.owner, text.encode(), _WHEN_PRESENT.get(self.path, WhenPresent.CONFLICT))


def _clashes(files: Sequence[_Rendered], answers: Answers) -> list[Problem]:
    """Say which paths are there twice: features never share one, so an option's noun is called like something else."""
    twice = [path for path, count in Counter(file.path for file in files).items() if count > 1]
    return [_clash(path, *named) for path in twice for named in answers.options.items() if named[1] in path]


def _clash(path: str, option: str, noun: str) -> Problem:
    got = f'got "{noun}", whose {path} is there for something else'
    return Problem(f"--{option}", f'{got}; expected another noun, such as "{noun}_api"')


def _values(answers: Answers, catalogue: Catalogue, features: Sequence[Feature]) -> Mapping[str, Any]:
    return {
        **merge(answers, catalogue.floors, features),
        "answers": answers,
        "skill": catalogue.skill["name"],
        "version": catalogue.version,
        "uv": catalogue.skill["defaults"]["uv"],
        "reasoned_list": reasoned_list,
        "toml_tables": toml_tables,
        "toml_value": toml_value,
    }


def _rendered(feature: Feature, tags: frozenset[str], renderer: Renderer, answers: Answers) -> Iterator[_Rendered]:
    for tree in trees(feature.folder, "files", tags):
        for source in sorted(path for path in tree.rglob("*") if path.is_file()):
            path = _emitted_path(source.relative_to(tree).as_posix(), answers)
            yield _Rendered(path, feature.name, _render(renderer, source))


def _render(renderer: Renderer, source: Path) -> str:
    try:
        return renderer.render(source.read_text(encoding="utf-8"))
    except Exception as error:
        error.add_note(f"in {source}")
        raise


def _emitted_path(path: str, answers: Answers) -> str:
    nouns = {
        "__package__": answers.package,
        "__noun__": answers.resource.singular,
        "__nouns__": answers.resource.plural,
        **{f"__{name}__": noun for name, noun in answers.options.items()},
    }
    for marker, name in nouns.items():
        path = path.replace(marker, name)
    return path
