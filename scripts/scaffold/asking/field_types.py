"""What a type takes: bounds, digits, values, a default. What it was given is read and checked here."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from scaffold.asking.english import quoted
from scaffold.asking.resource import DEFAULT_DIGITS, ENUM, REFERENCE, Bounds, Field
from scaffold.asking.resource_spec import FieldWords, enum_values

MAX_VALUES = 50
MAX_VALUE = 32
# What Python computes with unless told otherwise.
MAX_DIGITS = 28
LENGTHS = {"str": (200, 2_000), "text": (10_000, 100_000)}
"""The most characters that there can be where nothing is said, and the most that can be said."""

_INT64 = 2**63
_NUMBER = r"-?\d{1,40}(?:\.\d{1,40})?"
_RANGE = re.compile(rf"({_NUMBER})?\s*\.\.\s*({_NUMBER})?")
_COMPARISON = re.compile(rf"([<>])\s*(=?)\s*({_NUMBER})")
_PLAIN_NUMBER = re.compile(_NUMBER)
_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.+@/-]*")
_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_EXAMPLES = {"str": "str(1..80)", "text": "text(..5000)", "int": "int(0..)", "decimal": "decimal(12,2,>0)"}
_WITHOUT_DEFAULT = frozenset({"date", "datetime", "uuid", REFERENCE})


def read_arguments(kind: str, arguments: str | None) -> tuple[Bounds, tuple[int, int]] | None:
    """Return the bounds and digits in the parentheses behind a type, or None where they cannot be read."""
    digits = DEFAULT_DIGITS
    pieces = [piece.strip() for piece in arguments.split(",")] if arguments is not None else []
    if kind == "decimal" and len(pieces) > 1 and all(re.fullmatch(r"\d{1,9}", piece) for piece in pieces[:2]):
        digits = (int(pieces[0]), int(pieces[1]))
        pieces = pieces[2:]
    if kind in LENGTHS and len(pieces) == 1 and re.fullmatch(r"\d+", pieces[0]):
        pieces = [f"..{pieces[0]}"]
    bounds = _bounds(pieces)
    return None if bounds is None else (_inclusive(bounds) if kind in LENGTHS else bounds, digits)


def _bounds(pieces: Sequence[str]) -> Bounds | None:
    if not pieces:
        return Bounds()
    if len(pieces) == 1 and (found := _RANGE.fullmatch(pieces[0])) and any(found.groups()):
        return Bounds(minimum=_plain(found[1]), maximum=_plain(found[2]))
    limits = {found[1]: found for piece in pieces if (found := _COMPARISON.fullmatch(piece))}
    if len(limits) != len(pieces):
        return None
    lower, upper = limits.get(">"), limits.get("<")
    return Bounds(
        minimum=_plain(lower[3]) if lower else None,
        maximum=_plain(upper[3]) if upper else None,
        above=lower is not None and not lower[2],
        below=upper is not None and not upper[2],
    )


def _plain(number: str | None) -> str | None:
    """Return a number without zeros in front of it, as Python wants it."""
    if number is None:
        return None
    whole, point, rest = number.removeprefix("-").partition(".")
    sign = "-" if number.startswith("-") and Fraction(number) else ""
    return f"{sign}{whole.lstrip('0') or '0'}{point}{rest}"


def _inclusive(bounds: Bounds) -> Bounds:
    """Return the bounds of a length such that both limits are among the lengths."""
    if any("." in limit for limit in (bounds.minimum, bounds.maximum) if limit):
        return bounds
    minimum = bounds.minimum if bounds.minimum is None else str(int(bounds.minimum) + bounds.above)
    maximum = bounds.maximum if bounds.maximum is None else str(int(bounds.maximum) - bounds.below)
    return Bounds(minimum, maximum)


def read_default(kind: str, words: FieldWords) -> str | None:
    """Return a default as it is kept: numbers in plain digits, a bool as true or false."""
    if not words.defaults:
        return None
    default = words.defaults[0]
    if kind == "bool" and default.lower() in {"true", "false"}:
        return default.lower()
    return _plain(default) if kind in {"int", "decimal"} and re.fullmatch(_NUMBER, default) else default


def type_problems(field: Field, words: FieldWords) -> Iterator[str]:
    """Say what is wrong with what a field's type was given."""
    name = quoted(words.name)
    if words.surplus:
        bounds = f', and bounds as in "{_EXAMPLES[field.type]}"' if field.type in _EXAMPLES else ""
        got = f"got {quoted(' '.join(words.surplus))} behind the type of field {name}"
        yield f'{got}; expected "?", "unique", "= DEFAULT" or "readonly"{bounds}'
    if field.readonly:
        yield from (f'got "readonly" for field {name}, {objection}' for objection in _readonly_objections(field))
    problems = list(_argument_problems(field, words))
    yield from (f"got {problem}" for problem in problems)
    yield from (f"got {problem}" for problem in _default_problems(field, words, bounded=not problems))


def _readonly_objections(field: Field) -> Iterator[str]:
    if field.type == REFERENCE:
        yield "a reference; expected it as a field that a client sends, or a uuid"
    elif field.default is None and not field.optional:
        yield 'without a value for new ones; expected "= DEFAULT" before it, or "?"'


def _argument_problems(field: Field, words: FieldWords) -> Iterator[str]:
    given = quoted(f"{words.type}({words.arguments})")
    where = f"{given} for field {quoted(words.name)}"
    if field.type == ENUM:
        yield from _enum_problems(words)
    elif field.type in _EXAMPLES and read_arguments(field.type, words.arguments) is None:
        yield f'{where}, which is no range; expected one such as "{_EXAMPLES[field.type]}"'
    elif field.type in _EXAMPLES:
        yield from (f"{where}, {objection}" for objection in _bounds_objections(field))
    elif words.arguments is not None and field.type != REFERENCE:
        yield f'{where}, a type that takes no bounds; expected "{words.type}"'


