import sys
import tomllib
from pathlib import Path

import pytest

from maintenance.locks import versions
from scaffold.emitting.formatting import RUFF, formatted
from scaffold.errors import MachineError
from scaffold.features.catalogue import SKILL_ROOT, load

PROJECT = "[tool.ruff]\nline-length = 120\n"


def test_modules_are_formatted_by_the_projects_own_rules_and_nothing_else_is_touched() -> None:
    files = {"pyproject.toml": PROJECT, "a.py": "x = {  'a':1,\n}\n", "README.md": "*  not  a module\n"}

    assert formatted(files) == {**files, "a.py": 'x = {"a": 1}\n'}


def test_imports_are_sorted_with_the_projects_package_known_as_its_own() -> None:
    module = "from orders.b import c\nimport zlib\nimport aiohttp\n\nprint(c, zlib, aiohttp)\n"

    files = formatted({"pyproject.toml": PROJECT, "src/orders/__init__.py": "", "src/orders/a.py": module})

    assert files["src/orders/a.py"].splitlines()[:5] == [
        "import zlib",
        "",
        "import aiohttp",
        "",
        "from orders.b import c",
    ]


def test_what_is_too_long_is_broken_and_what_fits_stands_on_one_line() -> None:
    long = ", ".join(f"parameter_{n}: int" for n in range(8))
    module = f"def f({long}) -> None: ...\n\n\ndef g(\n    a: int,\n) -> None: ...\n"

    broken = formatted({"pyproject.toml": PROJECT, "a.py": module})["a.py"]

    assert max(map(len, broken.splitlines())) <= 120
    assert "def g(a: int) -> None: ...\n" in broken


def test_callers_settings_of_ruff_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUFF_CONFIG", "/nowhere.toml")
    monkeypatch.setenv("RUFF_OUTPUT_FILE", "/nowhere/at/all")

    assert formatted({"pyproject.toml": PROJECT, "a.py": "x  =  1\n"})["a.py"] == "x = 1\n"


def test_what_stands_around_the_scratch_folder_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    _ = (tmp_path / ".gitignore").write_text("*\n")
    _ = (tmp_path / "ruff.toml").write_text('exclude = ["*.py"]\n')
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert formatted({"pyproject.toml": "[project]\n", "a.py": "x  =  1\n"})["a.py"] == "x = 1\n"


def test_ruff_that_is_not_there_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruff", None)

    with pytest.raises(MachineError, match=rf"ruff: got none; expected {RUFF}"):
        _ = formatted({"pyproject.toml": PROJECT})


def test_another_version_of_ruff_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaffold.emitting.formatting.RUFF", "0.0.1")

    with pytest.raises(MachineError, match=rf"ruff: got {RUFF}; expected 0.0.1"):
        _ = formatted({"pyproject.toml": PROJECT})


def test_one_version_of_ruff_formats_what_is_emitted_and_checks_it_later() -> None:
    scripts = (SKILL_ROOT / "scripts/bootstrap.py").read_text(encoding="utf-8")
    dependencies = tomllib.loads((SKILL_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]

    assert f'"ruff=={RUFF}"' in scripts
    assert f"ruff=={RUFF}" in dependencies
    for framework in load().frameworks:
        assert versions(Path(load().proven_lock(framework.name)))["ruff"] == RUFF
