"""DATABASE_URL, as libpq reads it."""

from dataclasses import dataclass, field
from typing import Final, Self

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_EXPECTED: Final = (
    "expected postgresql://user:password@host:5432/name, with special characters in the password percent-encoded "
    "and only parameters that libpq knows"
)


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """The parameters of a connection. They hold the password, so neither they nor the URL are ever shown."""

    parameters: dict[str, str] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL, also one with a driver (`postgresql+driver://`). The ValueError repeats nothing."""
        scheme, _, rest = text.strip().partition("://")
        parameters: dict[str, str] = {}
        if scheme.lower().partition("+")[0] in {"postgres", "postgresql"}:
            parameters = _parameters(f"postgresql://{rest}")
        # An `@`, `/` or `:` of the password that is not encoded ends up in another part of the URL.
        host, name, ports = parameters.get("host", ""), parameters.get("dbname", ""), parameters.get("port", "0")
        if not host or "@" in host + name or not ports.replace(",", "0").isdecimal():
            raise ValueError(_EXPECTED)
        return cls(parameters)


def _parameters(url: str) -> dict[str, str]:
    """Return what libpq reads in a URL, or nothing: the message of its error can quote the password."""
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:
        return {}
