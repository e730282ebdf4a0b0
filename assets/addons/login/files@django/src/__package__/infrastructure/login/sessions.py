"""Sessions in the database, which end in time. Expired ones are deleted by `manage.py clearsessions`."""

from datetime import UTC, datetime, timedelta
from typing import cast, override

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

_BEGAN_AT = "began_at"


class SessionStore(db.SessionStore):
    """Django's own, whose sessions end SESSION_MAX_SECONDS after they began, and one that is used lasts longer."""

    @override
    def create_model_instance(  # pyright: ignore[reportIncompatibleMethodOverride] - the stubs expect models in it
        self, data: dict[str, object]
    ) -> AbstractBaseSession:
        data.setdefault(_BEGAN_AT, timezone.now().timestamp())
        row = super().create_model_instance(data)  # pyright: ignore[reportArgumentType] - likewise
        row.expire_date = _end(data)
        return row

    @override
    def load(self) -> dict[str, object]:
        """Read a session, and put off its end if that was not done for a tenth of SESSION_IDLE_SECONDS."""
        data = super().load()
        if data:
            end = _end(data)
            rows = self.get_model_class().objects.filter(session_key=cast("str", self.session_key))
            rows.filter(expire_date__lt=end - _idle() / 10).update(expire_date=end)
        return data


def _end(data: dict[str, object]) -> datetime:
    began_at = datetime.fromtimestamp(cast("float", data.get(_BEGAN_AT, 0)), UTC)
    return min(timezone.now() + _idle(), began_at + timedelta(seconds=cast("int", settings.SESSION_MAX_SECONDS)))


def _idle() -> timedelta:
    return timedelta(seconds=cast("int", settings.SESSION_COOKIE_AGE))