def _bounds_objections(field: Field) -> Iterator[str]:
    precision, scale = field.digits
    if not 0 < precision <= MAX_DIGITS or scale >= precision:
        expected = f"expected 1 to {MAX_DIGITS}, at least one of them before the point"
        yield f'whose digits cannot be; {expected}: "decimal(12,2)"'
        return
    given = [limit for limit in (field.bounds.minimum, field.bounds.maximum) if limit is not None]
    limits = [_in_steps(limit, field) for limit in given]
    lowest, highest = _widest(field)
    if any(_is_too_fine(limit, field) for limit in given):
        allowed = f'at most {scale} digits behind the point, as in "decimal(18,{scale},>0)"'
        yield f"which is too fine; expected {allowed if field.type == 'decimal' and scale else 'whole numbers'}"
    elif any(not lowest <= limit <= highest for limit in limits):
        yield f"which goes too far; expected it within {_from_steps(lowest, field)} and {_from_steps(highest, field)}"
    elif not _room(field):
        yield f'which leaves nothing between its bounds; expected one such as "{_EXAMPLES[field.type]}"'


def _scale(field: Field) -> int:
    return field.digits[1] if field.type == "decimal" else 0


def _in_steps(number: str, field: Field) -> Fraction:
    """Return how many of the smallest steps of a field's type a number is: a cent for two digits behind the point."""
    return Fraction(number) * 10 ** _scale(field)


def _is_too_fine(number: str, field: Field) -> bool:
    return _in_steps(number, field).denominator > 1 or (field.type != "decimal" and "." in number)


def _from_steps(steps: int, field: Field) -> str:
    digits = f"{abs(steps):0{_scale(field) + 1}d}"
    whole = f"{'-' if steps < 0 else ''}{digits[: len(digits) - _scale(field)]}"
    return f"{whole}.{digits[-_scale(field) :]}" if _scale(field) else whole


def _widest(field: Field) -> tuple[int, int]:
    """Return between which steps the bounds of a field's type can be."""
    if field.type in LENGTHS:
        return 0, LENGTHS[field.type][1]
    if field.type == "int":
        return -_INT64, _INT64 - 1
    most = 10 ** field.digits[0] - 1
    return -most, most


def _room(field: Field) -> range:
    """Return the steps between the bounds: the lengths of a text, the values of a number."""
    bounds = field.bounds
    lowest, highest = _widest(field)
    if field.type in LENGTHS:
        highest = LENGTHS[field.type][0] if bounds.maximum is None else highest
        lowest = 0 if bounds.maximum != "0" else 1
    first = lowest if bounds.minimum is None else int(_in_steps(bounds.minimum, field)) + bounds.above
    last = highest if bounds.maximum is None else int(_in_steps(bounds.maximum, field)) - bounds.below
    return range(max(first, lowest), last + 1)


def _enum_problems(words: FieldWords) -> Iterator[str]:
    where = f"for enum field {quoted(words.name)}"
    values = enum_values(words.arguments)
    if not 0 < len(values) <= MAX_VALUES:
        yield f'{len(values)} values {where}; expected 1 to {MAX_VALUES} of them, as in "enum(open|paid)"'
    for value in dict.fromkeys(values):
        if not _VALUE.fullmatch(value) or len(value) > MAX_VALUE:
            allowed = f"at most {MAX_VALUE} letters, digits, dashes and underscores, a letter first"
            yield f'value {quoted(value)} {where}; expected {allowed}, as in "in_progress"'
        elif value.upper() in {"I", "O"}:
            objection = "which linters refuse as too like a digit"
            yield f'value "{value}" {where}, {objection}; expected one such as "type_{value}"'
    members = Counter(value.upper().replace("-", "_") for value in values if value)
    for member, times in members.items():
        if times > 1:
            yield f"{times} values that are {quoted(member)} in capitals {where}; expected one of them"


def _default_problems(field: Field, words: FieldWords, *, bounded: bool) -> Iterator[str]:
    """Say what is wrong with a default; whether it is within the bounds only where these are right."""
    if not words.defaults:
        return
    where = f"default {quoted(words.defaults[0])} for field {quoted(words.name)}"
    if len(words.defaults) > 1:
        yield f"{len(words.defaults)} defaults for field {quoted(words.name)}; expected one"
    elif field.type in _WITHOUT_DEFAULT:
        yield f"{where}, and {field.type} takes none; expected it without"
    elif words.optional:
        yield f'{where}, which is optional as well; expected either "?" or a default'
    elif words.unique:
        yield f'{where}, which is unique as well; expected either "unique" or a default'
    elif bounded and (expected := _expected_default(field)):
        yield f"{where}; expected {expected}"


def _expected_default(field: Field) -> str | None:
    """Return what a default would have to be, where it is not that."""
    default = field.default or ""
    match field.type:
        case "enum":
            return None if default in field.values else f"one of {', '.join(field.values)}"
        case "bool":
            return None if default in {"true", "false"} else "true or false"
        case "int" | "decimal":
            return None if _is_number_within(field, default) else "a number within the bounds and digits of the field"
        case _:
            is_good = len(default) in _room(field) and _WORDS.fullmatch(default)
            return None if is_good else 'words of letters, digits and any of "_.+@/-", within the bounds of the field'


def _is_number_within(field: Field, default: str) -> bool:
    if not _PLAIN_NUMBER.fullmatch(default) or _is_too_fine(default, field):
        return False
    return int(_in_steps(default, field)) in _room(field)
