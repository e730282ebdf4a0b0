"""DATABASE_URL, in the forms that platforms hand out and in those that people get wrong."""

import os
import ssl
import traceback
from pathlib import Path
from typing import Final

import pytest

from {{ package }}.infrastructure.db.postgresql import connect_arguments
from {{ package }}.infrastructure.db.url import DatabaseUrl
from {{ package }}.infrastructure.config import DatabaseSettings

PASSWORD: Final = "s3cr3t"  # noqa: S105 - what must not be shown


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg", "POSTGRES"])
def test_every_name_of_postgresql_is_understood(scheme: str) -> None:
    url = DatabaseUrl.parse(f"{scheme}://app:{PASSWORD}@db.example:6543/shop")

    assert url == DatabaseUrl(
        dialect="postgresql",
        database="shop",
        host="db.example",
        port=6543,
        username="app",
        password=PASSWORD,
    )


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("sqlite:///./file.sqlite3", "./file.sqlite3"),
        ("sqlite:////var/lib/file.sqlite3", "/var/lib/file.sqlite3"),
        ("sqlite+aiosqlite:///file.sqlite3", "file.sqlite3"),
    ],
)
def test_sqlite_is_a_file(text: str, file: str) -> None:
    assert DatabaseUrl.parse(text) == DatabaseUrl(dialect="sqlite", database=file)


def test_encoded_characters_are_decoded() -> None:
    url = DatabaseUrl.parse("postgres://app%40tenant:p%40ss%2Fw%3Fr%23d@db/my%20shop")

    assert (url.username, url.password, url.database) == ("app@tenant", "p@ss/w?r#d", "my shop")


def test_a_socket_is_given_as_a_parameter() -> None:
    assert DatabaseUrl.parse("postgresql://app@/shop?host=/cloudsql/a:b:c").host == "/cloudsql/a:b:c"


def test_the_password_is_never_shown() -> None:
    url = DatabaseUrl.parse(f"postgres://app:{PASSWORD}@db:5432/shop?sslmode=require")

    assert str(url) == "postgresql://app:***@db:5432/shop"
    assert PASSWORD not in f"{url} {url!r} {DatabaseSettings(url=url)}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected postgresql://"),
        (PASSWORD, "expected postgresql://"),
        (f"mysql://app:{PASSWORD}@db/shop", "expected postgresql://"),
        (f"postgres://app:{PASSWORD}@db:port/shop", "cannot be read"),
        (f"postgres://app:x/{PASSWORD}@db/shop", "cannot be read"),
        (f"postgres://app:x?{PASSWORD}=@db/shop", "cannot be read"),
        (f"postgres://app:x#{PASSWORD}@db/shop", "cannot be read"),
        (f"postgres://app:[{PASSWORD}@db/shop", "cannot be read"),
        (f"postgres://app:{PASSWORD}@/shop", "no host"),
        (f"postgres://app:{PASSWORD}@db/shop?timeout=1&sslmode=on", "unknown parameter 'timeout'; sslmode is 'on'"),
        (f"postgres://app:{PASSWORD}@db/shop?sslrootcert=/none.pem", "sslrootcert is no file"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file.sqlite3?mode=ro", "takes no parameters"),
    ],
)
def test_a_bad_url_is_refused_without_being_shown(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected) as caught:
        _ = DatabaseUrl.parse(text)

    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("query", "dsn"),
    [
        ("", "postgresql:///"),
        ("sslmode=require", "postgresql:///?sslmode=require"),
        ("ssl=true", "postgresql:///?sslmode=require"),
        ("options=endpoint%3Dabc&application_name=shop", "postgresql:///?options=endpoint%3Dabc"),
    ],
)
def test_parameters_are_handed_to_the_driver(query: str, dsn: str) -> None:
    arguments = connect_arguments(DatabaseSettings(url=DatabaseUrl.parse(f"postgres://app@db/shop?{query}")))

    assert arguments["dsn"] == dsn
    assert "ssl" not in arguments


def test_a_certificate_authority_is_handed_to_the_driver(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    text = f"postgres://app@db/shop?sslmode=verify-full&sslrootcert={authority}"

    assert "sslrootcert" in str(connect_arguments(DatabaseSettings(url=DatabaseUrl.parse(text)))["dsn"])


@pytest.mark.parametrize(
    ("query", "names_the_host"),
    [
        ("sslmode=verify-full", True),
        ("sslmode=verify-full&sslrootcert=system", True),
        ("sslmode=verify-ca", False),
        ("sslmode=require&channel_binding=require", True),
    ],
)
def test_a_server_is_checked_against_the_authorities_of_the_system(
    monkeypatch: pytest.MonkeyPatch, query: str, *, names_the_host: bool
) -> None:
    # Reading the real ones takes longer than everything else here.
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    arguments = connect_arguments(DatabaseSettings(url=DatabaseUrl.parse(f"postgres://app@db/shop?{query}")))

    context = arguments["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname is names_the_host
