"""Whether the nouns of a resource and its fields can be called as they are, with names that would work."""

import builtins
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count, islice

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
from scaffold.asking.resource import ENUM, Field, Resource


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a resource joins: the nouns that are something else there, and what it is all about, for suggestions."""

    singulars: Collection[str] = ()
    plurals: Collection[str] = ()
    topic: str = "app"
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names that no field can have, with the reason."""
    filters: Collection[str] = ()
    """Fields that a resource cannot be listed by."""
    lacking: Mapping[str, str] = field(default_factory=dict[str, str])
    """What resources cannot have here, such as `unique`, with the option that would bring it."""
    first_is_created: bool = True
    """Whether clients have to be able to create the first resource: tests of what all routes share take it."""
    taken: Mapping[str, str] = field(default_factory=dict[str, str])
    """The classes of earlier resources, in lower case, with the noun that has each."""


def classes_of(resource: Resource) -> frozenset[str]:
    """Return the classes that are emitted for a resource."""
    enums = (class_name(f"{resource.singular}_{field.name}") for field in resource.fields if field.type == ENUM)
    return frozenset((*classes_for(resource.singular), class_name(resource.plural), *enums))


def singular_problems(singular: str, around: Surroundings, *, alone: bool) -> Iterator[str]:
    """Say why a noun cannot be one; `alone`, its plural is derived, and has to be possible as well."""
    working = _working_noun(singular, around)
    expected = f'expected one such as "{working}"'
    objections = list(_singular_objections(singular, around))
    path_kept = _with_own_plural(working, plural_of(singular), around) if alone else ""
    yield from (f"got noun {quoted(singular)}, {objection}; {expected}{path_kept}" for objection in objections)
    if alone and not objections:
        both = f"{singular}/{_working_plural(plural_of(singular), singular, around)}"
        for objection in _derived_objections(singular, around):
            yield f'got noun "{singular}", {objection}; {expected}, or both numbers as in "{both}"'


def _with_own_plural(working: str, plural: str, around: Surroundings) -> str:
    return "" if any(_plural_objections(working, plural, around)) else f', or "{working}/{plural}" to keep the path'


def _singular_objections(singular: str, around: Surroundings) -> Iterator[str]:
    yield from noun_objections(singular, around.singulars)
    if singular in around.taken.values():
        yield "which was given already"
        return
    yield from _taken_objections(sorted(classes_for(singular), key=len), around)


def _taken_objections(classes: Iterable[str], around: Surroundings) -> Iterator[str]:
    """Say of the first class that an earlier resource has already whose it is."""
    taken = (
        f'whose class {name} is one of "{around.taken[name.lower()]}"'
        for name in classes
        if name.lower() in around.taken
    )
    yield from islice(taken, 1)


def _derived_objections(singular: str, around: Surroundings) -> Iterator[str]:
    plural = plural_of(singular)
    if looks_plural(singular):
        yield "which looks plural already"
    for objection in _plural_objections(singular, plural, around):
        yield f'whose plural would be "{plural}", {objection}'


def plural_problems(singular: str, plural: str, around: Surroundings) -> Iterator[str]:
    """Say why a plural that was given cannot be one."""
    expected = f'expected one such as "{_working_plural(plural, singular, around)}"'
    for objection in _plural_objections(singular, plural, around):
        yield f"got plural {quoted(plural)}, {objection}; {expected}"


def _plural_objections(singular: str, plural: str, around: Surroundings) -> Iterator[str]:
    yield from noun_objections(plural, around.plurals)
    if plural == singular:
        yield "the singular once more"
    elif class_name(plural).lower() in {name.lower() for name in classes_for(singular)}:
        yield f"whose class would clash with one emitted for {quoted(singular)}"
    else:
        yield from _taken_objections([class_name(plural)], around)


def field_name_problems(
    one: Field, noun: str, reserved: Mapping[str, str], used: Collection[str], around: Surroundings
) -> Iterator[str]:
    """Say why a field cannot be called so beside those that are `used`."""
    for objection in _field_objections(one, noun, reserved, around):
        working = _working_field(one, noun, reserved, used, around)
        yield f'got field {quoted(one.name)}, {objection}; expected one such as "{working}"'


def _field_objections(one: Field, noun: str, reserved: Mapping[str, str], around: Surroundings) -> Iterator[str]:
    yield from field_objections(one.name, reserved)
    if one.type == ENUM:
        yield from _enum_objections(noun, class_name(f"{noun}_{one.name}"), around)


def _enum_objections(noun: str, name: str, around: Surroundings) -> Iterator[str]:
    ours = {class_name(word) for word in around.singulars} | classes_for(noun)
    if name.lower() in {taken.lower() for taken in ours} or name in dir(builtins):
        yield f"whose class {name} is there already"
    yield from _taken_objections([name], around)


def _working_noun(noun: str, around: Surroundings) -> str:
    def objections(candidate: str) -> Iterable[str]:
        return chain(_singular_objections(candidate, around), _derived_objections(candidate, around))

    words = _cleaned(noun)
    base = _cleaned(singular_of(words)) if looks_plural(words) else words
    short = cut_at_word(base, MAX_NOUN - len("_records"), "_")
    compound = f"{short}_record" if around.topic == short else f"{around.topic}_{short}"
    return _first_working((base, short, compound, f"{short}_record"), "app", objections)


def _working_plural(plural: str, singular: str, around: Surroundings) -> str:
    short = cut_at_word(_cleaned(singular), MAX_NOUN - len("_records"), "_")
    near = (_cleaned(plural), plural_of(short), f"{short}_records")
    return _first_working(near, "all", lambda candidate: _plural_objections(singular, candidate, around))


def _working_field(
    one: Field, noun: str, reserved: Mapping[str, str], used: Collection[str], around: Surroundings
) -> str:
    def objections(candidate: str) -> Iterable[str]:
        found = _field_objections(replace(one, name=candidate), noun, reserved, around)
        return chain(found, ["which is in use"] if candidate in used else ())

    base, lead = _cleaned(one.name), _cleaned(noun)
    short = cut_at_word(base, MAX_FIELD - len("_value"), "_")
    compound = short if short.startswith(lead) else f"{lead}_{short}"
    return _first_working((base, short, compound, f"{short}_value"), "the", objections)


def _cleaned(text: str) -> str:
    words = "_".join(words_in(text)).lstrip("0123456789_")
    return ABBREVIATION.sub(r"\1", words) or "item"


def _first_working(near: Sequence[str], stem: str, objections: Callable[[str], Iterable[str]]) -> str:
    """Take the first that nobody objects to; nobody objects to all of item_2, item_3 and so on."""
    stem = cut_at_word(f"{stem}_{near[0]}", 16, "_")
    numbered = (f"{word}_{n}" for n in count(2) for word in (stem, "item"))
    return next(candidate for candidate in chain(near, numbered) if not any(objections(candidate)))
