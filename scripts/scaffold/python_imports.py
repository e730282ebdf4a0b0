"""Sorts and wraps a block of import statements the way ruff's isort rules and formatter do.

Emitted code must be formatted as it comes off the templates, and the right order depends on the names a user chose.
Rules: https://docs.astral.sh/ruff/settings/#lintisort (defaults, with `known-local-folder = ["tests"]`).
"""

import re
import sys
from collections.abc import Iterable, Iterator

LINE_LENGTH = 120
_STATEMENT = re.compile(r"(?:from (?P<source>\S+) )?import (?P<names>.+)")


def sort_imports(block: str, package: str) -> str:
    """Return the statements of `block` (one a line) merged, sorted into sections and wrapped to the line length."""
    plain: set[str] = set()
    members: dict[str, set[str]] = {}
    for line in filter(None, map(str.strip, block.splitlines())):
        source, names = _parse(line)
        if source is None:
            plain.update(names)
        else:
            members.setdefault(source, set()).update(names)
    sections: list[list[str]] = [[], [], [], []]
    for name in sorted(plain, key=str.lower):
        sections[_section(name, package)].append(f"import {name}")
    for source in sorted(members, key=str.lower):
        sections[_section(source, package)].extend(_from(source, members[source]))
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _parse(line: str) -> tuple[str | None, list[str]]:
    found = _STATEMENT.fullmatch(line)
    if found is None:
        message = f"got {line!r} in an import block; expected one import statement a line"
        raise ValueError(message)
    return found["source"], [name.strip() for name in found["names"].split(",")]


def _section(module: str, package: str) -> int:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return 0
    return {package: 2, "local_issuer": 2, "tests": 3}.get(top, 1)


def _from(source: str, names: Iterable[str]) -> Iterator[str]:
    ordered = sorted(names, key=_member_order)
    own = [name for name in ordered if " as " not in name]
    line = f"from {source} import {', '.join(own)}"
    if len(line) > LINE_LENGTH:
        yield f"from {source} import ("
        yield from (f"    {name}," for name in own)
        yield ")"
    elif own:
        yield line
    yield from (f"from {source} import {name}" for name in ordered if " as " in name)


def _member_order(name: str) -> tuple[int, str, str]:
    """Constants first, then classes, then the rest, each alphabetically, capitals or not."""
    bare = name.partition(" as ")[0]
    kind = 0 if bare.isupper() and len(bare) > 1 else 1 if bare[:1].isupper() else 2
    return kind, bare.lower(), bare
