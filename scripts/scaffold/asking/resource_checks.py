"""What is wrong with one resource, beside those that were given before it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scaffold.asking.english import quoted
from scaffold.asking.field_types import LENGTHS, type_problems
from scaffold.asking.limits import has_many_values
from scaffold.asking.noun_checks import Surroundings, field_name_problems, plural_problems, singular_problems
from scaffold.asking.resource import ENUM, FIELD_TYPES, OPERATIONS, REFERENCE, Field, Resource
from scaffold.asking.resource_meaning import BY_STAFF, IDEMPOTENT, field_of
from scaffold.asking.resource_spec import FieldWords, Words
from scaffold.errors import did_you_mean

MAX_FIELDS = 40
MAX_FILTERS = 3
MAX_INDEXED = 600
MAX_SHOWN = 20
_FILTERED = frozenset({REFERENCE, ENUM, "bool", "str", "uuid", "date", "int"})
_NO_FIELD = FieldWords("", "", None, optional=False, unique=False, readonly=False, defaults=(), surplus=())
_SYNONYMS = {
    **dict.fromkeys(("char", "varchar"), "str"),
    **dict.fromkeys(("bigint", "long", "number"), "int"),
    **dict.fromkeys(("double", "float", "money", "numeric"), "decimal"),
    **dict.fromkeys(("time", "timestamp"), "datetime"),
    "guid": "uuid",
}
_OTHER_VERBS = {
    **dict.fromkeys(("add", "post", "put"), "create"),
    **dict.fromkeys(("read", "show", "staff get"), "get"),
    **dict.fromkeys(("index", "search", "staff list"), "list"),
    **dict.fromkeys(("edit", "modify", "patch"), "update"),
    **dict.fromkeys(("remove", "destroy"), "delete"),
    **dict.fromkeys(("idempotent", "idempotent create"), IDEMPOTENT),
}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nouns of all resources: those before this one, and those after it."""

    earlier: Collection[str]
    later: Collection[str]


def problems_of(words: Words, resource: Resource, near: Neighbours, around: Surroundings) -> Iterator[str]:
    """Say all that is wrong with a resource."""
    yield from singular_problems(words.singular, around, alone=not words.given)
    if words.given:
        yield from plural_problems(words.singular, words.plural, around)
    if not words.whole:
        yield 'got a "(" without its ")", or one within another; expected pairs, as in "name:str(1..80)"'
        return
    yield from _field_problems(words, resource, near, around)
    yield from _parent_problems(words, resource, near)
    yield from _filter_problems(resource, near, around)
    yield from _unique_problems(resource)
    yield from _operation_problems(words, resource, near, around)
    yield from _lacks(resource, around)


def _field_problems(words: Words, resource: Resource, near: Neighbours, around: Surroundings) -> Iterator[str]:
    used = Counter(field.name for field in resource.fields)
    reserved = _reserved(resource, around)
    if not used:
        yield 'got no fields; expected at least one, as in "order: total:decimal, note:str?"'
    if all(field.readonly for field in resource.fields) and used:
        yield "got only readonly fields; expected one at least that is given"
    if len(resource.fields) > MAX_FIELDS:
        yield f"got {len(resource.fields)} fields; expected at most {MAX_FIELDS}"
    for said in words.fields:
        if said == _NO_FIELD:
            yield "got an empty field, perhaps a comma too many; expected NAME:TYPE between commas"
            continue
        field = field_of(said, near.earlier)
        if field.name.endswith("?"):
            field = replace(field, name=field.name[:-1])
            got = f'got field {quoted(said.name)}, whose "?" belongs after the type'
            yield f'{got}; expected it there, as in "note:str?"'
        yield from field_name_problems(field, resource.singular, reserved, used, around)
        yield from _type_problems(field, said, resource, near)
    yield from (f"got field {quoted(name)} {n} times; expected it once" for name, n in used.items() if name and n > 1)
    yield from _rows_of_other_names(resource)


def _rows_of_other_names(resource: Resource) -> Iterator[str]:
    """Say which references lead to rows that an ORM would call like a column: `version_id` to `version`."""
    columns = {*(field.name for field in resource.fields), *(["version"] if "update" in resource.operations else [])}
    for name in (field.name.removesuffix("_id") for field in resource.fields if field.target):
        if name in columns:
            got = f"got reference {quoted(name)} beside a column of that name"
            yield f"{got}; expected another, as in {quoted(f'its_{name}')}"


