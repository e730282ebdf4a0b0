"""What users may write for `--resource`, at random: lists of specs that are valid together, with a table or without."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from hypothesis import strategies as st

from scaffold.asking.limits import has_many_values
from scaffold.asking.resources import parse_resource

NOUNS = (
    "account", "animal", "appointment", "booking", "box", "category", "customer", "delivery", "device", "employee",
    "invoice", "invoice_line", "lesson", "loan", "member", "merchant", "order", "patient", "payment", "person/people",
    "recipe", "room", "shelf", "ticket", "vehicle", "warehouse",
)  # fmt: skip
ROLES = ("author", "manager", "owner", "payer", "sender", "substitute")
FIELDS = (
    "active", "amount", "birthday", "colour", "due", "kind", "label", "note", "number", "price", "rank", "reason",
    "score", "state", "title", "total_weight", "x1",
)  # fmt: skip
VALUES = ("AT", "CH", "DE", "closed", "draft", "in-progress", "in_review", "open", "paid", "v2", "none", "class")
FILTERED = frozenset({"str", "int", "bool", "date", "uuid", "enum", "reference"})
MAX_INDEXED = 600
EXACT = Context(prec=50)
WHITE = st.sampled_from(["", " "])

Arguments = tuple[str, Sequence[str], int]
"""What stands in parentheses behind a type, defaults that fit, and how many characters there can be at most."""


@dataclass(frozen=True, slots=True)
class Item:
    """A field as it is written, and what the rest of a spec has to know of it."""

    name: str
    kind: str
    text: str
    length: int = 0
    """Of a str, how many characters it has at most."""
    unique: bool = False
    readonly: bool = False
    many: bool = True
    """Whether it has enough values for many instances to have one each."""


@st.composite
def specs(draw: st.DrawFn, most: int = 5, *, tables: bool = True) -> list[str]:
    """Draw up to `most` specs that are valid together; without `tables`, none needs an add-on."""
    nouns = draw(st.lists(st.sampled_from(NOUNS), min_size=1, max_size=most, unique=True))
    singulars = [noun.partition("/")[0] for noun in nouns]
    return [draw(_spec(noun, singulars[:number], tables=tables)) for number, noun in enumerate(nouns)]


@st.composite
def _spec(draw: st.DrawFn, noun: str, earlier: Sequence[str], *, tables: bool) -> str:
    operations = draw(_operations(tables=tables, first=not earlier))
    is_listed = not operations or "list" in operations
    targets = draw(st.permutations(earlier)) if tables else []
    is_shown = not operations or "get" in operations
    parent = targets.pop() if targets and is_shown and draw(st.booleans()) else None
    added = [targets.pop() for _ in range(draw(st.integers(0, 2))) if targets and is_listed]
    names = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=7, unique=True))
    roles = draw(st.permutations(ROLES))
    items = [draw(_item(name, tables=tables, sent=name == names[0])) for name in names]
    items += [draw(_reference(target, role)) for target, role in zip(targets[:2], roles, strict=False)]
    items = draw(st.permutations(items))
    filterable = [item.name for item in items if item.kind in FILTERED and item.length <= MAX_INDEXED]
    filters = draw(_some([*added, *filterable])) if is_listed else []
    together = draw(_together(items)) if tables else []
    by = list(dict.fromkeys([*added, *filters]))[: 3 - (parent is not None)]
    in_head = by if not operations or draw(st.booleans()) else added
    in_list = [name for name in by if name not in in_head]
    head = "".join([noun, f" under {parent}" if parent else "", *(f" by {name}" for name in in_head)])
    body = draw(st.sampled_from([", ", ",", " , "])).join([*(item.text for item in items), *together])
    return f"{head}:{draw(WHITE)}{body}{draw(_tail(operations, in_list))}"


@st.composite
def _operations(draw: st.DrawFn, *, tables: bool, first: bool) -> list[str]:
    """Draw the operations, none for those that are the default."""
    if draw(st.booleans()):
        return []
    if tables and not first and draw(st.integers(0, 4)) == 0:
        return draw(st.permutations(["staff create", *draw(_some(["staff update", "staff delete"]))]))
    creates = [["create"], *([["create idempotent"]] if tables else []), *([] if first else [[]])]
    others = ["list", "delete", *(["update"] if tables else [])]
    operations = draw(st.permutations([*draw(st.sampled_from(creates)), "get", *draw(_some(others))]))
    by_staff = draw(_some(["create", "update", "delete"])) if tables else []
    return [f"staff {operation}" if operation in by_staff else operation for operation in operations]


def without_staff(spec: str) -> str:
    """Return a spec for a backend without an admin: what staff may do, clients of its API may, and read it."""
    unread = ";" in spec and not re.search(r"\bget\b", spec.partition(";")[2])
    return re.sub(r"\bstaff (?=create|update|delete)", "", spec) + (", get" if unread else "")


def created_by_staff(spec: str) -> str:
    """Return a spec for a backend with an admin: staff create what no client does, unless it is under another noun."""
    return spec.replace("; get", "; staff create, get") if " under " not in spec else spec


@st.composite
def _tail(draw: st.DrawFn, operations: Sequence[str], filters: Sequence[str]) -> str:
    listed = f"list by {draw(st.sampled_from([' and ', ', ', ' by '])).join(filters)}" if filters else "list"
    return f";{draw(WHITE)}{', '.join(listed if name == 'list' else name for name in operations)}" if operations else ""


@st.composite
def _item(draw: st.DrawFn, name: str, *, tables: bool, sent: bool) -> Item:
    kind = draw(st.sampled_from(["str", "text", "int", "decimal", "bool", "date", "datetime", "uuid", "enum"]))
    arguments, defaults, length = draw(ARGUMENTS.get(kind, st.just(("", [], 0))))
    many = has_many_values(
        parse_resource(f"thing: {name}:{kind}{arguments or ('(x)' if kind == 'enum' else '')}").fields[0]
    )
    can_be_unique = tables and many and length <= MAX_INDEXED
    choices = ["", "?", *([" unique", "? unique", " unique ?"] if can_be_unique else [])]
    modifier = draw(st.sampled_from(choices))
    if defaults and not modifier and draw(st.booleans()):
        modifier = draw(st.sampled_from([" = ", "=", " ="])) + draw(st.sampled_from(defaults))
    readonly = not sent and (modifier == "?" or "=" in modifier) and draw(st.booleans())
    text = f"{name}:{draw(WHITE)}{kind}{arguments}{modifier}{' readonly' if readonly else ''}"
    return Item(name, kind, text, length, "unique" in modifier, readonly, many)


@st.composite
def _reference(draw: st.DrawFn, target: str, role: str) -> Item:
    name = draw(st.sampled_from([target, f"{target}_id", role, f"{role}_id"]))
    kind = draw(st.sampled_from([target, f"ref({target})", f"reference({target})"]))
    modifier = draw(st.sampled_from(["", "?", " unique", "? unique"]))
    return Item(name, "reference", f"{name}:{kind}{modifier}", unique="unique" in modifier)


@st.composite
def _together(draw: st.DrawFn, items: Sequence[Item]) -> list[str]:
    """Draw what is unique together, at most once."""
    usual = [item for item in items if not item.unique and not item.readonly]
    can_be = [item for item in usual if item.kind != "text" and item.length <= MAX_INDEXED]
    chosen = draw(st.permutations(can_be))[: draw(st.integers(0, 3))]
    is_useful = any(item.many for item in chosen) and sum(item.length for item in chosen) <= MAX_INDEXED
    return [f"unique({', '.join(item.name for item in chosen)})"] if len(chosen) > 1 and is_useful else []


@st.composite
def _some(draw: st.DrawFn, names: Sequence[str]) -> list[str]:
    return [name for name in names if draw(st.booleans())]


@st.composite
def _lengths(draw: st.DrawFn, usual: int, most: int) -> Arguments:
    lowest = draw(st.sampled_from([0, 1, 2, 6, 80]))
    highest = draw(st.integers(max(lowest, 1), most))
    forms = {
        "": usual,
        f"({lowest}..{highest})": highest,
        f"(..{highest})": highest,
        f"({highest})": highest,
        f"({lowest}..)": usual,
        f"(>={lowest},<{highest + 1})": highest,
    }
    form = draw(st.sampled_from(list(forms)))
    fits = f"{lowest}.." not in form and f">={lowest}" not in form and forms[form] >= len("Not yet 2")
    return form, ["Not yet 2", "x-1"] if fits else [], forms[form]


@st.composite
def _range(draw: st.DrawFn, step: int, most: int, written: Callable[[int], str], digits: str = "") -> Arguments:
    """Draw bounds at least three steps apart, with the values between them as defaults."""
    first = draw(st.integers(-most, most - 3 * step))
    last = draw(st.integers(first + 3 * step, most))
    low, high = written(first), written(last)
    ranges = ["", f"{low}..{high}", f"{low}..", f"..{high}", f">{low}", f">={low}", f"<{high}", f"<= {high}"]
    ranges += [f">{low},<{high}", f">={low}, <{high}"]
    arguments = ",".join(filter(None, (digits, draw(st.sampled_from(ranges)))))
    return f"({arguments})" if arguments else "", [written(first + step), written(last - step)], 0


@st.composite
def _decimals(draw: st.DrawFn) -> Arguments:
    digits = draw(st.sampled_from(["", "12,2", "5,4", "3,0", "28,10"]))
    precision, scale = map(int, digits.split(",")) if digits else (18, 4)
    return draw(_range(1, 10**precision - 1, lambda steps: _with_point(steps, scale), digits))


def _with_point(steps: int, scale: int) -> str:
    return format(Decimal(steps).scaleb(-scale, EXACT), "f")


@st.composite
def _values(draw: st.DrawFn) -> Arguments:
    values = draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=5, unique=True))
    return f"({draw(st.sampled_from(['|', ', ', ' | '])).join(values)})", values, 0


ARGUMENTS: Mapping[str, st.SearchStrategy[Arguments]] = {
    "str": _lengths(200, 2_000) | _lengths(200, 300),
    "text": _lengths(10_000, 100_000),
    "int": _range(1, 2**63 - 1, str) | _range(1, 1_000, str),
    "decimal": _decimals(),
    "bool": st.just(("", ["true", "false"], 0)),
    "enum": _values(),
}
