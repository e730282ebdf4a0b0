"""What a page names in code font is there, as far as it can be looked up: options, settings and paths.

Any other word passes: nobody has to teach a test what a page may speak of.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.documents import facts
from tests.documents.checking import Verdicts
from tests.documents.commands import is_command
from tests.documents.markdown import ROOT, Page, Piece
from tests.output.emissions import addons_of, frameworks

_OPTION = re.compile(r"--[a-z][a-z-]*")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]*")
_PATH = re.compile(r"(?![/.]{2}|/)[\w.@!<>/-]+")
_FILE = re.compile(r".*\.(py|toml|ya?ml|md|json|lock|example)")
_PLACEHOLDER = re.compile(r"<[a-z]+>")


@dataclass(frozen=True, slots=True)
class World:
    """What there is to name."""

    paths: Collection[str]
    variables: Collection[str]
    options: Collection[str] = ()
    choices: Collection[str] = ()

    def lacks(self, span: str) -> str | None:
        """Say what a span names that is not there; None where it names nothing that can be looked up."""
        if span.startswith("--"):
            return self._lacks_option(*span.split(maxsplit=1))
        if _VARIABLE.fullmatch(span):
            return self._lacks_variable(span)
        return self._lacks_path(span) if self._is_path(span) else None

    def covers(self, span: str) -> bool:
        """Tell whether a span is looked up at all."""
        return span.startswith("--") or bool(_VARIABLE.fullmatch(span)) or self._is_path(span)

    def _lacks_option(self, option: str, values: str = "") -> str | None:
        if option not in self.options:
            return "is no option of a command"
        unknown = [value for value in values.split(",") if value and value not in self.choices]
        return f"names no choice: {', '.join(unknown)}" if unknown else None

    def _lacks_variable(self, span: str) -> str | None:
        """Object to what begins as settings of ours do, and is none; other programs have variables of their own."""
        prefix = span[: span.index("_") + 1]
        ours = [variable for variable in self.variables if variable.startswith(prefix)]
        is_there = span in ours or (span.endswith("_") and any(variable.startswith(span) for variable in ours))
        return "is no setting" if ours and not is_there else None

    def _is_path(self, span: str) -> bool:
        if not _PATH.fullmatch(span):
            return False
        root, slash, _ = span.partition("/")
        return span.endswith("/") or bool(_FILE.fullmatch(span)) or bool(slash and root in self._roots())

    def _roots(self) -> set[str]:
        return {path.partition("/")[0] for path in self.paths if "/" in path}

    def _lacks_path(self, span: str) -> str | None:
        pattern = "*/" + _PLACEHOLDER.sub("*", span) + ("*" if span.endswith("/") else "")
        return None if any(fnmatchcase(f"/{path}", pattern) for path in self.paths) else "is no path that is there"


def code_font(pages: Iterable[Page], world: World) -> Verdicts:
    """Every option, setting and path in code font is there; commands have a check of their own."""
    for one in pages:
        for span in one.spans:
            if world.covers(span.text) and not is_command(span.text):
                yield _verdict(span, world.lacks(span.text))


def tasks(pages: Iterable[Page], known: Collection[str]) -> Verdicts:
    """Every Poe task that is called anywhere on a page is declared."""
    for one in pages:
        for piece in (*one.spans, *one.fences):
            for task in re.findall(r"\bpoe ([a-z][\w-]*)", piece.text):
                yield None if task in known else piece.wrong(f"calls {task}, which is no Poe task")


def defaults(pages: Iterable[Page], variables: Mapping[str, str]) -> Verdicts:
    """Where a table gives the default of a setting, it is that default."""
    for one in pages:
        for row in one.rows:
            if "Default" in row.cells:
                stated = row.cells["Default"].replace("<package>", facts.PACKAGE)
                expected = variables.get(row.cells["Variable"])
                yield None if stated == expected else row.wrong(f"states {stated!r}; it is {expected!r}")


def whole_world() -> World:
    """Return the skill and all that it emits."""
    own = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if not {".git", ".venv"} & {*path.parts}}
    help_texts = "\n".join(facts.help_text(name) for name in ("bootstrap", "verify"))
    return World(
        paths={*own, *facts.emitted_paths()},
        variables=facts.variables(facts.emitted_with_everything()),
        options=frozenset(_OPTION.findall(help_texts)),
        choices=frozenset([*facts.GATES, *frameworks(), *addons_of(facts.FRAMEWORK)]),
    )


def emitted_world(*addons: str) -> World:
    """Return one backend, as those see it who have nothing else."""
    files = facts.emitted(*addons)
    of_compose = re.findall(r"\$\{(\w+):[-?]", files.get("compose.yaml", ""))
    return World(files, {*facts.variables(files), *of_compose})


def _verdict(span: Piece, objection: str | None) -> str | None:
    return span.wrong(objection) if objection else None
