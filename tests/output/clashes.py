"""Finds the nouns that the emitted code cannot carry: those that would give two of its things one name."""

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from scaffold.asking.names import class_name, field_objections, noun_objections
from scaffold.plan import PlannedFile
from tests.output.namings import EVERY_TYPE, Naming

# Words that the emitted code has nowhere else stand for the names that a user chooses.
SINGULAR, PLURAL, UPSTREAM, JOB = "zzqa", "yyqb", "xxqc", "wwqd"
# Those of further resources, which make use of everything there is, and of two fields.
OTHER, OTHERS, THIRD, THIRDS, FILTER, FIELD = "vvqe", "uuqf", "rrqi", "qqqj", "ttqg", "ssqh"
# One of each kind.
WEBHOOKS = {"standard": "ooqk", "stripe": "nnql", "github": "mmqm", "plain": "llqn"}
_EVERY_OPERATION = "create, get, list, update, delete"
CHOSEN = Naming(
    "chosen",
    "orders-api",
    f"{SINGULAR}/{PLURAL}: {EVERY_TYPE}, {FIELD}_kind:enum(a|b); {_EVERY_OPERATION}\n"
    f"{OTHER}/{OTHERS} under {SINGULAR} by {FILTER}, {FIELD}_kind: "
    f"{FILTER}:str(1..80) unique, {FIELD}:int(0..), {FIELD}_kind:enum(a|b) = a; {_EVERY_OPERATION}\n"
    f"{THIRD}/{THIRDS}: {OTHER}_id:ref({OTHER}); create idempotent, get",
    UPSTREAM,
    JOB,
    cached=f"{SINGULAR},{OTHER}",
    webhook=",".join(f"{noun}:{kind}" for kind, noun in WEBHOOKS.items()),
)
_ROLE_OF = {
    **dict.fromkeys((SINGULAR, OTHER, THIRD), "singulars"),
    **dict.fromkeys((PLURAL, OTHERS, THIRDS), "plurals"),
    UPSTREAM: "upstream",
    JOB: "job",
    **dict.fromkeys(WEBHOOKS.values(), "webhook"),
    FILTER: "filters",
    FIELD: "fields",
}
NOUNS = ("singulars", "plurals", "upstream", "job", "webhook")
"""The roles that a noun may have."""
_CHOSEN = re.compile("|".join(_ROLE_OF), re.IGNORECASE)


class Clash(NamedTuple):
    """A noun that cannot have this role: where it names one thing, `name` is another in the same place."""

    role: str
    noun: str
    name: str
    place: str


def clashes(files: Iterable[PlannedFile]) -> set[Clash]:
    """Return all the clashes in a backend that was named as in CHOSEN."""
    return {clash for place, names in _places(tuple(files)) for clash in _between(place, names)}


def _between(place: str, names: frozenset[str]) -> Iterator[Clash]:
    chosen = {name: found for name in names if (found := _CHOSEN.search(name))}
    for name, found in chosen.items():
        made = re.compile(re.escape(name[: found.start()]) + "(.+)" + re.escape(name[found.end() :]))
        for other in names - chosen.keys():
            role = _ROLE_OF[found[0].lower()]
            if (filled := made.fullmatch(other)) and (noun := _noun(found[0], filled[1], role)):
                yield Clash(role, noun, other, place)


def _noun(word: str, instead: str, role: str) -> str | None:
    """Return the noun or field that is spelled `instead` where the word is spelled as it is, if there can be one."""
    noun = re.sub(r"(?<!^)([A-Z])", r"_\1", instead).lower() if word.istitle() else instead.lower()
    spelled = {"title": class_name(noun), "upper": noun.upper()}.get(_case(word), noun)
    objections = noun_objections(noun) if role in NOUNS else field_objections(noun, {})
    return noun if spelled == instead and not any(objections) else None


def _case(word: str) -> str:
    return "title" if word.istitle() else "upper" if word.isupper() else "lower"


def _places(files: tuple[PlannedFile, ...]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each place with the names in it that have to differ from each other."""
    sources = {file.path: file.content.decode() for file in files if file.path.endswith(".py")}
    served = {path: source for path, source in sources.items() if path.startswith("src/")}
    texts = {file.path: file.content.decode() for file in files if file.path in {".env.example", "README.md"}}
    for path, source in sources.items():
        yield from _scopes(path, source)
    yield "paths", frozenset(str(PurePath(file.path).with_suffix("")) for file in files)
    yield "variables", _found(r"^#? ?([A-Z_]+)=", texts)
    yield "URLs", _found(r'(?:["`](?:[A-Z]+ )?/|\bpath\(")([a-z_-]+)(?:["`?]|/[{"])', served, texts)
    yield "tables", _found(r'\b(?:create_)?table\(\s*"(\w+)"', sources)
    yield "fixtures", _found(r"^@pytest\w*\.fixture.*\n(?:async )?def (\w+)", sources)
    yield (
        "operations",
        _found(r"^(?:async )?def (\w+)", {path: text for path, text in sources.items() if "/routes/" in path}),
    )
    yield "schemas", _found(r"^class (\w+)", {path: text for path, text in sources.items() if "/schemas/" in path})


def _found(pattern: str, *texts: dict[str, str]) -> frozenset[str]:
    compiled = re.compile(pattern, re.MULTILINE)
    return frozenset(
        next(filter(None, found.groups()))
        for some in texts
        for text in some.values()
        for found in compiled.finditer(text)
    )


@cache
def _scopes(path: str, source: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return each scope with the names that it, or a scope within, means by it; classes and calls likewise."""
    found: list[tuple[str, frozenset[str]]] = []
    _ = _names_from_outside(symtable.symtable(source, path, "exec"), path, found)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            found.append((f"{path}: attributes of {node.name}", _attributes(node)))
        elif isinstance(node, ast.Call):
            found.append((f"{path}: call in line {node.lineno}", frozenset(k.arg for k in node.keywords if k.arg)))
    return tuple(found)


def _names_from_outside(
    table: symtable.SymbolTable, path: str, found: list[tuple[str, frozenset[str]]]
) -> frozenset[str]:
    """Add a scope and those within; return the names in them that scopes around them bind."""
    within = frozenset[str]().union(*(_names_from_outside(child, path, found) for child in table.get_children()))
    names = frozenset(symbol.get_name() for symbol in table.get_symbols())
    bound = frozenset(symbol.get_name() for symbol in table.get_symbols() if symbol.is_local())
    # A method does not see the names of its class.
    seen = names if table.get_type() == "class" else names | within
    found.append((f"{path}: {table.get_type()} {table.get_name()}", seen))
    return (names - bound) | (within if table.get_type() == "class" else within - bound)


def _attributes(node: ast.ClassDef) -> frozenset[str]:
    of_self = (
        at.attr for at in ast.walk(node) if isinstance(at, ast.Attribute) and ast.unparse(at.value) in {"self", "cls"}
    )
    methods = (at.name for at in node.body if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef))
    fields = (at.target.id for at in node.body if isinstance(at, ast.AnnAssign) and isinstance(at.target, ast.Name))
    return frozenset((*of_self, *methods, *fields))
