"""How long sessions last."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from typing import cast

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils import timezone

from {{ package }}.infrastructure.login.sessions import SessionStore
from tests.fixtures.clock import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock, beginning = Clock(0), timezone.now()

    def now() -> datetime:
        return beginning + timedelta(seconds=clock.now)

    monkeypatch.setattr(timezone, "now", now)
    with override_settings(SESSION_COOKIE_AGE=100, SESSION_MAX_SECONDS=250):
        yield clock


def begun() -> str:
    store = SessionStore()
    store["a"] = "b"
    store.save()
    return cast("str", store.session_key)


def lasts(key: str) -> bool:
    return "a" in SessionStore(key)


def test_a_session_that_is_not_used_ends(clock: Clock) -> None:
    key, other = begun(), begun()

    clock.now = 99
    assert lasts(key)
    clock.now = 100
    assert not lasts(other)


def test_a_session_that_is_used_lasts_longer_but_not_for_ever(clock: Clock) -> None:
    key = begun()
    for clock.now in (60, 120, 180, 240, 249):
        assert lasts(key)

    clock.now = 250

    assert not lasts(key)


def test_writing_to_a_session_does_not_put_off_its_end(clock: Clock) -> None:
    key = begun()
    for clock.now in (80, 160, 240):
        store = SessionStore(key)
        store["c"] = clock.now
        store.save()

    clock.now = 250

    assert not lasts(key)


def test_a_session_that_was_used_a_moment_ago_is_not_written_again(clock: Clock) -> None:
    key = begun()
    end = Session.objects.get().expire_date

    clock.now = 10
    assert lasts(key)
    assert Session.objects.get().expire_date == end
    clock.now = 11
    assert lasts(key)
    assert Session.objects.get().expire_date > end


def test_a_session_that_was_ended_is_not_brought_back_by_a_request_under_way() -> None:
    key = begun()
    under_way = SessionStore(key)
    assert under_way["a"] == "b"
    SessionStore(key).flush()

    under_way["a"] = "c"
    with pytest.raises(UpdateError):
        under_way.save()

    assert not Session.objects.exists()
