import pytest
from {{ package }}.infrastructure.deadline import deadline, seconds_left


def test_a_wait_lasts_as_long_as_it_may_and_no_longer_than_the_deadline() -> None:
    with deadline(60):
        assert seconds_left(5) == 5
        assert 0 < seconds_left() <= 60

    assert seconds_left(600) == 600


def test_of_two_deadlines_the_earlier_one_holds() -> None:
    with deadline(60):
        with deadline(600):
            assert seconds_left() <= 60
        with deadline(5):
            assert seconds_left() <= 5
        assert seconds_left() > 5


def test_after_the_deadline_there_is_no_wait_but_an_error() -> None:
    with deadline(0), pytest.raises(TimeoutError):
        seconds_left()
