"""Nothing emitted leans on what any release of a library may change: the names of exception classes, private names.

Where there is no way around a private name, one emitted test holds it, a canary: an upgrade fails with a sentence then.
All of it is found by sight, as an older Python cannot parse what is emitted.
"""

import re
from collections.abc import Mapping

import pytest

from tests.output.emissions import emit, label, telling_backends
from tests.output.namings import EVERYDAY, Addons

NOT_CODE = re.compile(r'""".*?"""|^ *# .*?$|  # .*?$', re.DOTALL | re.MULTILINE)
TEXT = re.compile(r'"([^"\n]*)"')
EXCEPTION = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Timeout|Warning)\b")
COMPARED = re.compile(r"__name__ (?:==|!=|in|not in) (?!\"__main__\")")
PRIVATE_TEXT = re.compile(r"(?:[\w.]+\.)?(_[a-z]\w*)")
PRIVATE_CODE = re.compile(
    r"(?<!\bself)(?<!\bcls)\.(_[a-z]\w*)|@override\n +(?:async )?def (_[a-z]\w*)|import (_[a-z]\w*)"
)
CANARY = re.compile(r"^(?:async )?def (test_canary_\w+)(.*?)(?=^\w|^@|\Z)", re.DOTALL | re.MULTILINE)
DOCUMENTED = {"_replace", "_id"}
"""Of collections.namedtuple; what Django puts behind the name of a foreign key for its column."""

Modules = Mapping[str, str]

BACKENDS = telling_backends()
every_backend = pytest.mark.parametrize(("framework", "addons"), BACKENDS, ids=[label(*chosen) for chosen in BACKENDS])


def emitted(framework: str, addons: Addons) -> Modules:
    files = emit(EVERYDAY, framework, addons)
    return {file.path: NOT_CODE.sub("", file.content.decode()) for file in files if file.path.endswith(".py")}


def pinned_exceptions(modules: Modules) -> set[tuple[str, str]]:
    """Return the exception classes that a text names, and that neither its module uses nor another one defines."""
    ours = {name for code in modules.values() for name in re.findall(r"^class (\w+)", code, re.MULTILINE)}
    return {
        (path, name)
        for path, code in modules.items()
        for name in EXCEPTION.findall("\n".join(TEXT.findall(code)))
        if name not in ours and not re.search(rf"\b{name}\b", TEXT.sub("", code))
    }


def compared_names(modules: Modules) -> set[str]:
    """Return the modules that compare the name of a class."""
    return {path for path, code in modules.items() if COMPARED.search(code)}


def private_names(code: str) -> set[str]:
    """Return the private names of others: reached for, overridden, imported, or in a text for what looks them up."""
    texts = [match[1] for text in TEXT.findall(code) if (match := PRIVATE_TEXT.fullmatch(text))]
    found = [name for groups in PRIVATE_CODE.findall(TEXT.sub("", code)) for name in groups if name]
    return {*texts, *found} - DOCUMENTED


def canaries(modules: Modules) -> dict[str, set[str]]:
    """Return the texts of each canary."""
    return {name: set(TEXT.findall(body)) for code in modules.values() for name, body in CANARY.findall(code)}


@every_backend
def test_no_text_names_the_exception_class_of_a_library(framework: str, addons: Addons) -> None:
    modules = emitted(framework, addons)

    assert len(modules) > 20
    assert pinned_exceptions(modules) == set()
    assert compared_names(modules) == set()


@every_backend
def test_every_private_name_of_a_library_is_held_by_one_canary(framework: str, addons: Addons) -> None:
    modules = emitted(framework, addons)
    held = canaries(modules).values()

    found = {name for code in modules.values() for name in private_names(code)}
    assert {name: sum(name in names for names in held) for name in found} == dict.fromkeys(found, 1)


BAD = """
class Ours(Exception): ...
def test(): raises(OurError, match="DecodeError")
def code(error): return type(error).__name__ == "Ours" or f"OurError {error}"
class Broker(Theirs):
    @override
    def _dispatch(self): return super()._called() + self._own
find = attrgetter("_transport")
patch("library.module._constant", 1)
from library import _inside
def test_canary_this_is_one():
    assert hasattr(find, "_transport")
"""


def test_each_of_these_is_found_where_it_is() -> None:
    modules = {"bad.py": BAD}

    assert pinned_exceptions(modules) == {("bad.py", "DecodeError")}
    assert compared_names(modules) == {"bad.py"}
    assert private_names(BAD) == {"_dispatch", "_called", "_transport", "_constant", "_inside"}
    assert canaries(modules) == {"test_canary_this_is_one": {"_transport"}}
