"""The record an emitted backend keeps of how it was made, in its folder .backend/.

`answers.yaml` can be read back by `bootstrap.py --answers`. With the templates of the version that it names, every file
can be emitted again as it was.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from scaffold.asking.answers import Answers
from scaffold.plan import PlannedFile
from scaffold.record import ANSWERS, CHECKS

_OWNER = "core"


def record(answers: Answers, version: str, checks: Mapping[str, Any]) -> Iterator[PlannedFile]:
    """Yield the record's files."""
    yield PlannedFile(ANSWERS, _OWNER, _answers_text(answers, version).encode())
    yield PlannedFile(CHECKS, _OWNER, checks_text(checks).encode())


def checks_text(declared: Mapping[str, Any]) -> str:
    """Return the record of what the chosen features declare under `checks`."""
    return json.dumps({"schema": None, "companions": [], **declared}, indent=2) + "\n"


def _answers_text(answers: Answers, version: str) -> str:
    document: dict[str, Any] = {
        "skill": "setting-up-python-backends",
        "version": version,
        "name": answers.name,
        "framework": answers.framework,
        "with": list(answers.addons),
        "resources": [resource.spec for resource in answers.resources],
        "python": answers.python,
        **({"options": dict(answers.options)} if answers.options else {}),
    }
    head = "# How this backend was made; evolving it starts from here. Do not edit by hand: see AGENTS.md.\n"
    return head + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
