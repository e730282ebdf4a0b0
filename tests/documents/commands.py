"""Commands on a page are ones that would run: scripts and options exist, values are accepted, tasks are declared.

A program that nothing here knows passes.
"""

import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, takewhile
from pathlib import Path

from tests.documents import facts
from tests.documents.checking import Verdicts
from tests.documents.markdown import ROOT, Page, Piece
from tests.output.emissions import frameworks

_HEADS = ("uv ", "python3 ", "alembic ", "poe ")
# Pages that speak of the skill's own repository, too, where it has tasks and tests of its own.
_OF_THE_SKILL = frozenset({"AGENTS.md", "CHANGELOG.md", "README.md"})


def commands(pages: Iterable[Page]) -> Verdicts:
    """Every command in a shell block, or in code font, would run."""
    for one in pages:
        for piece, words in _commands(one):
            objection = _objection(words, one.path)
            yield piece.wrong(objection) if objection else None


def is_command(span: str) -> bool:
    """Tell whether a piece of code in running text is a command."""
    return span.startswith(_HEADS)


def _commands(one: Page) -> Iterator[tuple[Piece, list[str]]]:
    for fence in one.fences:
        if fence.language == "sh":
            for line in fence.text.replace("\\\n", " ").splitlines():
                yield from ((Piece(one.path, fence.line, line), words) for words in _split(line))
    for span in one.spans:
        if is_command(span.text):
            yield from ((span, words) for words in _split(span.text))


def _split(line: str) -> list[list[str]]:
    words = shlex.split(line, comments=True)
    return [list(group) for is_and, group in groupby(words, lambda word: word == "&&") if not is_and]


def _objection(words: Sequence[str], path: str) -> str | None:
    match list(words):
        case ["uv", "run", *run] | ["python3", *run]:
            return _run_objection(run, path)
        case ["poe", *_] as run:
            return _run_objection(run, path)
        case ["uv", *arguments]:
            return _uv_objection(arguments)
        case ["alembic", *_]:
            return _alembic_objection(words)
        case _:
            return None


def _run_objection(words: Sequence[str], path: str) -> str | None:
    match list(words):
        case ["poe", task, *_]:
            return _task_objection(task, path)
        case ["pytest", *arguments]:
            return _tests_objection(arguments)
        case [script, *arguments] if script.startswith("scripts/"):
            return _script_objection(script, arguments)
        case _:
            return None


def _uv_objection(arguments: Sequence[str]) -> str | None:
    verbs = list(takewhile(lambda word: word[0] != "-", arguments))
    asked = subprocess.run(["uv", *verbs, "--help"], capture_output=True, text=True, check=False)
    if asked.returncode:
        return f"is no command of uv: {' '.join(verbs)}"
    options = [word for word in arguments if word[0] == "-"]
    unknown = [option for option in options if f" {option.partition('=')[0]}" not in asked.stdout]
    return f"gives `uv {' '.join(verbs)}` what it does not know: {', '.join(unknown)}" if unknown else None


def _task_objection(task: str, path: str) -> str | None:
    files = [facts.emitted_with_everything(framework)["pyproject.toml"] for framework in frameworks()]
    if path in _OF_THE_SKILL:
        files.append((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = {task for file in files for task in facts.tasks(file)}
    return None if task in known else f"names no Poe task; there are {', '.join(sorted(known))}"


def _tests_objection(arguments: Sequence[str]) -> str | None:
    options = {"-m", *facts.markers()}
    absent = [word for word in arguments if word not in options and word[0] != "-" and not (ROOT / word).exists()]
    return f"names tests that are not there: {', '.join(absent)}" if absent else None


def _alembic_objection(words: Sequence[str]) -> str | None:
    plain = " ".join(word for word in words if word != "--sql")
    tasks = facts.tasks(facts.emitted_with_everything()["pyproject.toml"]).values()
    run = [str(task["cmd"]).removeprefix("python -m local_servers ") for task in tasks if "cmd" in task]
    return None if plain in run else "is no command that an emitted task runs"


def _script_objection(script: str, arguments: Sequence[str]) -> str | None:
    if not (ROOT / script).is_file():
        return f"names {script}, which is not there"
    harmless = ["--json", *(["--dry-run"] if "--dry-run" in facts.help_text(Path(script).stem) else [])]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "here")
        here.mkdir()
        command = [sys.executable, ROOT / script, *arguments, *harmless]
        finished = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    if finished.returncode == 0:
        return None
    return _refusal(finished.stdout, finished.stderr)


def _refusal(document: str, errors: str) -> str | None:
    """Return what was refused, but for the directory: a page names one that its reader has."""
    if not document:
        return f"is refused: {errors.splitlines()[-1]}"
    problems = [problem for problem in json.loads(document)["problems"] if problem["where"] != "DIR"]
    said = "; ".join(f"{problem['where']}: {problem['message']}" for problem in problems)
    return f"is refused: {said}" if said else None
