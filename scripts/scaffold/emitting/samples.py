"""Values that a field may have, and some that it may not, as source text of the tests that are emitted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from scaffold.asking.limits import lengths, limits, step
from scaffold.asking.names import class_name
from scaffold.asking.resource import Bounds, Field

_DAY = date(2026, 1, 31)
_NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
_ID = UUID("5b9d8c3e-0d3f-4a57-9c8e-2f1f6a6f0a10")


def json_sample(field: Field, number: int = 0) -> str:
    """Return the source of a value as a client sends it. Another number is another value, if there is one."""
    value = _sample(field, number)
    match value:
        case Decimal():
            return f'"{value:f}"'
        case datetime():
            return f'"{value:%Y-%m-%dT%H:%M:%SZ}"'
        case date() | UUID():
            return f'"{value}"'
        case str():
            return f'"{value}"'
        case _:
            return str(value)


def unique_sample(field: Field) -> str:
    """Return the source of a value that differs for each `number`, of which the first is 1."""
    match field.type:
        case "str" | "text":
            shortest, longest = lengths(field)
            return f'f"{{number:0{min(longest, max(shortest, 8))}}}"'
        case "int":
            return _counted(field).removeprefix("0 + ")
        case "decimal":
            return f'f"{{{_counted(field)}:f}}"'
        case "date":
            return 'f"{date(2026, 1, 1) + timedelta(days=number)}"'
        case "datetime":
            return 'f"{datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number):%Y-%m-%dT%H:%M:%SZ}"'
        case _:
            return "str(UUID(int=number))"


def literal(field: Field, noun: str) -> str:
    """Return the source of the first sample as the domain has it."""
    return _literal(_sample(field, 0), field, noun)


def default_literal(field: Field, noun: str) -> str | None:
    """Return the source of the default value, if there is one."""
    if field.default is None:
        return None
    match field.type:
        case "int":
            return str(int(field.default))
        case "decimal":
            return decimal_literal(_stored(field.default, field))
        case "bool":
            return str(field.default == "true")
        case "enum":
            return f"{enum_class(field, noun)}.{member(field.default)}"
        case _:
            return f'"{field.default}"'


def default_json(field: Field) -> str | None:
    """Return the source of the default value as responses have it, if there is one."""
    if field.default is None:
        return None
    match field.type:
        case "int":
            return str(int(field.default))
        case "decimal":
            return f'"{_stored(field.default, field)}"'
        case "bool":
            return str(field.default == "true")
        case _:
            return f'"{field.default}"'


def two(field: Field) -> tuple[str, str] | None:
    """Return the source of two values of a field, or None where it has but one."""
    values = json_sample(field, 0), json_sample(field, 1)
    return None if values[0] == values[1] else values


def _stored(default: str, field: Field) -> str:
    """Return a decimal with as many places as it is stored with."""
    return f"{Decimal(default).quantize(step(field)):f}"


def default_and_other(field: Field) -> list[str]:
    """Return the source of the default value and of another one, as JSON, where there are both."""
    values = (default_json(field), json_sample(field, 0), json_sample(field, 1))
    distinct = list(dict.fromkeys(value for value in values if value is not None))
    return distinct[:2] if field.default is not None and len(distinct) > 1 else []


def beyond(field: Field) -> Iterator[tuple[str, str]]:
    """Yield values just outside the bounds, as JSON and as a literal, in source text."""
    if field.type in {"str", "text"}:
        shortest, longest = lengths(field)
        values = [f'"x" * {longest + 1}', *([f'"{"x" * (shortest - 1)}"'] if shortest else [])]
        yield from ((value, value) for value in values)
        return
    lowest, highest = limits(field)
    too_small = None if lowest is None else lowest - step(field)
    too_large = None if highest is None else highest + step(field)
    for value in (too_small, too_large):
        if value is not None:
            text = f"{value:f}"
            yield (f'"{text}"', decimal_literal(text)) if field.type == "decimal" else (text, text)


def beyond_the_column(field: Field) -> Iterator[str]:
    """Yield literals just outside what the column takes: a text is as long as it likes unless a length was said."""
    too_long = field.type == "text" and field.bounds.maximum is None
    yield from [value for _, value in beyond(field)][too_long:]


def decimal_literal(digits: str) -> str:
    """Return the source of a decimal: as a whole number where it is one."""
    return f"Decimal({digits})" if digits.lstrip("-").isdigit() else f'Decimal("{digits}")'


def _counted(field: Field) -> str:
    """Return the source of a number that counts up from the lowest, or down where only the highest is bound."""
    lowest, highest = limits(field)
    start, sign = (highest, "-") if lowest is None and highest is not None else (lowest or Decimal(0), "+")
    if field.type == "int":
        return f"{start:f} {sign} number"
    return f"{_quoted(start)} {sign} number * {_quoted(step(field))}"


def _quoted(value: Decimal) -> str:
    return decimal_literal(f"{value:f}").replace('"', "'")


def enum_class(field: Field, noun: str) -> str:
    """Name the class of an enum field: status of a loan is a LoanStatus."""
    return class_name(f"{noun}_{field.name}")


def member(value: str) -> str:
    """Name the member for a value of an enum."""
    return value.upper().replace("-", "_")


def condition(name: str, bounds: Bounds) -> str:
    """Return what has to hold of a number, as Python and SQL both write it."""
    terms: list[str] = []
    if bounds.minimum is not None:
        terms.append(f"{name} {'>' if bounds.above else '>='} {bounds.minimum}")
    if bounds.maximum is not None:
        terms.append(f"{name} {'<' if bounds.below else '<='} {bounds.maximum}")
    return " AND ".join(terms)


def _sample(field: Field, number: int) -> object:  # noqa: PLR0911 - one for each type
    lowest, highest = limits(field) if field.type in {"int", "decimal"} else (None, None)
    match field.type:
        case "str" | "text":
            shortest, longest = lengths(field)
            word = ("alpha" if field.type == "str" else "A longer text.") if number == 0 else "bravo"
            return (word + "x" * shortest)[: max(shortest, min(longest, len(word)))]
        case "int":
            return int(_between(Decimal(7 + number), lowest, highest))
        case "decimal":
            value = _between(Decimal("12.5") + number, lowest, highest)
            room = Decimal(10) ** (field.digits[0] - field.digits[1]) - step(field)
            return min(value, room).quantize(step(field))
        case "bool":
            return number % 2 == 1
        case "date":
            return _DAY + timedelta(days=number)
        case "datetime":
            return _NOON + timedelta(days=number)
        case "enum":
            return field.values[number % len(field.values)]
        case _:
            return UUID(int=_ID.int + number)


def _between(value: Decimal, lowest: Decimal | None, highest: Decimal | None) -> Decimal:
    if lowest is not None and value < lowest:
        return lowest
    return highest if highest is not None and value > highest else value


def _literal(value: object, field: Field, noun: str) -> str:  # noqa: PLR0911 - one for each type
    match value:
        case Decimal():
            return decimal_literal(str(value))
        case datetime():
            return f"datetime({value:%Y, %-m, %-d, %-H}, tzinfo=UTC)"
        case date():
            return f"date({value:%Y, %-m, %-d})"
        case UUID():
            return f'UUID("{value}")'
        case str() if field.type == "enum":
            return f"{enum_class(field, noun)}.{member(value)}"
        case str():
            return f'"{value}"'
        case _:
            return str(value)
