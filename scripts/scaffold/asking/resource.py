"""The nouns that a backend is about, as data: what `--resource` is read into."""

from collections.abc import Iterator
from dataclasses import dataclass

FIELD_TYPES = ("str", "text", "int", "decimal", "bool", "date", "datetime", "uuid")
ENUM, REFERENCE = "enum", "reference"
OPERATIONS = ("create", "get", "list", "update", "delete")
DEFAULT_OPERATIONS = ("create", "get", "list")
DEFAULT_DIGITS = (18, 4)
DEFAULT_RESOURCE = "item: name:str, note:str?"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what a number lies, or the length of a text; each limit in the digits in which it was written."""

    minimum: str | None = None
    maximum: str | None = None
    above: bool = False
    """Whether the minimum itself is too small. Never for a length."""
    below: bool = False
    """Whether the maximum itself is too large. Never for a length."""

    @property
    def spec(self) -> str:
        """What reads back as these bounds; empty where there are none."""
        if not (self.above or self.below):
            return f"{self.minimum or ''}..{self.maximum or ''}" if self != Bounds() else ""
        lower = f">{'' if self.above else '='}{self.minimum}" if self.minimum is not None else ""
        upper = f"<{'' if self.below else '='}{self.maximum}" if self.maximum is not None else ""
        return ",".join(filter(None, (lower, upper)))


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that every instance of a resource has, or may have. `type` is one of FIELD_TYPES, enum or reference."""

    name: str
    type: str
    optional: bool
    bounds: Bounds = Bounds()
    digits: tuple[int, int] = DEFAULT_DIGITS
    """How many digits a decimal has, and how many of them after the point."""
    values: tuple[str, ...] = ()
    """What an enum may be, as it is written on the wire."""
    target: str = ""
    """The singular noun that a reference points at. Its field is called after it, with _id at the end."""
    default: str | None = None
    readonly: bool = False
    """Whether only the service sets it: clients see it, and cannot send it."""

    @property
    def spec(self) -> str:
        """What reads back as this field."""
        default = f" = {self.default}" if self.default is not None else ""
        readonly = " readonly" if self.readonly else ""
        return f"{self.name}:{self._type_spec}{'?' if self.optional else ''}{default}{readonly}"

    @property
    def _type_spec(self) -> str:
        if self.type == REFERENCE:
            return f"ref({self.target})"
        if self.type == ENUM:
            return f"enum({'|'.join(self.values)})"
        digits = f"{self.digits[0]},{self.digits[1]}" if self.digits != DEFAULT_DIGITS else ""
        arguments = ",".join(filter(None, (digits, self.bounds.spec)))
        return f"{self.type}({arguments})" if arguments else self.type


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
    operations: tuple[str, ...] = DEFAULT_OPERATIONS
    staff: tuple[str, ...] = ()
    """The operations that staff have in an admin, and clients of the API have not."""
    idempotent: bool = False
    """Whether a client may repeat a creation with the same Idempotency-Key."""

    def allows(self, operation: str) -> bool:
        """Tell whether clients of the API have an operation."""
        return operation in self.operations and operation not in self.staff

    def is_under(self, field: Field) -> bool:
        """Tell whether a field is the reference to the parent. Another one may have the same target."""
        return self.parent is not None and field.name == reference_field(self.parent)

    @property
    def spec(self) -> str:
        """What reads back as this very resource, today and when the rules for plurals have changed."""
        under = f" under {self.parent}" if self.parent else ""
        by = f" by {', '.join(self.filters)}" if self.filters else ""
        return f"{self.singular}/{self.plural}{under}{by}: {', '.join(self._items())}{self._operations_spec}"

    def _items(self) -> Iterator[str]:
        for field in self.fields:
            if field.name != reference_field(self.parent or ""):
                yield field.spec + (" unique" if (field.name,) in self.uniques else "")
        for together in self.uniques:
            if len(together) > 1 or together == (reference_field(self.parent or ""),):
                yield f"unique({', '.join(together)})"

    @property
    def _operations_spec(self) -> str:
        if self.operations == DEFAULT_OPERATIONS and not (self.idempotent or self.staff):
            return ""
        return f"; {', '.join(map(self.operation_spec, self.operations))}"

    def operation_spec(self, name: str) -> str:
        """Return an operation as it is written."""
        if name in self.staff:
            return f"staff {name}"
        return "create idempotent" if name == "create" and self.idempotent else name


def reference_field(name: str) -> str:
    """Name the field of a reference: it ends with _id."""
    return name if name.endswith("_id") else f"{name}_id"
