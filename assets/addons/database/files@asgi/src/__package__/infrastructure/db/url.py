"""DATABASE_URL in any of the forms platforms hand out, without ever showing its password."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, override
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

_POSTGRESQL: Final = frozenset({"postgres", "postgresql", "postgres+asyncpg", "postgresql+asyncpg"})
_SQLITE: Final = frozenset({"sqlite", "sqlite+aiosqlite"})
_SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OPTIONS: Final = (
    "application_name",
    "channel_binding",
    "host",
    "options",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslnegotiation",
    "sslrootcert",
    "target_session_attrs",
)
_EXPECTED: Final = "expected postgresql://user:password@host:5432/name or sqlite:///./file.sqlite3"


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class DatabaseUrl:
    """Where the database is; `options` are the libpq parameters the URL came with."""

    dialect: Literal["postgresql", "sqlite"]
    database: str
    host: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = None
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL; the message of the `ValueError` for a bad one has nothing secret in it."""
        scheme, separator, rest = text.strip().partition("://")
        match scheme.lower():
            case known if separator and known in _SQLITE:
                return cls(dialect="sqlite", database=_sqlite_file(rest))
            case known if separator and known in _POSTGRESQL:
                return cls._postgresql(rest)
            case _:
                raise ValueError(_EXPECTED)

    @classmethod
    def _postgresql(cls, rest: str) -> Self:
        parts, port = _split(rest)
        options = _options(parts.query)
        host = options.pop("host", None) or parts.hostname
        if not host:
            message = f"it names no host; {_EXPECTED}"
            raise ValueError(message)
        username = unquote(parts.username) if parts.username else None
        return cls(
            dialect="postgresql",
            database=unquote(parts.path.removeprefix("/")) or username or "postgres",
            host=unquote(host),
            port=port,
            username=username,
            password=unquote(parts.password) if parts.password else None,
            options=tuple(options.items()),
        )

    @override
    def __str__(self) -> str:
        """Show everything but the password."""
        if self.dialect == "sqlite":
            return f"sqlite:///{self.database}"
        user = f"{quote(self.username or '', safe='')}{':***' if self.password else ''}"
        port = f":{self.port}" if self.port else ""
        return f"postgresql://{user}{'@' if user else ''}{self.host}{port}/{self.database}"

    @override
    def __repr__(self) -> str:
        """Show everything but the password."""
        return f"DatabaseUrl({str(self)!r})"


def _sqlite_file(rest: str) -> str:
    """Take the file out of `/./file` or `//absolute/file`."""
    file = unquote(rest.removeprefix("/"))
    if not rest.startswith("/") or not file or file.startswith(":memory:"):
        message = "SQLite needs a file, which all connections share; try sqlite:///./file.sqlite3"
        raise ValueError(message)
    if "?" in file:
        message = "SQLite takes no parameters here; try sqlite:///./file.sqlite3"
        raise ValueError(message)
    return file


def _split(rest: str) -> tuple[SplitResult, int | None]:
    """Take the URL apart; one whose password is not percent-encoded comes apart in the wrong places."""
    try:
        parts = urlsplit(f"postgresql://{rest}")
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or parts.fragment or "@" in parts.path or "@" in parts.query:
        message = f"it cannot be read (special characters in a password are percent-encoded); {_EXPECTED}"
        raise ValueError(message)
    return parts, port


def _options(query: str) -> dict[str, str]:
    """Check the parameters, and bring those of other drivers into libpq's words."""
    options = dict(parse_qsl(query, keep_blank_values=True))
    if "ssl" in options:
        ssl = options.pop("ssl")
        _ = options.setdefault("sslmode", {"true": "require", "false": "disable"}.get(ssl, ssl))
    problems = [f"unknown parameter {name[:40]!r}" for name in options if name not in _OPTIONS]
    if (mode := options.get("sslmode", "prefer")) not in _SSL_MODES:
        problems.append(f"sslmode is {mode[:40]!r}, expected one of {', '.join(_SSL_MODES)}")
    for name in ("sslrootcert", "sslcert", "sslkey"):
        file = options.get(name)
        if file and not (name == "sslrootcert" and file == "system") and not Path(file).is_file():
            problems.append(f"{name} is no file that can be read")
    if problems:
        message = f"{'; '.join(problems)}; known parameters are {', '.join(_OPTIONS)}"
        raise ValueError(message)
    return options
