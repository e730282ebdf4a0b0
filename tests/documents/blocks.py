"""Blocks of code on a page parse, and trees of files are as they are emitted."""

import ast
import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import yaml

from tests.documents.checking import Verdicts
from tests.documents.markdown import Fence, Page

_PARSERS: Mapping[str, Callable[[str], object]] = {
    "json": json.loads,
    "python": ast.parse,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
}
_CHECKED_ELSEWHERE = frozenset({"sh", "text"})


def blocks(pages: Iterable[Page]) -> Verdicts:
    """Every block says what language it is in, and parses; commands and trees have checks of their own."""
    for one in pages:
        yield from (_objection(fence) for fence in one.fences)


def trees(pages: Iterable[Page], paths: Collection[str]) -> Verdicts:
    """Every line of a tree of files names one of `paths`, or a folder of them."""
    for one in pages:
        for fence in one.fences:
            if fence.language == "text":
                for path in _paths(fence.text):
                    known = path in paths or (path.endswith("/") and any(other.startswith(path) for other in paths))
                    yield None if known else fence.wrong(f"shows {path}, which is not emitted")


def _objection(fence: Fence) -> str | None:
    if fence.language in _CHECKED_ELSEWHERE:
        return None
    parser = _PARSERS.get(fence.language)
    if parser is None:
        return fence.wrong(f"is in {fence.language or 'no language'}, which nothing checks")
    try:
        parser(fence.text)
    except (SyntaxError, ValueError, yaml.YAMLError) as error:
        return fence.wrong(f"does not parse: {error}")
    return None


def _paths(tree: str) -> Iterator[str]:
    """Yield each line's path, put together from the less indented lines above it."""
    above: list[tuple[int, str]] = []
    for line in tree.splitlines():
        if found := re.match(r"( *)(\S+)", line):
            indent = len(found[1])
            above = [(outer, name) for outer, name in above if outer < indent]
            above.append((indent, found[2]))
            yield "".join(name for _, name in above)
