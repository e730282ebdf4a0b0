"""Puts right what depends on the names a user chose: the order of imports, and brackets that have become too long.

Emitted code must be formatted as it comes off the templates. A template writes one import statement a line, in any
order, and a signature, the head of a class or a call that is a statement on one line; this does with them what ruff's
isort rules and its formatter would do.
"""

import re

from scaffold.python_imports import LINE_LENGTH, sort_imports

_IMPORTS = re.compile(r"^(?:(?:import \S+|from \S+ import [^\n(]+)\n+)+", re.MULTILINE)
_SIGNATURE = re.compile(
    r"^(?P<indent> *)(?P<start>(?:async )?def \w+\()(?P<parameters>[^()\n]+)(?P<end>\)(?: -> .+)?:)$", re.MULTILINE
)
_CLASS = re.compile(r"^(?P<indent>)(?P<start>class \w+\()(?P<parameters>.+)(?P<end>\):)$", re.MULTILINE)
_CALL = re.compile(
    r"^(?P<indent> *)(?P<start>(?:return |\w+ = )[\w.]+\()(?P<parameters>(?:[^()\n]|\([^()\n]*\))+)(?P<end>\))$",
    re.MULTILINE,
)


def tidy(text: str, package: str) -> str:
    """Return the source of a module of `package`, or of its tests, as the formatter would leave it."""
    found = _IMPORTS.search(text)
    if found:
        blank_lines = found[0][len(found[0].rstrip("\n")) + 1 :]
        text = text[: found.start()] + sort_imports(found[0], package) + blank_lines + text[found.end() :]
    if max(map(len, text.splitlines()), default=0) <= LINE_LENGTH:
        return text
    for pattern in (_SIGNATURE, _CLASS, _CALL):
        text = pattern.sub(_broken, text)
    return text


def _broken(found: re.Match[str]) -> str:
    if len(found[0]) <= LINE_LENGTH:
        return found[0]
    indent, parameters = found["indent"], found["parameters"]
    inner = f"{indent}    {parameters}"
    if len(inner) > LINE_LENGTH:
        inner = "\n".join(f"{indent}    {parameter}," for parameter in _split(parameters))
    return f"{indent}{found['start']}\n{inner}\n{indent}{found['end']}"


def _split(parameters: str) -> list[str]:
    """Return the parameters apart; the commas within brackets, as in `dict[str, int]`, do not part them."""
    return re.split(r", (?![^\[(]*[\])])", parameters)
