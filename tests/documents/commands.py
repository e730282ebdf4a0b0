"""Commands on a page are ones that would run: scripts and options exist, values are accepted, tasks are declared."""

import contextlib
import io
import re
import shlex
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from scaffold.asking.answers import Request, settle
from scaffold.checking.gates import GATE_NAMES
from scaffold.errors import SkillError
from scaffold.features.catalogue import load
from tests.documents import facts
from tests.documents.checking import Verdicts
from tests.documents.markdown import ROOT, Page, Piece

_HEADS = ("uv ", "pip ", "python3 ", "cd ", "alembic ", "poe ")
_UNKNOWN = "is no command that a page may name without a check in tests/documents/commands.py"
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
        case ["pip", "install", "uv"] | ["cd", _]:
            return None
        case ["uv", "run", *run] | ["python3", *run]:
            return _run_objection(run, path)
        case ["poe", *_] as run:
            return _run_objection(run, path)
        case ["uv", "audit" | "lock" | "sync" as verb, *options]:
            return _uv_objection(verb, options)
        case ["alembic", *_]:
            return _alembic_objection(words)
        case _:
            return _UNKNOWN


def _run_objection(words: Sequence[str], path: str) -> str | None:
    match list(words):
        case ["poe", task, *_]:
            return _task_objection(task, path)
        case ["pytest", *arguments]:
            return _tests_objection(arguments)
        case [script, *arguments] if script.startswith("scripts/"):
            return _script_objection(script, arguments)
        case _:
            return _UNKNOWN


def _uv_objection(verb: str, options: Sequence[str]) -> str | None:
    known = subprocess.run(["uv", verb, "--help"], capture_output=True, text=True, check=True).stdout
    unknown = [option for option in options if f" {option}" not in known]
    return f"gives `uv {verb}` what it does not know: {', '.join(unknown)}" if unknown else None


def _task_objection(task: str, path: str) -> str | None:
    known = {*facts.emitted_tasks(), *(facts.own_tasks() if path in _OF_THE_SKILL else ())}
    return None if task in known else f"names no Poe task; there are {', '.join(sorted(known))}"


def _tests_objection(arguments: Sequence[str]) -> str | None:
    options = {"-m", *facts.markers()}
    absent = [word for word in arguments if word not in options and word[0] != "-" and not (ROOT / word).exists()]
    return f"names tests that are not there: {', '.join(absent)}" if absent else None


def _alembic_objection(words: Sequence[str]) -> str | None:
    plain = " ".join(word for word in words if word != "--sql")
    known = [task["cmd"] for task in facts.emitted_tasks().values() if "cmd" in task]
    return None if plain in known else "is no command that an emitted task runs"


def _script_objection(script: str, arguments: Sequence[str]) -> str | None:
    settled = {"scripts/bootstrap.py": _bootstrap_objection, "scripts/verify.py": _verify_objection}.get(script)
    if settled is None or not (ROOT / script).is_file():
        return f"names {script}, which is no command of this skill"
    name = script.removeprefix("scripts/").removesuffix(".py")
    return _options_objection(facts.parser(name), arguments, settled)


def _options_objection(
    parser: ArgumentParser, arguments: Sequence[str], settled: Callable[[Namespace], str | None]
) -> str | None:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            options = parser.parse_args(arguments)
    except SystemExit as end:
        return f"is refused: {said.getvalue().splitlines()[-1]}" if end.code else None
    return settled(options)


def _bootstrap_objection(options: Namespace) -> str | None:
    if options.list or options.answers:
        return None
    addons = [name for word in options.addons for name in re.split(r",\s*", word)]
    try:
        settle(Request(options.name, options.framework, addons, options.resource, options.python), load())
    except SkillError as error:
        return f"is refused: {error}"
    return None


def _verify_objection(options: Namespace) -> str | None:
    unknown = [name for name in options.only if name not in GATE_NAMES]
    return f"names no gate: {', '.join(unknown)}" if unknown else None
