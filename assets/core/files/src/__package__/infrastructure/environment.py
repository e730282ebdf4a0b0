"""Reads typed settings from environment variables and .env, and reports every problem at once."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Literal, cast, get_args, get_origin, get_type_hints

import msgspec
from dotenv import dotenv_values
from msgspec import Struct

_BOUNDS = {
    "minimum": ">=",
    "exclusiveMinimum": ">",
    "maximum": "<=",
    "exclusiveMaximum": "<",
    "minLength": "of length >=",
    "maxLength": "of length <=",
    "pattern": "matching",
}
_WRONG_ENCODING = ".env: got another encoding; expected UTF-8; try saving it as that"


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


def read_settings[S: Section](kind: type[S], environ: Mapping[str, str], *, production: bool) -> S:
    """Return the settings, or raise SettingsError with every problem. An empty variable counts as unset."""
    values: dict[str, object] = {}
    problems: list[str] = []
    hints = cast("dict[str, object]", get_type_hints(kind, include_extras=True))
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        try:
            if isinstance(hint, type) and issubclass(hint, Section):
                values[field.name] = read_settings(hint, environ, production=production)
            elif text := environ.get(field.encode_name, "").strip():
                values[field.name] = _read(text, hints[field.name])
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


def read_dotenv() -> Mapping[str, str]:
    """Return the variables in .env, none if there is no file. Raise SettingsError if the file cannot be read."""
    # `load_dotenv` respects this variable; `dotenv_values` does not.
    if os.environ.get("PYTHON_DOTENV_DISABLED", "").lower() in {"1", "true", "t", "yes", "y"}:
        return {}
    try:
        text = Path(".env").read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError([f".env: got {error.strerror!r}; expected a file; try making it readable"]) from None
    except UnicodeError:
        raise SettingsError([_WRONG_ENCODING]) from None
    if "\0" in text:  # ASCII in UTF-16 is also valid UTF-8, in which every other character is NUL
        raise SettingsError([_WRONG_ENCODING])
    found = dotenv_values(stream=StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


def _read(text: str, kind: object) -> object:
    """Read one value. A type with its own format has a `parse`, whose ValueError repeats no secret."""
    if callable(parse := cast("object", getattr(kind, "parse", None))):
        return parse(text)
    choices = cast("tuple[str, ...]", get_args(kind)) if get_origin(kind) is Literal else ()
    for choice in choices:
        if choice.upper() == text.upper():
            return choice
    try:
        return cast("object", msgspec.convert(text, kind, strict=False))
    except ValueError:  # msgspec.ValidationError is one
        message = f"got {text[:80]!r}; expected {' or '.join(choices) or _described(kind)}"
        raise ValueError(message) from None


def _described(kind: object) -> str:
    """Describe a type by its JSON Schema, such as "integer >= 1 and <= 64". The null of an optional one is left out."""
    schema = cast("dict[str, object]", msgspec.json.schema(kind))
    keywords = dict(cast("list[dict[str, object]]", schema.get("anyOf", [schema]))[0])
    name = str(keywords.pop("type"))
    bounds = " and ".join(f"{_BOUNDS.get(keyword, keyword)} {bound}" for keyword, bound in keywords.items())
    return f"{name} {bounds}".rstrip()
