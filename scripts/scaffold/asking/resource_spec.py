"""Reads `--resource` into words, without a judgement: what they mean and what is wrong with them is said elsewhere."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffold.asking.english import plural_of
from scaffold.asking.resource import OPERATIONS

_CLAUSE = re.compile(r"(?<=\S)\s+(under|by)(?:\s+|$)")
_UNIQUE = re.compile(r"unique\s*\((.*)\)", re.DOTALL)
_TYPE = re.compile(r"([^\s()?=<>]*)\s*(?:\(([^()]*)\))?(.*)", re.DOTALL)
_MODIFIER = re.compile(r"\?|[<>]=?|(?:\bdefault\s*)?=|[^\s?=<>]+")
_MARKS = ("?", "unique", "readonly")
_FIELDS = re.compile(r"\s*,\s*|\s+(?:and|by)\s+")


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What was said of a field. `arguments` stood in parentheses behind its type, `surplus` where nothing can stand."""

    name: str
    type: str
    arguments: str | None
    optional: bool
    unique: bool
    readonly: bool
    defaults: tuple[str, ...]
    surplus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What was said of a resource. `given` tells whether the plural was."""

    singular: str
    plural: str
    given: bool
    parents: tuple[str, ...]
    filters: tuple[str, ...]
    fields: tuple[FieldWords, ...]
    uniques: tuple[tuple[str, ...], ...]
    operations: tuple[str, ...]
    whole: bool
    """Whether every parenthesis that opens closes."""


def read_words(spec: str) -> Words:
    """Take a spec apart."""
    head, _, rest = spec.partition(":")
    body, _, tail = rest.partition(";")
    noun, *clauses = _CLAUSE.split(head.strip())
    singular, slash, given = (noun_in(part) for part in noun.partition("/"))
    said = list(zip(clauses[::2], clauses[1::2], strict=True))
    operations, listed = _operations(tail)
    items = list(_split(body)) if body.strip() else []
    uniques = {item: together[1] for item in items if (together := _UNIQUE.fullmatch(item))}
    return Words(
        singular=singular,
        plural=given if slash else plural_of(singular),
        given=bool(slash),
        parents=tuple(noun_in(text) for word, text in said if word == "under"),
        filters=(*(name for word, text in said if word == "by" for name in _FIELDS.split(text.strip())), *listed),
        fields=tuple(_field(item) for item in items if item not in uniques),
        uniques=tuple(tuple(_FIELDS.split(uniques[item].strip())) for item in items if item in uniques),
        operations=operations,
        whole=_is_whole(spec),
    )


def noun_in(text: str) -> str:
    """Return a noun as it is called in code."""
    return text.strip().replace("-", "_")


def enum_values(arguments: str | None) -> tuple[str, ...]:
    """Return the values in `open|paid`, which commas may separate as well."""
    return tuple(value.strip() for value in re.split(r"[|,]", arguments)) if arguments and arguments.strip() else ()


def _is_whole(text: str) -> bool:
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth not in {0, 1}:
            return False
    return depth == 0


def _split(body: str) -> Iterator[str]:
    """Yield what stands between the commas that are not in parentheses."""
    yield from (piece.strip() for piece in re.split(r",(?![^()]*\))", body))


def _field(item: str) -> FieldWords:
    name, colon, said = item.partition(":")
    found = _TYPE.match((said if colon else item).strip())
    kind, arguments, rest = found.groups() if found else ("", None, "")
    if not colon and found and arguments is None:  # a noun alone
        name, kind = kind, ""
    words = _MODIFIER.findall(rest)
    defaults, surplus = _values(word for word in words if word not in _MARKS)
    optional, unique, readonly = (mark in words for mark in _MARKS)
    return FieldWords(name.strip(), kind, arguments, optional, unique, readonly, defaults, surplus)


def _values(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the defaults behind a type, and the words that can mean nothing there."""
    defaults: list[list[str]] = []
    surplus: list[str] = []
    for word in words:
        if word.endswith("=") and word[0] not in "<>":
            defaults.append([])
        else:
            (defaults[-1] if defaults else surplus).append(word)
    return tuple(_unquoted(" ".join(default)) for default in defaults), tuple(surplus)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _operations(tail: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the operations, each as it was said, and the fields of `list by`, which commas may separate as well."""
    operations: list[str] = []
    listed: list[str] = []
    behind_by = False
    for piece in (" ".join(piece.split()) for piece in re.split("[,;]", tail) if tail.strip()):
        first, by, names = piece.partition(" by ")
        if behind_by and not by and re.fullmatch(r"\w+", piece) and piece not in OPERATIONS:
            listed.append(piece)
        else:
            behind_by = first == "list" and bool(by)
            operations.append(first if behind_by else piece)
            listed += _FIELDS.split(names) if behind_by else ()
    return tuple(operations), tuple(listed)
