"""Markdown pages taken apart: what in them can be held against something."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
_NOT_OURS = frozenset({"assets"})  # what is emitted is held by tests of what is emitted
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something on a page, and where."""

    page: str
    line: int
    text: str

    def wrong(self, what: str) -> str:
        """Say what is wrong with it."""
        return f"{self.page}:{self.line}: {self.text.strip()!r} {what}"


@dataclass(frozen=True, slots=True)
class Fence(Piece):
    """A block of code."""

    language: str


@dataclass(frozen=True, slots=True)
class Row(Piece):
    """A row of a table: its cells by their column's heading, without markup."""

    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file; `path` is relative to the folder it was found in."""

    path: str
    text: str
    fences: list[Fence] = field(default_factory=list[Fence])
    spans: list[Piece] = field(default_factory=list[Piece])
    links: list[Piece] = field(default_factory=list[Piece])
    prose: list[Piece] = field(default_factory=list[Piece])
    headings: list[Piece] = field(default_factory=list[Piece])
    rows: list[Row] = field(default_factory=list[Row])

    @property
    def anchors(self) -> frozenset[str]:
        """What a link can name after its #."""
        return frozenset(_slug(heading.text) for heading in self.headings)

    @property
    def front_matter(self) -> str:
        """The YAML before the page, empty when there is none."""
        found = _FRONT_MATTER.match(self.text)
        return found[1] if found else ""


def pages(root: Path = ROOT) -> tuple[Page, ...]:
    """Read every Markdown file below `root` that is written by hand, hidden folders apart."""
    found = (path.relative_to(root) for path in sorted(root.rglob("*.md")))
    kept = (
        path for path in found if not _NOT_OURS & set(path.parts) and not any(part[0] == "." for part in path.parts)
    )
    return tuple(parse(path.as_posix(), (root / path).read_text(encoding="utf-8")) for path in kept)


def page(path: str, root: Path = ROOT) -> Page:
    """Read one."""
    return parse(path, (root / path).read_text(encoding="utf-8"))


def parse(path: str, text: str) -> Page:
    """Take a page apart."""
    made = Page(path, text)
    body = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text)
    tokens = _MARKDOWN.parse(body)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "fence":
            made.fences.append(Fence(path, _line(token), token.content, token.info))
        elif token.type == "inline":
            _add_inline(made, token)
            if before is not None and before.type == "heading_open":
                made.headings.append(Piece(path, _line(token), _plain(token)))
    made.rows.extend(_rows(path, tokens))
    return made


def _add_inline(made: Page, token: Token) -> None:
    piece = partial(Piece, made.path, _line(token))
    made.prose.append(piece(" ".join(child.content for child in token.children or () if child.type == "text")))
    for child in token.children or ():
        if child.type == "code_inline":
            made.spans.append(piece(child.content))
        elif child.type == "link_open":
            made.links.append(piece(str(child.attrs["href"])))


def _rows(path: str, tokens: Sequence[Token]) -> Iterator[Row]:
    """Yield the rows of all tables below their heading."""
    columns: list[str] = []
    cells: list[str] = []
    for before, token in pairwise(tokens):
        if token.type == "table_open":
            columns = []
        elif before.type == "th_open":
            columns.append(_plain(token))
        elif before.type == "td_open":
            cells.append(_plain(token))
        elif token.type == "tr_close" and cells:
            yield Row(path, _line(token), " | ".join(cells), dict(zip(columns, cells, strict=True)))
            cells = []


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _plain(token: Token) -> str:
    return "".join(
        child.content for child in token.children or () if child.type in {"text", "code_inline", "softbreak"}
    )


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
