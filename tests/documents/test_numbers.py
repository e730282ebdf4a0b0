import pytest

from tests.documents.checking import problems
from tests.documents.markdown import pages, parse
from tests.documents.numbers import CLAIMS, claim, idle, numbers


def test_every_number_on_every_page_is_confirmed() -> None:
    assert problems(numbers(pages(), CLAIMS)) == []


def test_every_claim_is_made_somewhere() -> None:
    assert problems(idle(pages(), CLAIMS)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It is 12 times as fast.", "nothing confirms"),
        ("It emits 61 files.", "nothing confirms"),
        ("It answers 418 then.", "never answered"),
        ("It answers 599 then.", "never answered"),
        ("Python 3.11, with 3 gates.", "nothing confirms"),
        ("Lines hold 100 characters.", "nothing confirms"),
        ("| a |\n|---|\n| 7 of them |\n", "nothing confirms"),
    ],
)
def test_a_number_that_nothing_confirms_is_found(text: str, wrong: str) -> None:
    (problem,) = problems(numbers([parse("a.md", text)], CLAIMS))

    assert wrong in problem


def test_a_claim_that_does_not_hold_is_found() -> None:
    claims = [claim(r"hold 120 characters", lambda _: False)]

    (problem,) = problems(numbers([parse("a.md", "Lines hold 120\ncharacters.")], claims))

    assert "which is not so" in problem


def test_a_claim_that_nobody_makes_is_found() -> None:
    assert problems(idle([parse("a.md", "text")], [claim("12 times", lambda _: True)])) == [
        "'12 times' is claimed nowhere"
    ]


def test_looking_at_nothing_is_no_pass() -> None:
    with pytest.raises(AssertionError, match="nothing was looked at"):
        problems(numbers([parse("a.md", "no number, and Jinja2")], CLAIMS))
