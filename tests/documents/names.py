"""Everything in code font is real: an option, a variable, a path, a name in the code, or known to be another's."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from scaffold.asking.resource import parse_resource
from scaffold.checking.gates import GATE_NAMES
from scaffold.errors import SkillError
from scaffold.features.catalogue import load
from tests.documents import facts
from tests.documents.checking import Verdicts
from tests.documents.commands import is_command
from tests.documents.markdown import ROOT, Page

_OPTION = re.compile(r"--[a-z-]+")
_PATH = re.compile(r"[\w.@!<>-]*/[\w.@!<>/-]*|\.?[\w-]+\.(py|toml|yaml|md|json|json\.bz2|example)|\.[a-z-]+")
_SCHEME = re.compile(r"([a-z+]+)://.*")
_HEADER = re.compile(r"[A-Z][a-z]*(-[A-Z][A-Za-z]*)+")
_REQUEST = re.compile(r"(?:GET|POST) (/.*)")
_PLACEHOLDERS = {"<package>": facts.PACKAGE, "<name>": "database"}


@dataclass(frozen=True, slots=True)
class World:
    """What there is to name."""

    paths: Collection[str]
    source: str
    options: Collection[str] = ()
    variables: Collection[str] = ()

    def has(self, span: str) -> bool:
        """Tell whether a span names something that is there."""
        if span.startswith("--"):
            return self._has_option(span)
        kinds = (self._has_variable, self._has_path, self._has_request, self._has_scheme, self._has_header)
        return any(has(span) for has in kinds) or _is_resource(span) or _occurs(span, self.source)

    def _has_option(self, span: str) -> bool:
        option, _, value = span.partition(" ")
        return option in self.options and all(
            word in {*GATE_NAMES, *(addon.name for addon in load().addons)} for word in value.split(",") if word
        )

    def _has_variable(self, span: str) -> bool:
        is_prefix = span.endswith("_") and any(variable.startswith(span) for variable in self.variables)
        return is_prefix or span in self.variables

    def _has_path(self, span: str) -> bool:
        filled = _filled(span)
        if not _PATH.fullmatch(filled):
            return False
        if filled.endswith("/"):
            return any(f"/{filled.lstrip('/')}" in f"/{path}" for path in self.paths)
        return any(f"/{path}".endswith(f"/{filled}") for path in self.paths)

    def _has_request(self, span: str) -> bool:
        found = _REQUEST.fullmatch(span)
        return bool(found) and all(_occurs(word, self.source) for word in re.findall(r"/?\w+", found[1]))

    def _has_scheme(self, span: str) -> bool:
        found = _SCHEME.fullmatch(span)
        return bool(found) and _occurs(f'"{found[1]}"', self.source)

    def _has_header(self, span: str) -> bool:
        return bool(_HEADER.fullmatch(span)) and _occurs(span.lower(), self.source.lower())


def code_font(pages: Iterable[Page], world: World, foreign: Collection[str] = ()) -> Verdicts:
    """Every span names something in this world; commands have a check of their own."""
    for one in pages:
        for span in one.spans:
            if not is_command(span.text) and span.text not in foreign:
                yield None if world.has(span.text) else span.wrong("names nothing that is there")


def defaults(pages: Iterable[Page], variables: Mapping[str, str]) -> Verdicts:
    """Where a table gives the default of a variable, it is that default."""
    for one in pages:
        for row in one.rows:
            if "Default" in row.cells:
                variable, stated = row.cells["Variable"], _filled(row.cells["Default"])
                expected = variables.get(variable)
                yield None if stated == expected else row.wrong(f"states {stated!r}; it is {expected!r}")


def whole_world() -> World:
    """Return the skill and all that it emits."""
    own = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if ".venv" not in path.parts}
    help_texts = "\n".join(facts.parser(name).format_help() for name in ("bootstrap", "verify"))
    return World(
        paths={*own, *facts.emitted_paths()},
        source="\n".join([_without_pages(facts.emitted()), _without_pages(facts.emitted_with_everything())])
        + facts.skill_source(),
        options=frozenset(_OPTION.findall(help_texts)),
        variables=facts.variables(),
    )


def emitted_world(*addons: str) -> World:
    """Return one backend, as those see it who have nothing else."""
    files = facts.emitted(*addons)
    return World(paths={*files, ".backend/base.json.bz2"}, source=_without_pages(files))


def _is_resource(span: str) -> bool:
    try:
        parse_resource(span)
    except SkillError:
        return False
    return True


def _without_pages(files: Mapping[str, str]) -> str:
    # A page is no witness for what it says itself.
    return "\n".join(text for path, text in files.items() if not path.endswith(".md"))


def _filled(span: str) -> str:
    for placeholder, name in _PLACEHOLDERS.items():
        span = span.replace(placeholder, name)
    return span


def _occurs(span: str, source: str) -> bool:
    """Tell whether the source has these words; `...` stands for anything, and `()` for any arguments."""
    pieces = re.split(r"\.\.\.|(?<=\()\)", span)
    pattern = r".*?".join(re.escape(piece) for piece in pieces)
    return re.search(rf"(?<!\w){pattern}(?!\w)" if span[0].isalnum() else pattern, source) is not None
