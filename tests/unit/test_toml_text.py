import tomllib
from typing import Any

import pytest

from scaffold.emitting.toml_text import reasoned_list, toml_key, toml_tables, toml_value


@pytest.mark.parametrize(
    "value",
    ["plain", 'quo"te', "back\\slash", "two\nlines", 7, 1.5, True, False, [], ["one"], ["a", "b"], {"k": [1, 2]}],
)
def test_a_value_reads_back_as_itself(value: object) -> None:
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


@pytest.mark.parametrize("key", ["plain", "with-dash", "with.dot", "**/*.py", ""])
def test_a_key_reads_back_as_itself(key: str) -> None:
    assert tomllib.loads(f"{toml_key(key)} = 1") == {key: 1}


def test_mappings_become_sections() -> None:
    tables: dict[str, Any] = {"alembic": {"script_location": "migrations", "hooks": [{"name": "lint"}]}}

    assert tomllib.loads(toml_tables("tool", tables)) == {"tool": tables}


def test_a_list_carries_the_reason_of_every_item() -> None:
    text = reasoned_list({"A": "one reason", "BCD": "another"})

    assert tomllib.loads(f"x = {text}") == {"x": ["A", "BCD"]}
    assert "# one reason" in text
    assert len({line.index("#") for line in text.splitlines() if "#" in line}) == 1


def test_an_item_without_a_reason_has_no_comment() -> None:
    assert reasoned_list({"ABCDEF": "", "BCD": "a reason"}) == '[\n    "ABCDEF",\n    "BCD",  # a reason\n]'


def test_what_toml_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="expected a string, number"):
        _ = toml_value(None)