def _reserved(resource: Resource, around: Surroundings) -> Mapping[str, str]:
    nouns = (noun for noun in (resource.singular, resource.plural) if noun.isidentifier())
    counted = {"version": "which counts the updates"} if "update" in resource.operations else {}
    return {**around.fields, **counted, **dict.fromkeys(nouns, "the name of the resource itself")}


def _type_problems(field: Field, said: FieldWords, resource: Resource, near: Neighbours) -> Iterator[str]:
    if field.type == REFERENCE or said.type in {resource.singular, *near.later}:
        target = field.target or said.type
        yield from _reference_problems(f"field {quoted(said.name)}", target, resource, near)
    elif field.type not in (*FIELD_TYPES, ENUM):
        yield _unknown_type(said, near)
        return
    yield from type_problems(field, said)


def _unknown_type(said: FieldWords, near: Neighbours) -> str:
    got = f"type {quoted(said.type)}" if said.type else "no type"
    known = (*FIELD_TYPES, "enum(a|b)", *near.earlier)
    kind = said.type.lower()
    return f"got {got} for field {quoted(said.name)}; expected {_one_of(known, _SYNONYMS.get(kind, kind))}"


def _reference_problems(where: str, target: str, resource: Resource, near: Neighbours) -> Iterator[str]:
    if target in near.earlier:
        return
    got = f"got {quoted(target)} for {where}"
    if target == resource.singular:
        yield f"{got}, the resource itself; expected a noun given before it, or a field such as parent_id:uuid"
    elif target in near.later:
        yield f"{got}, a noun given later; expected its --resource before that of {quoted(resource.singular)}"
    elif near.earlier:
        yield f"{got}, no noun given before; expected {_one_of(near.earlier, target)}"
    else:
        yield f"{got}, no noun given before; expected a --resource for it before this one"


def _parent_problems(words: Words, resource: Resource, near: Neighbours) -> Iterator[str]:
    if len(words.parents) > 1:
        yield f"got {len(words.parents)} parents; expected one"
    for parent in words.parents:
        yield from _reference_problems('"under"', parent, resource, near)


def _filter_problems(resource: Resource, near: Neighbours, around: Surroundings) -> Iterator[str]:
    fields = {field.name: field for field in resource.fields}
    if resource.filters and "list" not in resource.operations:
        yield 'got "by" without the operation list; expected "list" among the operations'
    most = MAX_FILTERS - (resource.parent is not None)
    if len(resource.filters) > most:
        yield f'got {len(resource.filters)} fields for "by"; expected at most {most}, each costs an index'
    for name in resource.filters:
        if name not in fields:
            yield from _unknown_filter(name, resource, near)
        elif fields[name].type not in _FILTERED:
            filtered = "a reference, enum, bool, str, uuid, date or int"
            yield f'got {quoted(name)} for "by", a {fields[name].type}; expected {filtered}'
        elif name in around.filters:
            yield f'got {quoted(name)} for "by", which a listing uses itself; expected another name for the field'
        elif _characters([fields[name]]) > MAX_INDEXED:
            yield f'got {quoted(name)} for "by", too long for an index; expected at most str(..{MAX_INDEXED})'


def _unknown_filter(name: str, resource: Resource, near: Neighbours) -> Iterator[str]:
    noun = name.removesuffix("_id")
    if noun == resource.singular or noun in near.later:
        yield from _reference_problems('"by"', noun, resource, near)
    else:
        yield _unknown_field(name, '"by"', [*(field.name for field in resource.fields), *near.earlier])


def _unknown_field(name: str, where: str, known: Sequence[str]) -> str:
    return f"got {quoted(name)} for {where}; expected {_one_of(known, name)}"


def _unique_problems(resource: Resource) -> Iterator[str]:
    fields = {field.name: field for field in resource.fields}
    for number, names in enumerate(resource.uniques):
        shown = f"unique({', '.join(names)})"
        unknown = [name for name in names if name not in fields]
        yield from (_unknown_field(name, quoted(shown), list(fields)) for name in unknown)
        if not unknown:
            before = [set(others) for others in resource.uniques[:number]]
            objections = _unique_objections(names, [fields[name] for name in names], before, resource)
            yield from (f"got {quoted(shown)}, {objection}" for objection in objections)


