"""Composes chosen features into the files of a backend. Pure: the same answers give the same bytes on any machine."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from scaffold.asking.answers import Answers
from scaffold.emitting.formatting import formatted
from scaffold.emitting.merging import merge
from scaffold.emitting.outcomes import domain_errors, result_type
from scaffold.emitting.rendering import Renderer, trees
from scaffold.emitting.resources import uses
from scaffold.emitting.toml_text import reasoned_list, toml_tables, toml_value
from scaffold.errors import Problem, UsageError
from scaffold.features.catalogue import Catalogue, Feature, tags_of
from scaffold.plan import PlannedFile, WhenPresent
from scaffold.record.record import record

# `__number__` is the resource's place among all, in four digits. `__other__` is its noun where it is not the first,
# `__created_once__` where its creation is idempotent, `__bounded__` where a field is, `__shown_noun__` and
# `__shown_nouns__` where the API has it: else there is no such file.
_ABOUT_ONE = re.compile("__(nouns?|number|other|created_once|bounded|shown_nouns?)__")

_ASYNC = re.compile(r"\b(async|await) ")


def compose(answers: Answers, catalogue: Catalogue) -> tuple[PlannedFile, ...]:
    """Return every file the answers call for, sorted by path; raise UsageError where a name leads to one twice."""
    given, used = catalogue.given(answers.options), uses(answers.resources)
    features = catalogue.features(answers.framework, answers.addons, given, used)
    tags = tags_of(features, given, used)
    values = _values(answers, catalogue, features)
    renderer = Renderer(features, tags, values)
    nouns = _nouns(answers, values)
    markers = {f"__{name}__": values[name] for name in ("package", *(name for name, _ in nouns)) if name in values}
    for name, migration in values["migrations"].items():
        markers[f"__revision___{name}.py"] = f"{migration['revision']}_{name}.py"
    rendered = [file for feature in features for file in _rendered(feature, tags, renderer, markers)]
    if problems := _clashes(rendered, nouns):
        raise UsageError(problems)
    sync = [pattern for feature in features for pattern in feature.entries("without_async")]
    texts = formatted({file.path: _without_async(file.path, file.content.decode(), sync) for file in rendered})
    files = [replace(file, content=texts[file.path].encode()) for file in rendered]
    files += record(answers, values["version"], values["checks"])
    return tuple(sorted(files, key=lambda file: file.path))


def _nouns(answers: Answers, values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the nouns that were given to options, each behind its option, but for those of resources."""
    several = {**values["chosen_resources"], **values["named"]}
    alone = [(name, said.partition(":")[0]) for name, said in answers.options.items() if name not in several]
    return [*alone, *((name, noun[name]) for name, nouns in values["named"].items() for noun in nouns)]


def _clashes(files: Sequence[PlannedFile], nouns: Sequence[tuple[str, str]]) -> list[Problem]:
    """Say which paths are there twice: features never share one, so an option's noun is called like something else."""
    twice = sorted(path for path, count in Counter(file.path for file in files).items() if count > 1)
    return [_clash(path, *named) for path in twice for named in nouns if named[1] in path]


def _clash(path: str, option: str, noun: str) -> Problem:
    got = f'got "{noun}", whose {path} is there for something else'
    return Problem(f"--{option}", f'{got}; expected another noun, such as "{noun}_api"')


def _values(answers: Answers, catalogue: Catalogue, features: Sequence[Feature]) -> Mapping[str, Any]:
    used = uses(answers.resources)
    return {
        "uses": used,
        "domain_errors": domain_errors(used),
        "result": result_type,
        **merge(answers, catalogue.skill["packages"], features),
        "skill": catalogue.skill["name"],
        "version": catalogue.skill["version"],
        "uv": catalogue.skill["defaults"]["uv"],
        "reasoned_list": reasoned_list,
        "toml_tables": toml_tables,
        "toml_value": toml_value,
        "yaml_value": partial(json.dumps, ensure_ascii=False),  # JSON is YAML in its flow style
    }


def _rendered(
    feature: Feature, tags: frozenset[str], renderer: Renderer, markers: Mapping[str, str]
) -> Iterator[PlannedFile]:
    when_present = feature.table("when_present")
    for tree in trees(feature.folder, "files", tags):
        for source in (Path(folder, name) for folder, _, names in os.walk(tree) for name in names):
            path = str(source).removeprefix(f"{tree}/")
            for marker, name in markers.items():
                path = path.replace(marker, name)
            for each_path, its_renderer in _for_resources(path, renderer):
                content = its_renderer.render_file(source).encode()
                yield PlannedFile(
                    each_path, feature.name, content, WhenPresent(when_present.get(each_path, "conflict"))
                )


def _without_async(path: str, text: str, patterns: Sequence[str]) -> str:
    """Return what the file says without `async` and `await`, where a pattern matches its path."""
    return _ASYNC.sub("", text) if any(fnmatch(path, pattern) for pattern in patterns) else text


def _for_resources(path: str, renderer: Renderer) -> Iterator[tuple[str, Renderer]]:
    """Yield a path that names a resource once for each that it is for, with a renderer that is about it.

    A path that names an option of resources comes once for each that was chosen, with its plural there; one that names
    an option that can be given several times, once for each noun.
    """
    for option, nouns in renderer.named.items():
        if (marker := f"__{option}__") in path:
            yield from ((path.replace(marker, noun[option]), renderer.about(noun)) for noun in nouns)
            return
    for option, chosen in renderer.chosen_resources.items():
        if (marker := f"__{option}__") in path:
            yield from ((path.replace(marker, resource["nouns"]), renderer.about(resource)) for resource in chosen)
            return
    if not _ABOUT_ONE.search(path):
        yield path, renderer
        return
    for resource in renderer.resources:
        if any(resource[name] is None for name in _ABOUT_ONE.findall(path)):
            continue
        named = _ABOUT_ONE.sub(lambda found, names=resource: str(names[found[1]]), path)
        yield named, renderer.about(resource)
