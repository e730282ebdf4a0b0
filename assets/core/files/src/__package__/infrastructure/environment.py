"""Reads typed settings from environment variables, and reports every problem at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, cast, get_args, get_origin

import msgspec
from msgspec import Struct


class SettingsError(SystemExit):
    """The environment has problems. As a SystemExit, it ends the process with these lines instead of a traceback."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n  ".join(["The environment has problems:", *self.problems]))


class Section(Struct, frozen=True, kw_only=True):
    """A group of settings. Each field is a section, or one environment variable with the field's encoded name."""

    def unsafe_in_production(self) -> Iterator[str]:
        """Yield a line for each value that production must not have."""
        yield from ()


def read_settings[S: Section](kind: type[S], environ: Mapping[str, str | None], *, production: bool) -> S:
    """Return the settings, or raise SettingsError with every problem. An empty variable counts as unset."""
    values: dict[str, object] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(kind):
        section = cast("object", field.type)
        try:
            if isinstance(section, type) and issubclass(section, Section):
                values[field.name] = read_settings(section, environ, production=production)
            elif text := (environ.get(field.encode_name) or "").strip():
                values[field.name] = _read(text, cast("object", field.type))
            elif field.required:
                problems.append(f"{field.encode_name}: got nothing; expected it to be set; try what .env.example has")
        except SettingsError as error:
            problems.extend(error.problems)
        except ValueError as error:
            problems.append(f"{field.encode_name}: {error}")
    if not problems:
        settings = cast("Callable[..., S]", kind)(**values)
        problems.extend(settings.unsafe_in_production() if production else ())
        if not problems:
            return settings
    raise SettingsError(problems)


def _read(text: str, kind: object) -> object:
    """Read one value. A type with its own format has a `parse`, whose ValueError repeats no secret."""
    if callable(parse := cast("object", getattr(kind, "parse", None))):
        return parse(text)
    try:
        return cast("object", msgspec.convert(text, kind, strict=False))
    except ValueError as error:  # msgspec.ValidationError is one
        choices = cast("tuple[str, ...]", get_args(kind)) if get_origin(kind) is Literal else ()
        expected = " or ".join(choices) or str(error).removeprefix("Expected ").partition(", got ")[0]
        message = f"got {text[:80]!r}; expected {expected}"
        raise ValueError(message) from None
