"""Which names the emitted code can carry: for the distribution, for the resource and for its fields."""

import builtins
import keyword
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from itertools import count

from scaffold.asking.english import cut_at_word, looks_plural, quoted, singular_of, words_in
from scaffold.errors import Problem

MAX_PACKAGE = 40
MAX_NOUN = 24
MAX_FIELD = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Not in every Python from 3.11 on: whichever one runs this, a name is refused or accepted alike.
_STANDARD_LIBRARY_AT_TIMES = _words("""
    aifc annotationlib asynchat asyncore audioop cgi cgitb chunk compression crypt distutils imghdr imp lib2to3 mailcap
    msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib uu xdrlib
""")
_STANDARD_LIBRARY = _STANDARD_LIBRARY_AT_TIMES | {module.lower() for module in sys.stdlib_module_names}
_KEYWORDS = _words("case match type") | {word.lower() for word in keyword.kwlist}
_DEVICES = _words("aux con nul prn") | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}

_MISSPELLED = {
    r"^\Z": "which is empty",
    r"[/\\]": "which holds a path separator (--into says where)",
    r"[\x00-\x1f\x7f]": "which holds a control character",
    r"[^\x00-\x7f]": "which holds a character outside ASCII",
    r"[ -,:-@\[\]^`{-~]": 'which holds characters other than letters, digits, ".", "_" and "-"',
    r"^[._-]|[._-]\Z": "which does not start and end with a letter or digit",
}

# Some interpreters lack the last few (`site` adds them); linters know them everywhere.
_BUILTINS = frozenset(dir(builtins)) | _words("copyright credits exit help license quit")
_SAYS_BACKEND = _words("api app backend server service")
# A letter by itself before another one, as in u_r_l.
ABBREVIATION = re.compile(r"(?<![^_])([a-z])_(?=[a-z](?![^_]))")
_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def distribution_name(name: str) -> str:
    """`name` in the one spelling PEP 503 gives it: Orders_API -> orders-api."""
    return re.sub(r"[-_.]+", "-", name).lower()


def package_name(name: str) -> str:
    """Name the package to import: orders-api -> orders_api."""
    return distribution_name(name).replace("-", "_")


def topic_of(name: str) -> str:
    """Name what a backend is about, to tell its nouns from others': orders-api -> order."""
    words = "_".join(word for word in words_in(name) if word not in _SAYS_BACKEND).lstrip("0123456789_")
    return (singular_of(words) if looks_plural(words) else words) or "app"


def class_name(noun: str) -> str:
    """Name the class for a snake_case noun: line_item -> LineItem."""
    return "".join(word.capitalize() for word in noun.split("_"))


def classes_for(singular: str) -> frozenset[str]:
    """All classes emitted for a resource, without those that the plural names."""
    noun = class_name(singular)
    endings = ("", "Changes", "In", "Out", "PageOut", "Patch", "Row", "Service")
    return frozenset({f"New{noun}", *(noun + ending for ending in endings)})


def check_name(name: str, *, distributions: Collection[str] = (), reserved: Collection[str] = ()) -> list[Problem]:
    """All that is wrong with `name` for a backend that installs `distributions` and has `reserved` names at its top."""
    taken = {
        "a Python keyword": _KEYWORDS,
        "a module of the standard library": _STANDARD_LIBRARY,
        "a package the backend depends on": frozenset(map(package_name, distributions)),
        "which the emitted repository uses itself": reserved,
        "a device on Windows": _DEVICES,
    }
    objections = list(_objections(name, taken))
    if not objections:
        return []
    working = next(candidate for candidate in _candidates(name) if not any(_objections(candidate, taken)))
    expected = f'expected a distribution name such as "{working}"'
    return [Problem("NAME", f"got {quoted(name)}, {objection}; {expected}") for objection in objections]


def field_objections(name: str, reserved: Mapping[str, str]) -> Iterator[str]:
    """Say why `name` cannot be a field, in words that follow the quoted name and a comma."""
    yield from _snake_case_objections(name, MAX_FIELD)
    yield from (reason for taken, reason in reserved.items() if _stands_for(taken, name))
    if name == "l":
        yield "which linters refuse as too like 1"


def noun_objections(noun: str, reserved: Collection[str] = ()) -> Iterator[str]:
    """Say why `noun` cannot be one, beside those `reserved`, in words that follow the quoted noun and a comma."""
    yield from _snake_case_objections(noun, MAX_NOUN)
    if hidden := _BUILTINS & {noun, *classes_for(noun)}:
        yield f"which would hide Python's own {min(hidden)}"
    if class_name(noun) in {class_name(word) for word in reserved} or any(_stands_for(word, noun) for word in reserved):
        yield "which the emitted code uses itself"
    if noun.startswith("new_") or noun.endswith(("_in", "_out", "_service")):
        yield "which reads like a class emitted for another noun (New..., ...In, ...Out, ...Service)"
    if noun.startswith("test"):
        yield "whose classes pytest would take for tests"
    if noun in _DEVICES:
        yield "a device on Windows"
    if len(noun) == 1:
        yield "a single letter, which linters refuse as a variable"
    if ABBREVIATION.search(noun):
        yield "an abbreviation with underscores, whose class would be written like a constant"


def _stands_for(reserved: str, name: str) -> bool:
    """Tell whether a reserved name, or one that ends with * for all that begin so, is this one."""
    return name.startswith(reserved[:-1]) if reserved.endswith("*") else name == reserved


def _snake_case_objections(name: str, longest: int) -> Iterator[str]:
    if not name:
        yield "which is empty"
    elif not _SNAKE_CASE.fullmatch(name):
        yield 'which is not snake_case (a-z, 0-9, single "_" between words, a letter first)'
    if len(name) > longest:
        yield f"which is longer than {longest} characters"
    if keyword.iskeyword(name):
        yield "a Python keyword"


def _objections(name: str, taken: Mapping[str, Collection[str]]) -> Iterator[str]:
    spelling = [objection for pattern, objection in _MISSPELLED.items() if re.search(pattern, name)]
    yield from spelling
    if re.match("[0-9]", name):
        yield "which starts with a digit, as no package can"
    package = package_name(name)
    if len(package) > MAX_PACKAGE:
        yield f"which is longer than {MAX_PACKAGE} characters"
    if not spelling:
        yield from (objection for objection, packages in taken.items() if package in packages)


def _candidates(name: str) -> Iterator[str]:
    parts = [words for part in re.split(r"[/\\]", name) if (words := "-".join(words_in(part)))]
    base = parts[-1] if parts else "orders-api"
    base = f"app-{base}" if base[0].isdigit() else base
    yield base
    room = MAX_PACKAGE - len("-service")
    short = cut_at_word(base, room, "-")
    yield from (short, f"{short}-api", f"{short}-service")
    yield from (f"{short}-{n}" for n in count(2))
