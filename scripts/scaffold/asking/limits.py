"""Between what the values of a field lie, and how many different ones there can be."""

from decimal import Decimal

from scaffold.asking.resource import Field

_MANY = 1_000
"""As many as the tests of a backend may need of one field."""
_INT_MAX = 2**63 - 1


def lengths(field: Field) -> tuple[int, int]:
    """Return the shortest and the longest that a text field takes."""
    longest = 10_000 if field.type == "text" else 200
    return int(field.bounds.minimum or 0), int(field.bounds.maximum or longest)


def step(field: Field) -> Decimal:
    """Return the smallest difference between two numbers in a field."""
    return Decimal(1).scaleb(-field.digits[1]) if field.type == "decimal" else Decimal(1)


def limits(field: Field) -> tuple[Decimal | None, Decimal | None]:
    """Return the smallest and the largest number that a field takes, None where nothing but its type bounds it."""
    bounds = field.bounds
    lowest = None if bounds.minimum is None else Decimal(bounds.minimum) + (step(field) if bounds.above else 0)
    highest = None if bounds.maximum is None else Decimal(bounds.maximum) - (step(field) if bounds.below else 0)
    return lowest, highest


def has_many_values(field: Field) -> bool:
    """Tell whether many instances can each have a value of their own."""
    match field.type:
        case "bool" | "enum" | "text":
            return False
        case "str":
            return lengths(field)[1] >= len(str(_MANY))
        case "int":
            lowest, highest = limits(field)
            return (_INT_MAX if highest is None else highest) - (-_INT_MAX if lowest is None else lowest) >= _MANY
        case "decimal":
            lowest, highest = limits(field)
            room = Decimal(10) ** (field.digits[0] - field.digits[1]) - step(field)
            start = (
                lowest
                if lowest is not None
                else min(Decimal(0), room if highest is None else highest - _MANY * step(field))
            )
            end = room if highest is None else min(room, highest)
            return start >= -room and (end - start) / step(field) >= _MANY
        case _:
            return True
