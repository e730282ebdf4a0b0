"""The kinds of slots: how what several features contribute to one place becomes one text.

A slot is declared, with its kind, in the manifest of the feature that owns the file. The engine puts commas and empty
lines, so that a contribution never depends on what others contribute.
"""

from collections.abc import Callable, Mapping, Sequence


def arguments(pieces: Sequence[str]) -> str:
    """Arguments of a call, items of a list or a dictionary: a comma after each."""
    return "".join(f"{item},\n" for piece in pieces for item in _items(piece)).rstrip("\n")


def parameters(pieces: Sequence[str]) -> str:
    """Parameters of a function, each once; those below a line `*` can be given by name only."""
    by_position: list[str] = []
    by_name: list[str] = []
    for piece in pieces:
        items = _items(piece)
        star = items.index("*") if "*" in items else len(items)
        by_position += items[:star]
        by_name += items[star + 1 :]
    return arguments(list(dict.fromkeys([*by_position, *(["*", *by_name] if by_name else [])])))


JOINED: Mapping[str, Callable[[Sequence[str]], str]] = {
    "lines": "\n".join,  # statements, fields, imports, rows of a table: one below the other
    "sections": "\n\n".join,  # definitions, or sections of a document: an empty line between two
    "arguments": arguments,
    "parameters": parameters,
}
EXPRESSION = "expression"
"""One expression that each feature wraps, the first innermost; a contribution sees it as `inner`."""


def _items(piece: str) -> list[str]:
    """Return the items of a contribution: one a line, or several lines where a bracket is open at a line's end."""
    items: list[str] = []
    depth = 0
    for line in piece.splitlines():
        if depth:
            items[-1] += f"\n{line}"
        else:
            items.append(line)
        depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
    return items