def _unique_objections(
    names: Sequence[str], fields: Sequence[Field], before: Sequence[Collection[str]], resource: Resource
) -> Iterator[str]:
    types = {field.type for field in fields}
    if len(set(names)) < len(names):
        yield "which names a field twice; expected each once"
    elif any(set(others) <= set(names) for others in before):
        yield "part of which is unique already; expected one of the two"
    elif any(field.readonly for field in fields):
        yield "with a readonly field, which is the same in all new ones; expected fields that a client sends"
    elif "text" in types:
        yield f"with a text, too long for an index; expected str(..{MAX_INDEXED}) instead"
    elif not any(has_many_values(field) for field in fields if not resource.is_under(field)):
        yield _too_few(fields, resource)
    elif _characters(fields) > MAX_INDEXED:
        yield f"too long for an index; expected at most {MAX_INDEXED} characters together, as in str(..100)"


def _too_few(fields: Sequence[Field], resource: Resource) -> str:
    many = "a field in it with many values"
    if not any(map(resource.is_under, fields)):
        return f"of which there could only be a few; expected {many}"
    under, by = quoted(f"under {resource.parent}"), quoted(f"by {resource.parent}")
    few = f"of which one {resource.parent} could only have a few, and the emitted tests create several"
    return f"{few}; expected {by} instead of {under}, or {many}"


def _characters(fields: Sequence[Field]) -> int:
    return sum(int(field.bounds.maximum or LENGTHS["str"][0]) for field in fields if field.type == "str")


def _operation_problems(words: Words, resource: Resource, near: Neighbours, around: Surroundings) -> Iterator[str]:
    known = (*OPERATIONS, IDEMPOTENT, *BY_STAFF)
    for said in words.operations:
        if not said:
            yield "got an empty operation, perhaps a comma too many; expected operations between commas"
        elif said not in known:
            hint = did_you_mean(_OTHER_VERBS.get(said.lower(), said.lower()), known)
            yield f"got operation {quoted(said)}; expected one of {_listed(known)}{hint}"
    counted = Counter(said.removeprefix("staff ").partition(" ")[0] for said in words.operations if said in known)
    yield from (f"got operation {quoted(name)} {n} times; expected it once" for name, n in counted.items() if n > 1)
    if words.operations and set(words.operations) <= set(BY_STAFF) and near.earlier:
        needed: list[str] = []
        if resource.parent:
            instead = f"expected get, or a field of type {resource.parent}"
            yield f'got "under {resource.parent}" without get, so there is no path; {instead}'
    else:
        needed = ["create", "get"] if around.first_is_created and not near.earlier else ["get"]
    missing = [name for name in needed if name not in resource.operations]
    if missing and set(words.operations) <= set(known):
        working = ", ".join(
            resource.operation_spec(name) for name in OPERATIONS if name in {*needed, *resource.operations}
        )
        why = "; the first noun needs create, because shared tests use it" if "create" in missing else ""
        staff = ' (or "staff create")' if "create" in missing and "staff" not in around.lacking else ""
        yield f'got operations without {" and ".join(missing)}{why}; expected "; {working}"{staff}'


def _lacks(resource: Resource, around: Surroundings) -> Iterator[str]:
    used = {
        REFERENCE: [field.name for field in resource.fields if field.type == REFERENCE],
        "unique": [name for names in resource.uniques for name in names],
        "idempotent": ["create"] if resource.idempotent else [],
        "update": ["operations"] if "update" in resource.operations else [],
        "staff": ["operations"] if resource.staff else [],
    }
    for name, option in around.lacking.items():
        if where := used.get(name):
            needs = "an admin" if name == "staff" else "a table"
            yield f'got "{name}" for {_listed(_sayable(where))}, which needs {needs}; expected {option}'


def _one_of(known: Iterable[str], word: str) -> str:
    names = _sayable(known)
    return f"one of {_listed(names)}{did_you_mean(word, names)}" if names else "another"


def _listed(names: Sequence[str]) -> str:
    return ", ".join([*names[:MAX_SHOWN], *(["..."] if len(names) > MAX_SHOWN else [])])


def _sayable(names: Iterable[str]) -> list[str]:
    """Return the names that are fit to be offered, each once."""
    return [name for name in dict.fromkeys(names) if re.fullmatch(r"[A-Za-z0-9_()|]{1,40}", name)]
