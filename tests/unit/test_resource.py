import builtins
import itertools
import keyword
import re
import runpy
import sys
from pathlib import Path

import pytest

from scaffold.asking.names import MAX_FIELD, MAX_NOUN
from scaffold.asking.noun_checks import Surroundings
from scaffold.asking.resource import DEFAULT_RESOURCE, FIELD_TYPES, Field, Resource
from scaffold.asking.resources import parse_resource
from scaffold.errors import UsageError
from scaffold.features.catalogue import load

PYDANTIC = ("copy", "json", "dict", "schema", "construct", "validate", "parse_obj", "register", "mro")
AROUND = Surroundings(load().reserved("singulars"), load().reserved("plurals"), "shop", load().reserved_fields())
FRAGMENTS = (
    *(
        "",
        "a",
        "s",
        "i_q",
        "3",
        "_",
        "-",
        " ",
        "?",
        "{",
        "}",
        "é",
        "\x00",
        "\ud800",
        "Page",
        "orders",
        "sheep",
        "test",
        "new_",
    ),
    *("model_", "class", "exception", "_service", "x" * 25, "y" * 41),
)


def problems(spec: str, around: Surroundings = AROUND) -> list[str]:
    try:
        parse_resource(spec, around)
    except UsageError as error:
        return [problem.message for problem in error.problems]
    return []


def suggestions(message: str) -> list[str]:
    return re.findall(r'(?:such as|as in) "([^"]+)"', message)


def test_a_spec_becomes_a_noun_and_its_fields() -> None:
    assert parse_resource("order: customer_id:uuid, total:decimal, note:str?") == Resource(
        "order",
        "orders",
        (
            Field("customer_id", "uuid", optional=False),
            Field("total", "decimal", optional=False),
            Field("note", "str", optional=True),
        ),
    )


def test_white_space_may_stand_anywhere_between_the_words() -> None:
    loose = parse_resource("\n order / orders :\tcustomer_id : uuid ,note :str ? \n")
    assert loose == parse_resource("order:customer_id:uuid,note:str?")


def test_a_noun_may_have_two_words() -> None:
    resource = parse_resource("line-item: quantity:int")
    assert (resource.singular, resource.plural) == ("line_item", "line_items")


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("order", "orders"),
        ("category", "categories"),
        ("day", "days"),
        ("address", "addresses"),
        ("status", "statuses"),
        ("tax", "taxes"),
        ("batch", "batches"),
        ("wish", "wishes"),
        ("analysis", "analyses"),
        ("sales_person", "sales_people"),
        ("line_entry", "line_entries"),
    ],
)
def test_the_plural_follows_english(singular: str, plural: str) -> None:
    assert parse_resource(f"{singular}: name:str").plural == plural


def test_a_plural_that_is_given_is_taken() -> None:
    assert parse_resource("person/persons: name:str").plural == "persons"
    assert parse_resource("alias/aliases: name:str").plural == "aliases"


@pytest.mark.parametrize(
    "spec",
    [
        DEFAULT_RESOURCE,
        "person/persons: name:str",
        "line-item: a:str?, b:text, c:int, d:decimal?, e:bool, f:date, g:datetime?, h:uuid",
    ],
)
def test_the_recorded_spec_reads_back_as_the_same_resource(spec: str) -> None:
    resource = parse_resource(spec)
    assert parse_resource(resource.spec) == resource
    assert parse_resource(resource.spec).spec == resource.spec


def test_the_recorded_spec_does_not_lean_on_the_rules_for_plurals() -> None:
    assert parse_resource("order: total:decimal?").spec == "order/orders: total:decimal?"


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_type_can_be_required_or_optional(kind: str) -> None:
    resource = parse_resource(f"order: a:{kind}, b:{kind}?")
    assert [(field.type, field.optional) for field in resource.fields] == [(kind, False), (kind, True)]


@pytest.mark.parametrize("name", ["type", "match", "case", "count", "index", "status", "hash", "user", "group", "x"])
def test_a_field_may_have_a_name_that_only_looks_dangerous(name: str) -> None:
    assert problems(f"order: {name}:str") == []


@pytest.mark.parametrize("noun", ["order", "user", "group", "case", "select_committee", "payment", "item", "file"])
def test_a_noun_that_is_a_word_of_sql_is_fine(noun: str) -> None:
    assert problems(f"{noun}: name:str") == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("id", "has already"),
        ("created_at", "has already"),
        ("class", "Python keyword"),
        *((name, "as a type") for name in ("str", "int", "bool", "date", "datetime", "uuid", "decimal")),
        *((name, "pydantic model") for name in PYDANTIC),
        ("model_year", "pydantic"),
        ("metadata", "SQLAlchemy"),
        ("registry", "SQLAlchemy"),
        ("xmin", "PostgreSQL"),
        *((name, "use themselves") for name in ("self", "cls", "of", "to_domain", "mapped_column")),
        ("l", "linters"),
        *((name, "snake_case") for name in ("_", "_hidden", "hidden_", "a__b", "__init__", "Total", "customer-id")),
        *((name, "snake_case") for name in ("2nd", "naïve", "a b", "a\x00b", "a/b")),
        ("order", "resource itself"),
        ("orders", "resource itself"),
        ("f" * (MAX_FIELD + 1), "longer than 40"),
    ],
)
def test_a_field_is_refused_with_its_reason(name: str, reason: str) -> None:
    assert [reason in message for message in problems(f"order: {name}:str")] == [True]


