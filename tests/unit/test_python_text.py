import subprocess

import pytest

from scaffold.python_imports import sort_imports
from scaffold.python_text import tidy

MIXED = """\
from tests.fixtures.orders import SENT
from zebra import b
import zlib
from shop.domain import B, a, CONSTANT
import abc
from os import path as p
from os import sep, linesep
from shop.domain import A
from __future__ import annotations
from zebra import c as d
"""


def test_imports_are_merged_sorted_and_sectioned_as_ruff_would() -> None:
    assert sort_imports(MIXED.replace("from __future__ import annotations\n", ""), "shop") == (
        "import abc\nimport zlib\nfrom os import linesep, sep\nfrom os import path as p\n\n"
        "from zebra import b\nfrom zebra import c as d\n\n"
        "from shop.domain import CONSTANT, A, B, a\n\n"
        "from tests.fixtures.orders import SENT\n"
    )


def test_imports_that_do_not_fit_stand_one_a_line() -> None:
    names = [f"name_number_{number}" for number in range(12)]

    text = sort_imports(f"from shop.domain import {', '.join(names)}\n", "shop")

    assert text.splitlines()[:2] == ["from shop.domain import (", "    name_number_0,"]
    assert text.endswith("    name_number_9,\n)\n")


def test_a_line_that_is_no_import_is_refused_with_what_was_expected() -> None:
    with pytest.raises(ValueError, match="expected one import statement a line"):
        _ = sort_imports("x = 1\n", "shop")


@pytest.mark.parametrize(
    "signature",
    [
        f"def {'f' * 60}(first: {'A' * 30}, second: {'B' * 30}) -> None:",
        f"    async def {'f' * 30}(self, new: {'A' * 40}) -> dict[str, {'B' * 40}]:",
        f"def f(first: dict[str, {'A' * 50}], second: {'B' * 50}, third: {'C' * 30} = None) -> None:",
        "def short(a: int) -> None:",
    ],
)
def test_a_signature_is_broken_where_the_formatter_would(signature: str) -> None:
    indent = " " * (len(signature) - len(signature.lstrip()))
    source = f"{'class C:' if indent else 'X = 1'}\n{'' if indent else chr(10) * 2}{signature}\n{indent}    pass\n"

    assert tidy(source, "shop") == formatted(source)


@pytest.mark.parametrize(
    "call",
    [
        f"return cls(a={'a' * 60}, b={'b' * 60})",
        f"made = Made({', '.join(f'name_{number}=self.make_{number}(1, 2)' for number in range(8))})",
        f"found = self.{'f' * 50}.get({'k' * 50}, dict[str, int])",
        "return f(1)",
    ],
)
def test_a_call_is_broken_where_the_formatter_would(call: str) -> None:
    source = f"def f():\n    {call}\n"

    assert tidy(source, "shop") == formatted(source)


def test_a_chain_of_calls_is_left_to_its_template() -> None:
    source = f"def f():\n    return first({'a' * 60}).second({'b' * 60})\n"

    assert tidy(source, "shop") == source


def formatted(source: str) -> str:
    command = ["ruff", "format", "--isolated", "--line-length", "120", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def test_prose_that_reads_like_an_import_stays_where_it_is() -> None:
    text = '"""Take it\nfrom here and import nothing (yet).\n"""\n\nimport os\n'

    assert tidy(text, "shop") == text
