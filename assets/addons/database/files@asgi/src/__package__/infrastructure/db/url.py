"""DATABASE_URL, as libpq reads it."""

from dataclasses import dataclass, field
from typing import Final, Self

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_EXPECTED: Final = "expected postgresql://user:password@host:5432/name"


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """The parameters of a connection. They hold the password, so neither they nor the URL are ever shown."""

    parameters: dict[str, str] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a URL, also one with a driver (`postgresql+driver://`). A ValueError says what is wrong with it."""
        scheme, separator, rest = text.strip().partition("://")
        if not separator or scheme.lower().partition("+")[0] not in {"postgres", "postgresql"}:
            message = f"got no PostgreSQL URL; {_EXPECTED}"
            raise ValueError(message)
        parameters = _parameters(f"postgresql://{rest}")
        if parameters is None or _is_split_wrongly(parameters):
            message = (
                f"got a URL that cannot be read; {_EXPECTED}; "
                "try percent-encoding special characters in the password, and parameters that libpq knows"
            )
            raise ValueError(message)
        if not parameters.get("host"):
            message = f"got no host; {_EXPECTED}"
            raise ValueError(message)
        return cls(parameters)


def _parameters(url: str) -> dict[str, str] | None:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:  # Its message can quote the password.
        return None


def _is_split_wrongly(parameters: dict[str, str]) -> bool:
    """Recognise a password whose `@`, `/` or `:` ended up in another part of the URL."""
    ports = parameters.get("port", "").replace(",", "")
    return "@" in parameters.get("host", "") + parameters.get("dbname", "") or (ports != "" and not ports.isdigit())