@pytest.mark.parametrize(
    ("noun", "reason"),
    [
        ("", "empty"),
        ("class", "Python keyword"),
        *((noun, "Python's own") for noun in ("exception", "value_error", "object", "list", "property", "license")),
        *((noun, "uses itself") for noun in ("result", "ok", "base_model", "decimal", "sequence", "database")),
        *((noun, "another noun") for noun in ("new_order", "order_service", "check_in", "check_out")),
        ("testimonial", "pytest"),
        ("prn", "Windows"),
        ("x", "single letter"),
        *((noun, "snake_case") for noun in ("LineItem", "line item", "_order", "order_", "2nd", "café")),
        ("n" * (MAX_NOUN + 1), "longer than 24"),
        ("n" * MAX_NOUN, "longer than 24"),
        *((noun, "looks plural") for noun in ("orders", "people", "sheep", "data", "order_lines")),
        *((noun, "uses itself") for noun in ("doc", "order/docs", "order/healthz", "order/redoc")),
        ("sheep/sheep", "singular once more"),
        ("person/", "empty"),
        ("person/People", "snake_case"),
        *((f"order/order_{ending}", "would clash") for ending in ("changes", "patch", "row")),
        ("order/readiness", "uses itself"),
        ("new", "uses itself"),
        *((noun, "abbreviation") for noun in ("u_r_l", "h_t_t_p_status", "order/o_k")),
    ],
)
def test_a_noun_is_refused_with_its_reason(noun: str, reason: str) -> None:
    assert [reason in message for message in problems(f"{noun}: name:str")] == [True]


def test_a_noun_that_is_something_else_in_one_number_is_refused_in_that_number_only() -> None:
    assert problems("token: name:str", Surroundings(plurals=["token"])) == []
    assert len(problems("token: name:str", Surroundings(singulars=["token"]))) == 1
    assert len(problems("token: name:str", Surroundings(plurals=["tokens"]))) == 1
    assert problems("token: name:str", Surroundings(singulars=["tokens"])) == []


@pytest.mark.parametrize(
    ("noun", "topic", "suggested"),
    [
        ("result", "lab", "lab_result"),
        ("class", "school", "school_class"),
        ("import", "import", "import_record"),
        ("result", "new", "result_record"),
        ("result", "a" * 40, "result_record"),
    ],
)
def test_the_way_out_is_said_in_the_words_of_the_backend(noun: str, topic: str, suggested: str) -> None:
    around = Surroundings(AROUND.singulars, AROUND.plurals, topic, AROUND.fields)

    assert [suggestions(message) for message in problems(f"{noun}: name:str", around)] == [[suggested]]


def test_another_singular_is_offered_with_the_plural_that_keeps_the_path() -> None:
    around = Surroundings(AROUND.singulars, AROUND.plurals, "lab", AROUND.fields)

    (message,) = problems("result: name:str", around)

    assert message.endswith('expected one such as "lab_result", or "lab_result/results" to keep the path')
    assert problems("lab_result/results: name:str", around) == []


@pytest.mark.parametrize("spec", ["", "order", "order:", "order: "])
def test_a_resource_without_fields_is_refused(spec: str) -> None:
    assert any("got no fields" in message for message in problems(spec))


def test_a_comma_too_many_is_named() -> None:
    assert ["comma too many" in message for message in problems("order: a:str,, b:str,")] == [True, True]


def test_a_field_stands_once() -> None:
    assert problems("order: a:str, b:int, a:int, a:str") == ['got field "a" 3 times; expected it once']


def test_forty_fields_are_enough() -> None:
    fields = [f"f{n}:int" for n in range(41)]
    assert problems("order: " + ", ".join(fields[:40])) == []
    assert problems("order: " + ", ".join(fields)) == ["got 41 fields; expected at most 40"]


def test_the_longest_names_are_taken() -> None:
    assert problems(f"{'n' * 23}: {'f' * 40}:str") == []
    assert problems(f"{'n' * 24}/{'m' * 24}: {'f' * 40}:str") == []


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("string", "str"),
        ("integer", "int"),
        ("boolean", "bool"),
        ("float", "decimal"),
        ("money", "decimal"),
        ("UUID", "uuid"),
        ("guid", "uuid"),
        ("timestamp", "datetime"),
        ("datetme", "datetime"),
    ],
)
def test_an_unknown_type_is_refused_with_the_one_that_was_meant(kind: str, meant: str) -> None:
    (message,) = problems(f"order: total:{kind}")
    assert message == (
        f'got type "{kind}" for field "total"; expected one of str, text, int, decimal, bool, date, datetime, uuid, '
        f"enum(a|b) (did you mean {meant}?)"
    )


