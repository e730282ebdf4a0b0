"""What the words of one `--resource` mean, beside the nouns that were given before it; nothing is refused here.

Words without a meaning stay in the resource as they were said, and `resource_checks.py` tells of them.
"""

from collections.abc import Collection, Iterator, Sequence

from scaffold.asking.field_types import read_arguments, read_default
from scaffold.asking.resource import (
    DEFAULT_DIGITS,
    DEFAULT_OPERATIONS,
    ENUM,
    FIELD_TYPES,
    OPERATIONS,
    REFERENCE,
    Bounds,
    Field,
    Resource,
    reference_field,
)
from scaffold.asking.resource_spec import FieldWords, Words, enum_values, noun_in

IDEMPOTENT = "create idempotent"
BY_STAFF = {f"staff {operation}": operation for operation in ("create", "update", "delete")}
_REFERENCES = ("ref", "reference")


def resource_of(words: Words, earlier: Collection[str]) -> Resource:
    """Return the resource that the words make, where the nouns in `earlier` were given before it."""
    parent = words.parents[0] if words.parents else None
    said = [field_of(field, earlier) for field in words.fields]
    names = {field.name for field in said}
    nouns = [noun for word in words.filters if (noun := _added_noun(word, names, earlier))]
    added = [_reference(noun) for noun in dict.fromkeys(nouns)]
    fields = tuple(_parent_first([*added, *said], parent))
    every = {field.name: place for place, field in enumerate(fields)}
    filters = dict.fromkeys(resolved(word, every) for word in words.filters)
    uniques = [tuple(resolved(word, every) for word in together) for together in words.uniques]
    alone = [resolved(_name(field, earlier), every) for field in words.fields if field.unique]
    alone += [together[0] for together in uniques if len(together) == 1]
    operations = {IDEMPOTENT: "create", **BY_STAFF}
    said_operations = [operations.get(operation, operation) for operation in words.operations]
    return Resource(
        singular=words.singular,
        plural=words.plural,
        fields=fields,
        parent=parent,
        filters=tuple(name for name in filters if parent is None or name != reference_field(parent)),
        uniques=(
            *((name,) for name in sorted(alone, key=lambda name: every.get(name, len(every)))),
            *(together for together in uniques if len(together) > 1),
        ),
        operations=_in_order(said_operations) if said_operations else DEFAULT_OPERATIONS,
        staff=_in_order([BY_STAFF[said] for said in words.operations if said in BY_STAFF]),
        idempotent=IDEMPOTENT in words.operations,
    )


def resolved(word: str, names: Collection[str]) -> str:
    """Return the name of the field that is meant: a reference may be called without its _id."""
    return reference_field(word) if word not in names and reference_field(word) in names else word


def _kind_of(words: FieldWords, earlier: Collection[str]) -> tuple[str, str]:
    """Return the type that is meant, with the noun that a reference points at."""
    if words.type in _REFERENCES and words.arguments is not None:
        return REFERENCE, noun_in(words.arguments)
    if words.type in (*FIELD_TYPES, ENUM):
        return words.type, ""
    noun = noun_in(words.type or words.name.removesuffix("_id"))
    return (REFERENCE, noun) if noun in earlier and words.arguments is None else (words.type, "")


def field_of(words: FieldWords, earlier: Collection[str]) -> Field:
    """Return the field that the words make."""
    kind, target = _kind_of(words, earlier)
    bounds, digits = Bounds(), DEFAULT_DIGITS
    if kind in FIELD_TYPES:
        bounds, digits = read_arguments(kind, words.arguments) or (bounds, digits)
    return Field(
        name=_name(words, earlier),
        type=kind,
        optional=words.optional,
        bounds=bounds,
        digits=digits,
        values=enum_values(words.arguments) if kind == ENUM else (),
        target=target,
        default=read_default(kind, words),
        readonly=words.readonly,
    )


def _name(words: FieldWords, earlier: Collection[str]) -> str:
    is_reference = _kind_of(words, earlier)[0] == REFERENCE
    return reference_field(words.name) if is_reference and words.name else words.name


def _reference(noun: str) -> Field:
    return Field(reference_field(noun), REFERENCE, optional=False, target=noun)


def _added_noun(word: str, names: Collection[str], earlier: Collection[str]) -> str | None:
    """Return the noun that `by` adds a reference to, if it names no field."""
    if resolved(word, names) in names:
        return None
    return next((noun for noun in (noun_in(word), word.removesuffix("_id")) if noun in earlier), None)


def _parent_first(fields: Sequence[Field], parent: str | None) -> Iterator[Field]:
    """Yield the reference to the parent, which may be said among the fields, and then the others."""
    if parent is not None:
        yield _reference(parent)
    yield from (field for field in fields if parent is None or field != _reference(parent))


def _in_order(operations: Sequence[str]) -> tuple[str, ...]:
    known = [operation for operation in OPERATIONS if operation in operations]
    return (*known, *(operation for operation in operations if operation not in OPERATIONS))
