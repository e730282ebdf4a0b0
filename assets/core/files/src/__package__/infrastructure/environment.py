"""Reads typed settings from environment variables and reports every problem at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct


class SettingsError(SystemExit):
    """The environment cannot be used as it stands.

    A SystemExit, so that wherever it surfaces the process ends with these lines and never with a traceback.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n  ".join(["The environment has problems:", *self.problems]))


class Section(Struct, frozen=True, kw_only=True):
    """Settings that belong together; a field is a section itself, or its encoded name an environment variable."""

    def refusals(self) -> Iterator[str]:
        """Say what must not stand in production."""
        yield from ()


def read_settings[S: Section](kind: type[S], environ: Mapping[str, str], *, production: bool) -> S:
    """Return settings, with the sections in them, or raise SettingsError with every problem.

    An empty variable counts as unset.
    """
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
        except SettingsError as error:
            problems.extend(error.problems)
        except ValueError as error:
            problems.append(f"{field.encode_name}: {error}")
    settings = None if problems else cast("Callable[..., S]", kind)(**values)
    if settings is None or (production and (problems := list(settings.refusals()))):
        raise SettingsError(problems)
    return settings


def _read(text: str, kind: object) -> object:
    """Read one value; a type with a format of its own has a `parse`, whose ValueError repeats no secret."""
    parse: object = getattr(kind, "parse", None)
    if callable(parse):
        return parse(text)
    choices = cast("tuple[str, ...]", get_args(kind)) if get_origin(kind) is Literal else ()
    for choice in choices:
        if choice.upper() == text.upper():
            return choice
    try:
        return cast("object", msgspec.convert(text, kind, strict=False))
    except msgspec.ValidationError as error:
        expected = " or ".join(choices) or str(error).removeprefix("Expected ").split(", got")[0].replace("`", "")
    message = f"got {text[:80]!r}; expected {expected}"
    raise ValueError(message)
