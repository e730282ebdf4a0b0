"""The resource a backend is about, read from `--resource "order: customer_id:uuid, total:decimal, note:str?"`."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from scaffold.asking.english import cut_at_word, looks_plural, plural_of, quoted, singular_of, words_in
from scaffold.asking.names import (
    ABBREVIATION,
    MAX_FIELD,
    MAX_NOUN,
    class_name,
    classes_for,
    field_objections,
    noun_objections,
)
from scaffold.errors import Problem, UsageError, did_you_mean

FIELD_TYPES = ("str", "text", "int", "decimal", "bool", "date", "datetime", "uuid")
DEFAULT_RESOURCE = "item: name:str, note:str?"
MAX_FIELDS = 40

_SYNONYMS = {
    **dict.fromkeys(("char", "varchar"), "str"),
    **dict.fromkeys(("bigint", "long", "number"), "int"),
    **dict.fromkeys(("double", "float", "money", "numeric"), "decimal"),
    **dict.fromkeys(("time", "timestamp"), "datetime"),
    "guid": "uuid",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what a number lies, or the length of a text; each limit in the digits in which it was written."""

    minimum: str | None = None
    maximum: str | None = None
    above: bool = False
    """Whether the minimum itself is too small."""
    below: bool = False
    """Whether the maximum itself is too large."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that every instance of a resource has, or may have. `type` is one of FIELD_TYPES, enum or reference."""

    name: str
    type: str
    optional: bool
    bounds: Bounds = Bounds()
    digits: tuple[int, int] = (18, 4)
    """How many digits a decimal has, and how many of them after the point."""
    values: tuple[str, ...] = ()
    """What an enum may be, as it is written on the wire."""
    target: str = ""
    """The singular noun that a reference points at. Its field is called after it, with _id at the end."""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the user's own nouns, in both numbers, with its fields and operations."""

    singular: str
    plural: str
    fields: tuple[Field, ...]
    parent: str | None = None
    """The noun under whose path it is. Its field stands among the fields."""
    filters: tuple[str, ...] = ()
    """The fields by which it can be listed, without that of the parent."""
    uniques: tuple[tuple[str, ...], ...] = ()
    """Fields that no two instances have alike, one or several together."""
    operations: tuple[str, ...] = ("create", "get", "list")
    idempotent: bool = False
    """Whether a client may repeat a creation with the same Idempotency-Key."""

    @property
    def spec(self) -> str:
        """What `parse_resource` reads back as this very resource, today and when the rules for plurals have changed."""
        fields = (f"{field.name}:{field.type}{'?' if field.optional else ''}" for field in self.fields)
        return f"{self.singular}/{self.plural}: {', '.join(fields)}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a resource joins: the nouns that are something else there, and what it is all about, for suggestions."""

    singulars: Collection[str] = ()
    plurals: Collection[str] = ()
    topic: str = "app"
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names that no field can have, with the reason."""


_NOTHING = Field("", "", optional=False)
_NOWHERE = Surroundings()


def parse_resource(spec: str, around: Surroundings = _NOWHERE) -> Resource:
    """Read `spec`, or raise a UsageError with all its problems."""
    head, _, body = spec.partition(":")
    singular, slash, given = (part.strip().replace("-", "_") for part in head.partition("/"))
    plural = given if slash else plural_of(singular)
    drafts = [_draft(piece) for piece in body.split(",")] if body.strip() else []
    own = {noun: "the name of the resource itself" for noun in (singular, plural) if noun.isidentifier()}
    problems = [
        *_singular_problems(singular, around, alone=not slash),
        *(_plural_problems(singular, plural, around) if slash else ()),
        *_field_problems(drafts, singular, {**around.fields, **own}),
    ]
    if problems:
        raise UsageError(Problem("--resource", problem) for problem in problems)
    return Resource(singular, plural, tuple(drafts))


def _draft(piece: str) -> Field:
    name, _, kind = (part.strip() for part in piece.partition(":"))
    return Field(name, kind.removesuffix("?").strip(), kind.endswith("?"))


def _singular_problems(singular: str, around: Surroundings, *, alone: bool) -> Iterator[str]:
    expected = f'expected one such as "{_working_noun(singular, around)}"'
    objections = list(noun_objections(singular, around.singulars))
    yield from (f"got noun {quoted(singular)}, {objection}; {expected}" for objection in objections)
    if alone and not objections:
        both = f"{singular}/{_working_plural(plural_of(singular), singular, around)}"
        for objection in _derived_objections(singular, around):
            yield f'got noun "{singular}", {objection}; {expected}, or both numbers as in "{both}"'


def _derived_objections(singular: str, around: Surroundings) -> Iterator[str]:
    plural = plural_of(singular)
    if looks_plural(singular):
        yield "which looks plural already"
    for objection in _plural_objections(singular, plural, around):
        yield f'whose plural would be "{plural}", {objection}'


def _plural_problems(singular: str, plural: str, around: Surroundings) -> Iterator[str]:
    expected = f'expected one such as "{_working_plural(plural, singular, around)}"'
    for objection in _plural_objections(singular, plural, around):
        yield f"got plural {quoted(plural)}, {objection}; {expected}"


def _plural_objections(singular: str, plural: str, around: Surroundings) -> Iterator[str]:
    yield from noun_objections(plural, around.plurals)
    if plural == singular:
        yield "the singular once more"
    elif class_name(plural).lower() in {name.lower() for name in classes_for(singular)}:
        yield f"whose class would clash with one emitted for {quoted(singular)}"


def _field_problems(drafts: Sequence[Field], noun: str, reserved: Mapping[str, str]) -> Iterator[str]:
    if not drafts:
        yield 'got no fields; expected at least one, as in "order: total:decimal, note:str?"'
    if len(drafts) > MAX_FIELDS:
        yield f"got {len(drafts)} fields; expected at most {MAX_FIELDS}"
    used = Counter(draft.name for draft in drafts)
    for draft in drafts:
        if draft == _NOTHING:
            yield "got an empty field, perhaps a comma too many; expected NAME:TYPE between commas"
        else:
            yield from _draft_problems(draft, noun, reserved, used)
    yield from (f"got field {quoted(name)} {n} times; expected it once" for name, n in used.items() if name and n > 1)


def _draft_problems(draft: Field, noun: str, reserved: Mapping[str, str], used: Collection[str]) -> Iterator[str]:
    name = draft.name.removesuffix("?")
    if name != draft.name:
        yield f'got field {quoted(draft.name)}, whose "?" belongs after the type; expected it there, as in "note:str?"'
    for objection in field_objections(name, reserved):
        working = _working_field(name, noun, reserved, used)
        yield f'got field {quoted(name)}, {objection}; expected one such as "{working}"'
    if draft.type not in FIELD_TYPES:
        yield _type_problem(draft)


def _type_problem(draft: Field) -> str:
    got = f"type {quoted(draft.type)}" if draft.type else "no type"
    kind = draft.type.lower()
    hint = did_you_mean(_SYNONYMS.get(kind, kind), FIELD_TYPES)
    return f"got {got} for field {quoted(draft.name)}; expected one of {', '.join(FIELD_TYPES)}{hint}"


def _working_noun(noun: str, around: Surroundings) -> str:
    def objections(candidate: str) -> Iterable[str]:
        return chain(noun_objections(candidate, around.singulars), _derived_objections(candidate, around))

    words = _cleaned(noun)
    base = singular_of(words) if looks_plural(words) else words
    short = cut_at_word(base, MAX_NOUN - len("_records"), "_")
    compound = f"{short}_record" if around.topic == short else f"{around.topic}_{short}"
    return _first_working((base, short, compound, f"{short}_record"), "app", objections)


def _working_plural(plural: str, singular: str, around: Surroundings) -> str:
    short = cut_at_word(_cleaned(singular), MAX_NOUN - len("_records"), "_")
    near = (_cleaned(plural), plural_of(short), f"{short}_records")
    return _first_working(near, "all", lambda candidate: _plural_objections(singular, candidate, around))


def _working_field(name: str, noun: str, reserved: Mapping[str, str], used: Collection[str]) -> str:
    def objections(candidate: str) -> Iterable[str]:
        return chain(field_objections(candidate, reserved), ["which is in use"] if candidate in used else ())

    base, lead = _cleaned(name), _cleaned(noun)
    short = cut_at_word(base, MAX_FIELD - len("_value"), "_")
    compound = short if short.startswith(lead) else f"{lead}_{short}"
    return _first_working((base, short, compound, f"{short}_value"), "the", objections)


def _cleaned(text: str) -> str:
    words = ABBREVIATION.sub(r"\1", "_".join(words_in(text)))
    return words.lstrip("0123456789_") or "item"


def _first_working(near: Sequence[str], stem: str, objections: Callable[[str], Iterable[str]]) -> str:
    """Take the first nobody objects to; nobody objects to all of stem_item_2, stem_item_3 and so on."""
    stem = cut_at_word(f"{stem}_{near[0]}", 16, "_")
    numbered = (f"{stem}_{n}" for n in count(2))
    return next(candidate for candidate in chain(near, numbered) if not any(objections(candidate)))
