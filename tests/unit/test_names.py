import itertools
import keyword
import re
import sys

import pytest

from scaffold.asking.names import check_name, distribution_name, package_name, topic_of

DISTRIBUTIONS = ("fastapi", "sqlalchemy", "python-dotenv", "Zope.Interface")
RESERVED = ("dotenv", "yaml", "redis", "conftest", "migrations", "src", "test", "tests")
SPELLING = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
FRAGMENTS = (
    *("", "a", "Z", "3", "-", "_", ".", " ", "/", "\\", "\x00", "\x7f", "\n", '"', "é", "日", "\ud800", "+"),
    *("class", "json", "test", "redis", "x" * 41),
)
MANY_NAMES = sorted({"".join(parts) for parts in itertools.product(FRAGMENTS, ("", "a", "-", "/", "é"), FRAGMENTS)})


def reasons(name: str) -> list[str]:
    return [problem.message for problem in check_name(name, distributions=DISTRIBUTIONS, reserved=RESERVED)]


def suggestion(message: str) -> str:
    found = re.search(r'such as "([^"]+)"$', message)
    assert found, message
    return found[1]


@pytest.mark.parametrize("name", ["orders-api", "Orders_API", "a", "x9", "orders.api", "data-classes", "o" * 40])
def test_an_ordinary_name_has_no_problems(name: str) -> None:
    assert reasons(name) == []


@pytest.mark.parametrize(
    ("given", "distribution", "package"),
    [
        ("orders-api", "orders-api", "orders_api"),
        ("Orders_API", "orders-api", "orders_api"),
        ("orders.-_api", "orders-api", "orders_api"),
        ("orders", "orders", "orders"),
    ],
)
def test_a_name_is_written_the_one_way_pep_503_gives_it(given: str, distribution: str, package: str) -> None:
    assert (distribution_name(given), package_name(given)) == (distribution, package)


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("orders-api", "order"),
        ("Billing.Service", "billing"),
        ("price-lists-backend", "price_list"),
        ("people", "person"),
        ("status-api", "status"),
        ("2fa", "fa"),
        ("api", "app"),
        ("", "app"),
    ],
)
def test_a_name_says_what_the_backend_is_about(name: str, topic: str) -> None:
    assert topic_of(name) == topic


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("orders/api", "path separator"),
        ("orders\\api", "path separator"),
        ("orders\tapi", "control character"),
        ("bestellübersicht", "outside ASCII"),
        ("orders api", "characters other than"),
        ("orders~api", "characters other than"),
        ("-orders", "start and end"),
        ("orders.", "start and end"),
        ("_orders", "start and end"),
        ("3d-orders", "starts with a digit"),
        ("o" * 41, "longer than 40"),
        ("class", "Python keyword"),
        ("None", "Python keyword"),
        ("match", "Python keyword"),
        ("type", "Python keyword"),
        ("json", "standard library"),
        ("CPROFILE", "standard library"),
        ("src", "emitted repository"),
        ("tests", "emitted repository"),
        ("test", "emitted repository"),
        ("migrations", "emitted repository"),
        ("aux", "Windows"),
    ],
)
def test_a_name_is_refused_with_its_reason(name: str, reason: str) -> None:
    assert [reason in message for message in reasons(name)] == [True]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *((name, "depends on") for name in ("sqlalchemy", "SQLAlchemy", "python_dotenv", "zope-interface")),
        *((name, "uses itself") for name in ("dotenv", "yaml", "redis", "migrations")),
    ],
)
def test_a_dependency_is_refused_by_its_distribution_and_by_its_import_name(name: str, reason: str) -> None:
    assert [reason in message for message in reasons(name)] == [True]
    assert check_name(name) == []


def test_a_module_only_some_pythons_have_is_refused_by_all_of_them() -> None:
    assert all(reasons(name) for name in ("distutils", "imp", "compression", "annotationlib"))


def test_every_keyword_and_standard_module_is_refused() -> None:
    public = {module for module in sys.stdlib_module_names if not module.startswith("_")}
    words = (public | set(keyword.kwlist) | set(keyword.softkwlist)) - {"_"}
    accepted = {
        word for word in words for spelled in (word, word.upper(), word.replace("_", "-")) if not reasons(spelled)
    }
    assert accepted == set()


def test_all_problems_are_told_at_once() -> None:
    messages = "\n".join(reasons("-a/b é\x00!" + "x" * 41))
    for reason in ("path separator", "control", "outside ASCII", "other than", "start and end", "longer than"):
        assert reason in messages


def test_a_problem_says_what_was_got_and_what_would_work() -> None:
    (problem,) = check_name("class")
    assert problem.where == "NAME"
    assert problem.message == 'got "class", a Python keyword; expected a distribution name such as "class-api"'


def test_what_was_typed_is_shown_in_printable_ascii_and_never_at_full_length() -> None:
    hostile = '\x1b[2J"\u202e\ud800' + "x" * 5000
    for message in reasons(hostile):
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 250


def test_a_quotation_mark_in_what_was_typed_does_not_end_the_quotation() -> None:
    (message,) = reasons('a"b\\u')[1:]
    assert message.startswith('got "a\\"b\\\\u", which')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../orders-api", "orders-api"),
        ("C:\\work\\Orders", "orders"),
        ("OrdersAPI!", "orders-api"),
        ("crème brûlée", "creme-brulee"),
        ("3d", "app-3d"),
        ("customer-subscription-renewal-notifications", "customer-subscription-renewal"),
        ("...", "orders-api"),
    ],
)
def test_a_suggestion_stays_near_what_was_typed(name: str, expected: str) -> None:
    assert {suggestion(message) for message in reasons(name)} == {expected}


def test_every_suggestion_would_itself_be_accepted() -> None:
    for name in MANY_NAMES:
        for message in reasons(name):
            assert reasons(suggestion(message)) == [], message


def test_a_suggestion_gives_way_when_the_near_ones_are_taken() -> None:
    taken = ["class-api", "class-service", "class-2"]
    (problem,) = check_name("class", distributions=taken)
    assert suggestion(problem.message) == "class-3"


def test_whatever_is_accepted_is_a_pep_508_name_and_a_package_to_import() -> None:
    accepted = {name for name in MANY_NAMES if not reasons(name)}
    assert len(accepted) > 50
    for name in accepted:
        assert SPELLING.fullmatch(name)
        assert package_name(name).isidentifier()
        assert not keyword.iskeyword(package_name(name))
