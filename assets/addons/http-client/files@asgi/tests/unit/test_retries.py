from datetime import UTC, datetime

import pytest

from {{ package }}.infrastructure.clients.retries import FIRST_PAUSE, LONGEST_PAUSE, Failure, Fate, pause_after, wished

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fate", "harmless", "repeated"),
    [
        (Fate.UNSENT, True, True),
        (Fate.UNSENT, False, True),
        (Fate.UNSURE, True, True),
        (Fate.UNSURE, False, False),
        (Fate.LASTING, True, False),
        (Fate.MALFORMED, True, False),
    ],
)
def test_only_what_does_no_harm_and_may_pass_is_repeated(fate: Fate, *, harmless: bool, repeated: bool) -> None:
    assert Failure("", fate).may_be_repeated(harmless=harmless) is repeated


def test_pauses_grow_up_to_a_bound_and_are_at_random() -> None:
    longest = [pause_after(attempt, 0, lambda: 1.0) for attempt in range(1, 8)]

    assert longest[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert longest[-1] == LONGEST_PAUSE
    assert pause_after(3, 0, lambda: 0.0) == 0
    assert len({pause_after(3, 0) for _ in range(20)}) > 1


def test_nobody_comes_back_before_the_time_that_was_wished_for() -> None:
    assert pause_after(1, 5, lambda: 0.0) == 5
    assert pause_after(1, 5, lambda: 1.0) == 5 + FIRST_PAUSE


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 400, 86_400),
        ("Sat, 31 Jan 2026 12:00:30 GMT", 30),
        ("Sat, 31 Jan 2026 12:00:30 -0000", 30),
        ("Saturday, 31-Jan-26 12:00:30 GMT", 30),
        ("Sat, 31 Jan 2026 11:00:00 GMT", 0),
        ("Sat, 31 Jan 9999 11:00:00 GMT", 86_400),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1.5", 0),
        ("²", 0),
        ("nan", 0),
    ],
)
def test_a_wish_is_read_in_either_form_and_within_reason(text: str, seconds: float) -> None:
    assert wished(text, lambda: NOON) == seconds
