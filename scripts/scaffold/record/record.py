"""The record an emitted backend keeps of how it was made, in its folder .backend/.

`answers.yaml` can be read back by `bootstrap.py --answers`. `base.json.bz2` holds every file as it was emitted, so
that a later version of the skill, which no longer has these templates, can still tell what the owners changed.
"""

import bz2
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from scaffold.asking.answers import Answers
from scaffold.plan import PlannedFile
from scaffold.record.checks import PATH, checks_text

FOLDER = ".backend"
_OWNER = "core"


def record(
    answers: Answers, version: str, checks: Mapping[str, Any], files: Sequence[PlannedFile]
) -> Iterator[PlannedFile]:
    """Yield the record's files for a backend made of `files`."""
    yield PlannedFile(f"{FOLDER}/answers.yaml", _OWNER, _answers_text(answers, version).encode())
    yield PlannedFile(PATH, _OWNER, checks_text(checks).encode())
    yield PlannedFile(f"{FOLDER}/base.json.bz2", _OWNER, _base(files))


def _answers_text(answers: Answers, version: str) -> str:
    document: dict[str, Any] = {
        "skill": "setting-up-python-backends",
        "version": version,
        "name": answers.name,
        "framework": answers.framework,
        "with": list(answers.addons),
        "resource": answers.resource.spec,
        "python": answers.python,
        **({"options": dict(answers.options)} if answers.options else {}),
    }
    head = "# How this backend was made; evolving it starts from here. Do not edit by hand: see AGENTS.md.\n"
    return head + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)


def _base(files: Sequence[PlannedFile]) -> bytes:
    """bz2, because zlib's output differs between its implementations and the same answers must give the same bytes."""
    ordered = sorted(files, key=lambda file: file.path)
    document = {file.path: {"owner": file.owner, "text": file.content.decode()} for file in ordered}
    return bz2.compress(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())
