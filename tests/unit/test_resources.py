"""--resource as a language for a whole first sentence: what it means, and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.asking.answers import Request, settle
from scaffold.asking.noun_checks import Surroundings
from scaffold.asking.resource import Bounds, Field, Resource
from scaffold.asking.resources import parse_resource, parse_resources
from scaffold.errors import UsageError
from scaffold.features.catalogue import load
from tests.resource_specs import NOUNS, specs

CATALOGUE = load()
AROUND = Surroundings(
    CATALOGUE.reserved("singulars"),
    CATALOGUE.reserved("plurals"),
    "shop",
    CATALOGUE.reserved_fields(),
    CATALOGUE.reserved("filters"),
)
WITHOUT_TABLES = replace(AROUND, lacking=dict.fromkeys(("reference", "unique", "idempotent", "update"), "--with x"))
BOOK = "book: title:str"
# Words of the language in an order that it may not have, among anything else.
SCRAPS = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "book",
                "order/",
                ":",
                ",",
                ";",
                "(",
                ")",
                "under",
                "by",
                "and",
                "unique",
                "unique(",
                "ref(",
                "enum(",
            ),
            *("int(", "decimal(", "str(", "..", ">", "<=", "=", "?", "|", "1", "12.5", "create", "get", "list", "é"),
            *("idempotent", "\x1b"),
        ]
    )
    | st.text(max_size=3),
    max_size=25,
).map(" ".join)


def problems(*specs: str, around: Surroundings = AROUND) -> list[str]:
    try:
        _ = parse_resources(specs, around)
    except UsageError as error:
        return [problem.message for problem in error.problems]
    return []


def field(text: str, *before: str) -> Field:
    """Return the only field of a noun."""
    return parse_resources([*before, f"thing: {text}"], AROUND)[-1].fields[0]


def last(*specs: str) -> Resource:
    return parse_resources(specs, AROUND)[-1]


@given(specs())
@settings(max_examples=150, deadline=None)
def test_the_recorded_specs_read_back_as_the_same_resources(drawn: Sequence[str]) -> None:
    resources = parse_resources(drawn, AROUND)
    recorded = [resource.spec for resource in resources]

    assert parse_resources(recorded, AROUND) == resources
    assert [resource.spec for resource in parse_resources(recorded)] == recorded


@given(st.lists(SCRAPS, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_read_or_refused_in_lines_that_a_terminal_can_show(typed: Sequence[str]) -> None:
    for message in problems(*typed):
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 700


@given(specs(tables=False))
@settings(max_examples=60, deadline=None)
def test_what_needs_no_table_is_taken_without_an_add_on(drawn: Sequence[str]) -> None:
    assert problems(*drawn, around=WITHOUT_TABLES) == []


def test_all_the_nouns_that_are_drawn_can_be_there_together() -> None:
    assert problems(*(f"{noun}: state:enum(open|paid)" for noun in NOUNS)) == []


def test_a_whole_first_sentence_is_read() -> None:
    merchant, payment = parse_resources(
        [
            "merchant: name:str(1..80), country:enum(CH|DE|AT)",
            (
                "payment under merchant by status: amount:decimal(>0), status:enum(open|paid) = open, "
                "reference:str(..64)? unique, unique(status, amount); create idempotent, get, list, update"
            ),
        ],
        AROUND,
    )

    assert merchant == Resource(
        "merchant",
        "merchants",
        (
            Field("name", "str", optional=False, bounds=Bounds("1", "80")),
            Field("country", "enum", optional=False, values=("CH", "DE", "AT")),
        ),
    )
    assert payment == Resource(
        "payment",
        "payments",
        (
            Field("merchant_id", "reference", optional=False, target="merchant"),
            Field("amount", "decimal", optional=False, bounds=Bounds("0", above=True)),
            Field("status", "enum", optional=False, values=("open", "paid"), default="open"),
            Field("reference", "str", optional=True, bounds=Bounds(None, "64")),
        ),
        parent="merchant",
        filters=("status",),
        uniques=(("reference",), ("status", "amount")),
        operations=("create", "get", "list", "update"),
        idempotent=True,
    )


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("a:str(1..80)", Bounds("1", "80")),
        ("a:str(..64)", Bounds(None, "64")),
        ("a:str(64)", Bounds(None, "64")),
        ("a:str (1 .. )", Bounds("1", None)),
        ("a:str(>0)", Bounds("1", None)),
        ("a:text(>=2, <10)", Bounds("2", "9")),
        ("a:int(0..)", Bounds("0", None)),
        ("a:int(-5..5)", Bounds("-5", "5")),
        ("a:int(007..08)", Bounds("7", "8")),
        ("a:int(>0)", Bounds("0", above=True)),
        ("a:int(>= 0,< 100)", Bounds("0", "100", below=True)),
        ("a:decimal(>0)", Bounds("0", above=True)),
        ("a:decimal(0.5..1.50)", Bounds("0.5", "1.50")),
        ("a:decimal(<=100)", Bounds(None, "100")),
        ("a:decimal(12,2,>-0)", Bounds("0", above=True)),
    ],
)
def test_bounds_are_said_as_a_range_or_as_comparisons(text: str, bounds: Bounds) -> None:
    assert field(text).bounds == bounds


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("a:decimal", (18, 4)),
        ("a:decimal(>0)", (18, 4)),
        ("a:decimal(12,2)", (12, 2)),
        ("a:decimal( 28 , 27 , <=0.5 )", (28, 27)),
        ("a:decimal(3,0,>=0,<100)", (3, 0)),
    ],
)
def test_a_decimal_has_the_digits_that_are_said(text: str, digits: tuple[int, int]) -> None:
    assert field(text).digits == digits


@pytest.mark.parametrize(
    "text", ["a:enum(open|in-progress)", "a:enum(open, in-progress)", "a: enum ( open | in-progress )"]
)
def test_a_closed_set_is_said_with_bars_or_commas(text: str) -> None:
    assert field(text).values == ("open", "in-progress")


def test_every_closed_set_that_is_taken_makes_an_enum() -> None:
    values = ("mro", "name", "value", "None", "class", "title", "a_b", "x-", "y_-2", "self", "A")
    kept = field(f"a:enum({'|'.join(values)})").values

    made = StrEnum("Made", {value.upper().replace("-", "_"): value for value in kept})
    assert [str(member) for member in made] == list(values)


@pytest.mark.parametrize("said", ["= open", "=open", " = open", " default=open", "= 'open'"])
def test_a_default_stands_behind_an_equals_sign(said: str) -> None:
    assert field(f"a:enum(open|paid){said}").default == "open"


@pytest.mark.parametrize(
    ("text", "default"),
    [
        ("a:int(0..) = 007", "7"),
        ("a:int(-5..) = -5", "-5"),
        ("a:decimal(>0) = 0.0001", "0.0001"),
        ("a:decimal(5,2) = -999.99", "-999.99"),
        ("a:bool = True", "true"),
        ("a:str = Not  yet 2", "Not yet 2"),
        ("a:str(3) = abc", "abc"),
        ("a:text = a.b_c+d@e/f-g", "a.b_c+d@e/f-g"),
    ],
)
def test_a_default_is_kept_as_the_type_has_it(text: str, default: str) -> None:
    assert field(text).default == default


@pytest.mark.parametrize("said", ["= open readonly", "readonly = open", "?readonly", "? readonly"])
def test_what_only_the_service_sets_is_readonly(said: str) -> None:
    a, b = last(f"thing: a:enum(open|paid) {said}, b:str?").fields

    assert a.readonly
    assert a.optional is ("?" in said)
    assert a.default == (None if a.optional else "open")
    assert not b.readonly


@pytest.mark.parametrize(
    "text", ["a:str? unique", "a:str unique ?", "a:str ?unique", "a:str unique?", "unique(a), a:str?"]
)
def test_optional_and_unique_stand_in_any_order(text: str) -> None:
    resource = last(f"thing: {text}")

    assert resource.fields[0].optional
    assert resource.uniques == (("a",),)


def test_what_is_unique_alone_comes_in_the_order_of_the_fields_and_then_what_is_together() -> None:
    thing = last("thing: a:int, unique(b, d), b:int, c:int unique, d:bool, unique(a)")

    assert thing.uniques == (("a",), ("c",), ("b", "d"))


@pytest.mark.parametrize(
    "text",
    ["book:book", "book_id:book", "book:ref(book)", "book_id : reference( book )"],
)
def test_a_reference_to_a_noun_ends_with_id(text: str) -> None:
    assert field(text, BOOK) == Field("book_id", "reference", optional=False, target="book")


def test_a_reference_may_be_called_after_what_the_noun_is_to_it() -> None:
    (book, line) = parse_resources(["order-line: n:int", "thing: first:order-line?, second:ref(order_line) unique"])

    assert book.singular == "order_line"
    assert line.fields == (
        Field("first_id", "reference", optional=True, target="order_line"),
        Field("second_id", "reference", optional=False, target="order_line"),
    )
    assert line.uniques == (("second_id",),)


def test_a_noun_that_is_called_like_a_type_is_referred_to_in_parentheses() -> None:
    assert field("a:text", "text: b:int").type == "text"
    assert field("a:ref(text)", "text: b:int").target == "text"


@pytest.mark.parametrize(
    "spec",
    [
        "loan by book: due:date; list, get, create",
        "loan: due:date; create, get, list by book",
        "loan by book_id: book:book, due:date",
        "loan: book:book, due:date; list by book, create, get",
    ],
)
def test_by_an_earlier_noun_adds_the_reference_that_is_not_there(spec: str) -> None:
    loan = last(BOOK, spec)

    assert loan.filters == ("book_id",)
    assert loan.fields[0] == Field("book_id", "reference", optional=False, target="book")
    assert [one.name for one in loan.fields] == ["book_id", "due"]


@pytest.mark.parametrize(
    "spec",
    [
        "loan by due, state and book: due:date, state:enum(a|b)",
        "loan by due by state by book: due:date, state:enum(a|b)",
        "loan by due: due:date, state:enum(a|b); list by state, book, create, get",
        "loan: due:date, state:enum(a|b); get, create, list by due and state and book",
    ],
)
def test_it_is_listed_by_the_fields_of_head_and_list_together(spec: str) -> None:
    loan = last(BOOK, spec)

    assert loan.filters == ("due", "state", "book_id")
    assert loan.operations == ("create", "get", "list")


@pytest.mark.parametrize(
    "spec",
    [
        "loan under book: due:date",
        "loan under book by book: due:date",
        "loan under book: due:date, book:book",
        "loan by book under book: due:date",
    ],
)
def test_what_stands_under_a_noun_refers_to_it_first_and_is_not_listed_by_it(spec: str) -> None:
    loan = last(BOOK, spec)

    assert [one.name for one in loan.fields] == ["book_id", "due"]
    assert (loan.parent, loan.filters) == ("book", ())


def test_a_noun_alone_is_a_reference_to_it() -> None:
    for modifiers in ("", "?", " unique", "? unique"):
        short, long = (last(BOOK, f"loan: {book}{modifiers}, due:date") for book in ("book", "book:book"))
        assert short == long


@pytest.mark.parametrize(
    ("said", "operations", "idempotent"),
    [
        ("", ("create", "get", "list"), False),
        (";", ("create", "get", "list"), False),
        ("; get, create", ("create", "get"), False),
        ("; delete, update, list, get, create", ("create", "get", "list", "update", "delete"), False),
        ("; create  idempotent; get", ("create", "get"), True),
        ("; staff create, get, staff delete", ("create", "get", "delete"), False),
    ],
)
def test_operations_stand_behind_a_semicolon(said: str, operations: Sequence[str], *, idempotent: bool) -> None:
    resource = last(f"thing: a:int{said}")

    assert (resource.operations, resource.idempotent) == (operations, idempotent)
    assert resource.staff == tuple(name for name in operations if f"staff {name}" in said)


@pytest.mark.parametrize(
    ("specs", "message"),
    [
        (
            ["loan: book:book", BOOK],
            '"loan": got "book" for field "book", a noun given later; expected its --resource before that of "loan"',
        ),
        (["loan under book: due:date", BOOK], '"loan": got "book" for "under", a noun given later'),
        (["loan by book: due:date", BOOK], '"loan": got "book" for "by", a noun given later'),
        (["loan: next:loan"], 'got "loan" for field "next", the resource itself'),
        (["loan: next:ref(loan)"], 'got "loan" for field "next", the resource itself'),
        (["loan under loan: due:date"], 'got "loan" for "under", the resource itself'),
        (["loan by loan: due:date"], 'got "loan" for "by", the resource itself'),
        (["loan: a:ref(book)"], 'got "book" for field "a", no noun given before; expected a --resource for it before'),
        ([BOOK, "loan: a:ref(books)"], "no noun given before; expected one of book (did you mean book?)"),
        ([BOOK, "loan: a:boook"], "enum(a|b), book (did you mean book?)"),
        ([BOOK, "loan under boook: a:int"], 'got "boook" for "under", no noun given before; expected one of book (did'),
        ([BOOK, "loan under book under book: a:int"], "got 2 parents; expected one"),
        ([BOOK, "loan under book: book_id:uuid"], 'got field "book_id" 2 times; expected it once'),
        ([BOOK, "loan: book:book, book_id:uuid"], 'got field "book_id" 2 times; expected it once'),
        ([BOOK, BOOK], '"book": got noun "book", which was given already; expected one such as "shop_book"'),
        ([BOOK, "novel/books: a:int"], 'got plural "books", whose class Books is one of "book"; expected'),
        (
            [BOOK, "book_patch: a:int"],
            'got noun "book_patch", whose class BookPatch is one of "book"; expected one such as',
        ),
        (
            ["payment: currency:enum(CHF)", "payment_currency: a:int"],
            'got noun "payment_currency", whose class PaymentCurrency is one of "payment"; expected one such as',
        ),
        (
            ["payment_currency: a:int", "payment: currency:enum(CHF)"],
            'got field "currency", whose class PaymentCurrency is one of "payment_currency"; expected one such as',
        ),
        (["order: row:enum(a)"], 'got field "row", whose class OrderRow is there already; expected one such as'),
        (["value: error:enum(a)"], 'got field "error", whose class ValueError is there already; expected one such as'),
        (["loan by due: day:date"], 'got "due" for "by"; expected one of day'),
        (
            ["loan by a: a:decimal"],
            'got "a" for "by", a decimal; expected a reference, enum, bool, str, uuid, date or int',
        ),
        (["loan by a: a:str(..601)"], 'got "a" for "by", too long for an index; expected at most str(..600)'),
        (["loan by limit: limit:int"], 'got "limit" for "by", which a listing uses itself; expected another name'),
        (["loan by a: a:int; create, get"], 'got "by" without the operation list'),
        (["loan: a:int, unique(a, b)"], 'got "b" for "unique(a, b)"; expected one of a'),
        (["loan: a:int, unique()"], 'got "" for "unique()"; expected one of a'),
        (["loan: a:int, unique(a, a)"], 'got "unique(a, a)", which names a field twice; expected each once'),
        (["loan: a:int unique, b:int, unique(a, b)"], 'got "unique(a, b)", part of which is unique already'),
        (["loan: a:int, b:int, unique(a, b), unique(b, a)"], 'got "unique(b, a)", part of which is unique already'),
        (["loan: a:text unique"], 'got "unique(a)", with a text, too long for an index; expected str(..600) instead'),
        (
            [BOOK, "cover under book: ink:str, unique(book)"],
            'a few, and the emitted tests create several; expected "by book" instead of "under book", or a field in it',
        ),
        (
            [BOOK, "cover under book: ink:enum(red), page:int(1..9), unique(ink, page)"],
            'got "unique(ink, page)", of which there could only be a few; expected a field in it with many values',
        ),
        (["loan: a:int(0..9) unique"], 'got "unique(a)", of which there could only be a few'),
        (["loan: a:int(9223372036854775803..) unique"], 'got "unique(a)", of which there could only be a few'),
        (["loan by a, b, c, d: a:int, b:int, c:int, d:int"], 'got 4 fields for "by"; expected at most 3'),
        (["loan: a:bool, b:enum(x), unique(a, b)"], 'got "unique(a, b)", of which there could only be a few'),
        (
            ["loan: a:str(400), b:str(201), unique(a, b)"],
            'got "unique(a, b)", too long for an index; expected at most 600',
        ),
        (
            ["loan: a:int; create, get, updaet"],
            'got operation "updaet"; expected one of create, get, list, update, delete',
        ),
        (["loan: a:int; create, get, patch"], "(did you mean update?)"),
        (["loan: a:int; idempotent create, get"], "(did you mean create idempotent?)"),
        (["loan: a:int; create, get, list idempotent"], 'got operation "list idempotent"; expected one of'),
        (["loan: a:int; create, get,"], "got an empty operation, perhaps a comma too many"),
        (["loan: a:int; create, get, get"], 'got operation "get" 2 times; expected it once'),
        (
            ["loan: a:int; list, delete"],
            'the first noun needs create, because shared tests use it; expected "; create, get, list, delete"',
        ),
        (
            ["shelf: a:int", "loan: a:int; create, list, staff delete"],
            'got operations without get; expected "; create, get, list, staff delete"',
        ),
        (["loan: a:int; staff create"], 'got operations without get; expected "; staff create, get"'),
        (
            ["shelf: a:int", "loan under shelf: a:int; staff create"],
            'got "under shelf" without get, so there is no path',
        ),
        (["shelf: a:int", "loan: a:int; staff get, create"], "expected one of create, get, list, update, delete"),
        (["shelf: a:int", "loan: a:int; staff get, create"], "(did you mean get?)"),
        (
            ["loan: version:int; create, get, update"],
            'got field "version", which counts the updates; expected one such as',
        ),
        (
            ["version: a:int", "loan: version:version; create, get, update"],
            'got reference "version" beside a column of that name; expected another, as in "its_version"',
        ),
        (
            ["book: a:int", "loan: book:book, book:str"],
            'got reference "book" beside a column of that name; expected another, as in "its_book"',
        ),
        (["loan: a:str(1..80, b:int"], 'got a "(" without its ")", or one within another; expected pairs'),
        (["loan: a:int)"], 'got a "(" without its ")", or one within another; expected pairs'),
        (
            ["loan: a:int optional"],
            'got "optional" behind the type of field "a"; expected "?", "unique", "= DEFAULT" or "readonly"',
        ),
        (
            ["loan: a:decimal >= 0"],
            'got ">= 0" behind the type of field "a"; expected "?", "unique", "= DEFAULT" or "readonly", and bounds',
        ),
        (["loan: a:int(1..x)"], 'got "int(1..x)" for field "a", which is no range; expected one such as "int(0..)"'),
        (["loan: a:int(..)"], "which is no range"),
        (["loan: a:int(5)"], "which is no range"),
        (["loan: a:int(>1,>2)"], "which is no range"),
        (["loan: a:str()"], "which is no range"),
        (["loan: a:decimal(12)"], 'which is no range; expected one such as "decimal(12,2,>0)"'),
        (["loan: a:bool(1..2)"], 'got "bool(1..2)" for field "a", a type that takes no bounds; expected "bool"'),
        (["loan: a:date(>0)"], 'a type that takes no bounds; expected "date"'),
        (["loan: a:int(5..4)"], "which leaves nothing between its bounds"),
        (["loan: a:int(>4,<5)"], "which leaves nothing between its bounds"),
        (["loan: a:decimal(9,2,>0.01,<0.02)"], "which leaves nothing between its bounds"),
        (["loan: a:str(201..)"], "which leaves nothing between its bounds"),
        (["loan: a:str(..0)"], "which leaves nothing between its bounds"),
        (["loan: a:str(..2001)"], "which goes too far; expected it within 0 and 2000"),
        (["loan: a:text(..100001)"], "which goes too far; expected it within 0 and 100000"),
        (
            ["loan: a:int(..9223372036854775808)"],
            "goes too far; expected it within -9223372036854775808 and 922337203685477",
        ),
        (["loan: a:decimal(5,2,<=1000)"], "which goes too far; expected it within -999.99 and 999.99"),
        (["loan: a:decimal(3,2,<=10)"], "which goes too far; expected it within -9.99 and 9.99"),
        (["loan: a:int(0.5..)"], "which is too fine; expected whole numbers"),
        (["loan: a:str(1.0..)"], "which is too fine; expected whole numbers"),
        (["loan: a:decimal(5,2,>0.001)"], "too fine; expected at most 2 digits behind the point"),
        (["loan: a:decimal(29,2)"], "whose digits cannot be; expected 1 to 28"),
        (["loan: a:decimal(0,0)"], "whose digits cannot be"),
        (["loan: a:decimal(4,5)"], "whose digits cannot be"),
        (["loan: a:enum"], 'got 0 values for enum field "a"; expected 1 to 50 of them, as in "enum(open|paid)"'),
        (["loan: a:enum()"], "got 0 values"),
        ([f"loan: a:enum({'|'.join(f'v{n}' for n in range(51))})"], "got 51 values"),
        (["loan: a:enum(a||b)"], 'got value "" for enum field "a"; expected at most 32 letters'),
        (["loan: a:enum(2nd)"], 'got value "2nd" for enum field "a"; expected at most 32 letters'),
        ([f"loan: a:enum({'v' * 33})"], "expected at most 32 letters"),
        (["loan: a:enum(in-use|in_use)"], 'got 2 values that are "IN_USE" in capitals for enum field "a"'),
        (["loan: a:enum(O|A)"], 'got value "O" for enum field "a", which linters refuse as too like a digit'),
        (
            ["loan: a:int? = 1"],
            'got default "1" for field "a", which is optional as well; expected either "?" or a default',
        ),
        (
            ["loan: a:int, b:int readonly"],
            'got "readonly" for field "b", without a value for new ones; expected "= DEFAULT"',
        ),
        ([BOOK, "loan: a:int, book? readonly"], 'got "readonly" for field "book", a reference; expected'),
        (["loan: a:int? readonly, b:bool = true readonly"], "got only readonly fields; expected one at least"),
        (
            ["loan: a:int, b:int? readonly unique"],
            'got "unique(b)", with a readonly field, which is the same in all new ones',
        ),
        (["loan: a:int, b:int = 1 readonly, unique(a, b)"], 'got "unique(a, b)", with a readonly field'),
        (["loan: a:int unique = 1"], 'which is unique as well; expected either "unique" or a default'),
        (["loan: a:date = 2026-01-01"], 'got default "2026-01-01" for field "a", and date takes none'),
        ([BOOK, "loan: a:book = 1"], "and reference takes none"),
        (["loan: a:int = 1 = 2"], 'got 2 defaults for field "a"; expected one'),
        (
            ["loan: a:int ="],
            'got default "" for field "a"; expected a number within the bounds and digits of the field',
        ),
        (["loan: a:int(>0) = 0"], "expected a number within"),
        (["loan: a:int = 1.0"], "expected a number within"),
        (["loan: a:decimal(5,2) = 0.001"], "expected a number within"),
        (["loan: a:bool = yes"], "expected true or false"),
        (["loan: a:enum(open|paid) = closed"], "expected one of open, paid"),
        (["loan: a:str(..3) = long"], "expected words of letters"),
        (["loan: a:str = %s"], "expected words of letters"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_work(specs: Sequence[str], message: str) -> None:
    assert [message in problem for problem in problems(*specs)] == [True]


def test_the_problems_of_all_resources_are_told_at_once() -> None:
    told = problems("orders: a:string", "loan: a:decimal(5..4)? = x; patch", "fine: a:int")

    assert {problem.partition(": ")[0] for problem in told} == {'"orders"', '"loan"'}
    assert len(told) == 5


def test_forty_resources_are_enough() -> None:
    many = [f"thing{n}: a:int" for n in range(41)]

    assert problems(*many[:40]) == []
    assert problems(*many) == ["got 41 of them; expected at most 40"]


def test_every_noun_that_is_suggested_beside_others_would_be_accepted() -> None:
    given = ["order: page:int, kind:enum(a)", "shop_order/order_records: a:int"]
    for noun, lead in (("order", ""), ("order_page", ""), ("order_kind", ""), ("ox/orders", "ox/"), ("shop_order", "")):
        for message in problems(*given, f"{noun}: a:int"):
            (suggested,) = re.findall(r'such as "([^"]+)"', message)
            assert problems(*given, f"{lead}{suggested}: a:int") == [], message


@pytest.mark.parametrize(
    ("got", "specs"),
    [
        ('"reference" for book_id', [BOOK, "loan: book:book"]),
        ('"reference" for book_id', [BOOK, "loan under book: a:int"]),
        ('"reference" for book_id', [BOOK, "loan by book: a:int"]),
        ('"unique" for a, b, c', ["loan: a:int unique, b:int, c:bool, unique(b, c)"]),
        ('"idempotent" for create', ["loan: a:int; create idempotent, get"]),
        ('"update" for operations', ["loan: a:int; create, get, update"]),
    ],
)
def test_what_only_a_table_can_hold_names_the_add_on_that_has_them(got: str, specs: Sequence[str]) -> None:
    with pytest.raises(UsageError) as raised:
        _ = settle(Request("orders-api", resources=specs), CATALOGUE)

    (problem,) = raised.value.problems
    assert problem.message.endswith(f"got {got}, which needs a table; expected --with database")
    assert settle(Request("orders-api", addons=["database"], resources=specs), CATALOGUE).resources


def test_what_staff_alone_may_do_needs_an_admin() -> None:
    specs = ["loan: a:int; staff create, get"]
    with pytest.raises(UsageError) as raised:
        _ = settle(Request("orders-api", addons=["database"], resources=specs), CATALOGUE)

    (problem,) = raised.value.problems
    assert problem.message.endswith('got "staff" for operations, which needs an admin; expected --framework django')
    assert settle(Request("orders-api", framework="django", resources=specs), CATALOGUE).resources


def test_a_noun_that_only_staff_see_comes_after_one_that_clients_read() -> None:
    shelf, loan = parse_resources(["shelf: a:int", "loan: shelf:shelf; staff create, staff update"])

    assert (shelf.operations, loan.operations, loan.allows("get")) == (
        ("create", "get", "list"),
        ("create", "update"),
        False,
    )
    assert parse_resources(["shelf: a:int", loan.spec])[1] == loan


def test_the_first_noun_may_be_one_that_only_the_service_creates_but_where_there_is_an_admin() -> None:
    rate = ["rate: on:date; get, list"]

    assert settle(Request("rates", resources=rate), CATALOGUE).resource.operations == ("get", "list")
    with pytest.raises(UsageError, match=r'the first noun needs create.*\(or "staff create"\)'):
        _ = settle(Request("rates", framework="django", resources=rate), CATALOGUE)


def test_deleting_needs_no_table() -> None:
    answers = settle(Request("orders-api", resources=["loan: a:int; create, get, delete"]), CATALOGUE)

    assert answers.resource.operations == ("create", "get", "delete")
    assert parse_resource(answers.resource.spec) == answers.resource