@pytest.mark.parametrize("spec", ["order: total", "order: total:", "order: total: ?"])
def test_a_missing_type_is_refused(spec: str) -> None:
    assert [message.startswith('got no type for field "total"; expected one of str') for message in problems(spec)] == [
        True
    ]


def test_a_type_nobody_can_guess_gets_no_guess() -> None:
    (message,) = problems("order: total:qqqq")
    assert "did you mean" not in message


def test_a_question_mark_after_the_name_is_sent_behind_the_type() -> None:
    messages = problems("order: id?:int")
    assert ['"?" belongs after the type' in message for message in messages] == [True, False]
    assert "has already" in messages[1]


def test_all_problems_are_told_at_once() -> None:
    messages = problems("Page/pages/: id:string, metadata:str, class:str, a:int, a:int, b")
    told = "\n".join(messages)
    for part in (
        'noun "Page"',
        'plural "pages/"',
        '"id", which',
        '"string"',
        '"metadata"',
        '"class"',
        '"a" 2 times',
        "no type",
    ):
        assert part in told


def test_problems_belong_to_the_option() -> None:
    with pytest.raises(UsageError) as caught:
        parse_resource("orders: id:string")
    assert {problem.where for problem in caught.value.problems} == {"--resource"}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "order: date:date, total:decimal",
            'got field "date", which the emitted classes name as a type; expected one such as "order_date"',
        ),
        (
            "Order: total:decimal",
            (
                'got noun "Order", which is not snake_case (a-z, 0-9, single "_" between words, a letter first); '
                'expected one such as "order"'
            ),
        ),
        (
            "alias: name:str",
            (
                'got noun "alias", which looks plural already; '
                'expected one such as "alia", or both numbers as in "alias/aliases"'
            ),
        ),
        (
            "doc: name:str",
            (
                'got noun "doc", whose plural would be "docs", which the emitted code uses itself; '
                'expected one such as "shop_doc", or both numbers as in "doc/doc_records"'
            ),
        ),
    ],
)
def test_a_problem_says_what_was_got_and_what_would_work(spec: str, message: str) -> None:
    assert problems(spec) == [message]


def test_what_was_typed_is_shown_in_printable_ascii_and_never_at_full_length() -> None:
    hostile = '\x1b[2J"\u202e\ud800' + "x" * 5000
    for message in problems(f"{hostile}/{hostile}: {hostile}:{hostile}, {hostile}:int"):
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 300


def test_every_suggested_noun_would_itself_be_accepted() -> None:
    around = Surroundings(["item", "shop_class", "page"], ["shop_exceptions"], "shop", AROUND.fields)
    for parts in itertools.product(FRAGMENTS, repeat=2):
        noun = "".join(parts)
        for message in problems(f"{noun}: name:str", around):
            for suggestion in suggestions(message):
                assert problems(f"{suggestion}: name:str", around) == [], (noun, message)


def test_every_suggested_plural_would_itself_be_accepted() -> None:
    for singular, parts in itertools.product(("order", "x_ray", "n" * 24), itertools.product(FRAGMENTS, repeat=2)):
        for message in problems(f"{singular}/{''.join(parts)}: name:str"):
            (suggestion,) = suggestions(message)
            assert problems(f"{singular}/{suggestion}: name:str") == [], (singular, parts, message)


def test_every_suggested_field_would_itself_be_accepted_beside_the_others() -> None:
    others = "order_class:int, class_value:int, note:str"
    for parts in itertools.product(FRAGMENTS, repeat=2):
        name = "".join(parts).replace("?", "")
        for message in problems(f"order: {name}:str, {others}"):
            for suggestion in suggestions(message):
                assert problems(f"order: {suggestion}:str, {others}") == [], (name, message)


def test_a_suggested_field_survives_a_noun_that_is_itself_refused() -> None:
    messages = problems("or{d}er é: class:str")
    assert [suggestions(message) for message in messages] == [["or_d_er_e"], ["or_d_er_e_class"]]


def test_a_field_that_is_accepted_leaves_a_dataclass_whole(tmp_path: Path) -> None:
    words = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist, *sys.stdlib_module_names, "self", "cls", "field"}
    names = sorted(word for word in words if not problems(f"order: {word}:str?"))
    assert len(names) > 150
    module = tmp_path / "orders.py"
    module.write_text(
        "from dataclasses import dataclass\nfrom datetime import date, datetime\n"
        "from decimal import Decimal\nfrom uuid import UUID\n"
        + "".join(
            "@dataclass(frozen=True, slots=True)\n"
            f"class C_{name}:\n    {name}: str | None = None\n    a_0: str | None = None\n    a_1: int | None = None\n"
            "    a_2: Decimal | None = None\n    a_3: bool | None = None\n    a_4: date | None = None\n"
            "    a_5: datetime | None = None\n    a_6: UUID | None = None\n"
            "    @classmethod\n    def of(cls, value: str) -> 'C':\n"
            f"        return cls({name}=value)\n"
            for name in names
        )
    )
    classes = runpy.run_path(str(module))
    for name in names:
        assert getattr(classes[f"C_{name}"].of("kept"), name) == "kept"
