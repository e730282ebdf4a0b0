"""The Python that emitted backends develop on: uv finds it or fetches it."""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from textwrap import shorten

import pytest

from scaffold.features.catalogue import load

DEFAULT = str(load().skill["defaults"]["python"])
PREFIX = "import sys; print(sys.base_prefix)"


def python_or_skip(version: str = DEFAULT) -> Path:
    """Return where it is installed. Skip where uv cannot get it; fail where TEST_IMAGES says that images are built."""
    try:
        return _found(version)
    except subprocess.CalledProcessError as error:
        reason = f"uv has no Python {version} and cannot get one ({shorten(error.stderr, 160)})"
    if os.environ.get("TEST_IMAGES"):
        pytest.fail(reason)
    pytest.skip(f"{reason}; TEST_IMAGES makes this a failure")


@cache
def _found(version: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        # Unlike `uv python find` it fetches what is missing, and unlike `uv run` it does not begin with another .venv.
        _ = _said("uv", "venv", "--quiet", "--no-project", "--python", version, folder, "--allow-existing")
        return Path(_said(f"{folder}/bin/python", "-c", PREFIX))


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
