"""How Django connects: the typed settings as an entry of DATABASES."""

from typing import Final

from {{ package }}.infrastructure.config import DatabaseSettings

_IDLE_TIMEOUT: Final = {"idle_in_transaction_session_timeout": "15000"}
# The server cancels a statement this much earlier than the client: the connection then stays usable.
_SERVER_FIRST: Final = 0.25
# Each side notices that the other one vanished: after 10 + 3 * 5 idle seconds, or 10 with data on its way.
_KEEPALIVES: Final = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_SERVER_KEEPALIVES: Final = {name.replace("keep", "tcp_keep"): value for name, value in _KEEPALIVES.items()}


def database_entry(settings: DatabaseSettings) -> dict[str, object]:
    """Return the entry: the parameters of the URL, and ours where it says nothing. PgBouncer takes no `options`."""
    given = dict(settings.url.parameters)
    places = {name.upper(): given.pop(name, "") for name in ("host", "port", "user", "password")}
    ours = {"application_name": "{{ name }}", "connect_timeout": "3", **_KEEPALIVES}
    if not settings.pgbouncer:
        timeouts = {"statement_timeout": f"{round(settings.statement_timeout * 1000)}", **_IDLE_TIMEOUT}
        options = {"timezone": "UTC", **_SERVER_KEEPALIVES, **timeouts}
        flags = " ".join(f"-c {name}={value}" for name, value in options.items())
        given["options"] = f"{flags} {given.get('options', '')}"
    return {
        "ENGINE": "{{ package }}.infrastructure.db.backend",
        "NAME": given.pop("dbname", "") or places["USER"],
        **places,
        "OPTIONS": {**ours, **given, "max_wait": settings.statement_timeout + _SERVER_FIRST},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": settings.pgbouncer,
    }
