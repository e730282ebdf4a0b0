"""Where pip put uv into one of several Pythons of pyenv, as people have it: what comes next works as it is pasted."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.features.catalogue import SKILL_ROOT
from tests.interpreter import python_or_skip
from tests.output.emissions import catalogue, put_down


def emitted(target: Path, version: str) -> Path:
    files = compose(settle(Request("orders-api", python=version), catalogue()), catalogue())
    return put_down(files, target)


@pytest.fixture
def pyenv(tmp_path: Path) -> dict[str, str]:
    """Two Pythons of a real pyenv: the older one is in use and has uv, the newer one is what a backend asks for."""
    if shutil.which("pyenv") is None:
        pytest.skip("no pyenv on PATH")
    root, found = tmp_path / "pyenv", shutil.which("uv")
    assert found is not None
    for path, to in {
        "3.11.7/bin/uv": os.environ.get("UV", found),
        "3.13.0/bin/python3.13": python_or_skip("3.13") / "bin/python3.13",
    }.items():
        (root / "versions" / path).parent.mkdir(parents=True)
        (root / "versions" / path).symlink_to(to)
    _ = (root / "version").write_text("3.11.7\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYENV", "UV", "VIRTUAL_ENV"))}
    path = f"{root}/shims:{Path(shutil.which('pyenv') or '').parent}:/usr/bin:/bin"
    environment = {**kept, "PYENV_ROOT": str(root), "PATH": path, "UV_PYTHON_DOWNLOADS": "never"}
    _ = said("pyenv", "rehash", cwd=tmp_path, environment=environment)
    return environment


def said(*command: str, cwd: Path, environment: Mapping[str, str]) -> str:
    finished = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_a_backend_does_not_hide_uv(tmp_path: Path, pyenv: dict[str, str]) -> None:
    backend = emitted(tmp_path / "orders-api", "3.13")

    assert said("uv", "--version", cwd=backend, environment=pyenv).startswith("uv ")


def test_gates_find_the_python_that_pyenv_hides_and_uv_goes_on_with_it(tmp_path: Path, pyenv: dict[str, str]) -> None:
    backend = emitted(tmp_path / "orders-api", "3.13")
    # Without packages to install: which Python it becomes is the same.
    _ = (backend / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "0"\nrequires-python = ">=3.12"\n')

    verify = [sys.executable, str(SKILL_ROOT / "scripts/verify.py"), ".", "--only", "sync"]
    _ = said(*verify, cwd=backend, environment=pyenv)

    assert said("uv", "run", "python", "--version", cwd=backend, environment=pyenv).startswith("Python 3.13")


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_uv_develops_on_the_python_that_was_asked_for(tmp_path: Path, version: str) -> None:
    _ = python_or_skip(version)
    backend = emitted(tmp_path / "orders-api", version)

    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "VIRTUAL_ENV"))}
    _ = said("uv", "venv", "--quiet", cwd=backend, environment=environment)

    assert said(".venv/bin/python", "--version", cwd=backend, environment=environment).startswith(f"Python {version}")
