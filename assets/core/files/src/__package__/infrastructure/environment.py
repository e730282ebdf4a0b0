"""Reads typed settings from environment variables and reports every problem at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import EnumType, StrEnum
from typing import Protocol, cast, get_type_hints, runtime_checkable

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
    """Settings that belong together; each field's encoded name is its environment variable."""

    def refusals(self) -> Iterator[str]:
        """Say what must not stand in production."""
        yield from ()


@runtime_checkable
class Parsed(Protocol):
    """A type with a format of its own."""

    def parse(self, text: str) -> object:
        """Raise ValueError saying what was expected; a secret's text is never repeated in it."""
        ...


def read_settings[S: Struct](kind: type[S], environ: Mapping[str, str], *, production: bool) -> S:
    """Return settings made of sections, or raise SettingsError with the problems of all of them."""
    sections: dict[str, Section] = {}
    problems: list[str] = []
    for name, section in cast("dict[str, type[Section]]", get_type_hints(kind)).items():
        try:
            sections[name] = read_section(section, environ, production=production)
        except SettingsError as error:
            problems.extend(error.problems)
    if problems:
        raise SettingsError(problems)
    return msgspec.convert(sections, kind)


def read_section[S: Section](kind: type[S], environ: Mapping[str, str], *, production: bool) -> S:
    """Return one section, or raise SettingsError with every problem in it; an empty variable counts as unset."""
    values: dict[str, object] = {}
    problems: list[str] = []
    hints = cast("dict[str, object]", get_type_hints(kind, include_extras=True))
    for field in msgspec.structs.fields(kind):
        if text := environ.get(field.encode_name, "").strip():
            try:
                values[field.name] = _read(text, hints[field.name])
            except ValueError as error:
                problems.append(f"{field.encode_name}: {error}")
    section = None if problems else cast("Callable[..., S]", kind)(**values)
    if section is None or (production and (problems := list(section.refusals()))):
        raise SettingsError(problems)
    return section


def _read(text: str, kind: object) -> object:
    if isinstance(kind, Parsed):
        return kind.parse(text)
    if isinstance(kind, EnumType):
        choices = {str(choice).upper(): choice for choice in cast("type[StrEnum]", kind)}
        if text.upper() in choices:
            return choices[text.upper()]
        expected = " or ".join(choices.values())
    else:
        try:
            return cast("object", msgspec.convert(text, kind, strict=False))
        except msgspec.ValidationError as error:
            expected = str(error).removeprefix("Expected ").split(", got")[0].replace("`", "")
    message = f"got {text[:80]!r}; expected {expected}"
    raise ValueError(message)
