"""DATABASE_URL in the forms that platforms hand out, and in those that people get wrong."""

import pytest

from {{ package }}.infrastructure.config import DatabaseSettings, load_section
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.environment import SettingsError

from tests.fixtures.hidden import assert_hidden

PASSWORD = "s3cr3t"  # noqa: S105 - what must not be shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://db/shop", {"host": "db", "dbname": "shop"}),
        (" POSTGRESQL+asyncpg://db:6543\n", {"host": "db", "port": "6543"}),
        ("postgres://app%40t:p%40ss%2Fw%3Fr%23d@db", {"host": "db", "user": "app@t", "password": "p@ss/w?r#d"}),
        ("postgresql://app@/shop?host=/cloudsql/a:b", {"host": "/cloudsql/a:b", "user": "app", "dbname": "shop"}),
        ("postgresql://a:1,b:2/?sslmode=require", {"host": "a,b", "port": "1,2", "sslmode": "require"}),
    ],
)
def test_what_libpq_reads_is_understood(text: str, expected: dict[str, str]) -> None:
    assert DatabaseUrl.parse(text).parameters == expected


@pytest.mark.parametrize(
    "text",
    [
        f"mysql://app:{PASSWORD}@db/shop",
        f"postgres://app:{PASSWORD}@db:port/shop",
        f"postgres://app:x/{PASSWORD}@db/shop",
        f"postgres://app:x@{PASSWORD}@db/shop",
        f"postgres://app:%{PASSWORD}@db/shop",
        f"postgres://app:{PASSWORD}@/shop",
    ],
)
def test_a_bad_url_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="expected postgresql://") as caught:
        DatabaseUrl.parse(text)

    assert_hidden(PASSWORD, caught.value)


def test_it_has_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with pytest.raises(SettingsError, match="DATABASE_URL"):
        load_section(DatabaseSettings)


def test_the_password_is_never_shown() -> None:
    url = DatabaseUrl.parse(f"postgres://app:{PASSWORD}@db:5432/shop")

    assert PASSWORD not in f"{url} {url!r} {DatabaseSettings(url=url)}"
