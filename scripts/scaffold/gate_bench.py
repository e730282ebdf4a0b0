"""What a gate works with: the project's facts, its environment, and the variables its tools are given."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.errors import Problem
from scaffold.processes import Finished, run
from scaffold.tools import without_shim_choice

_SETTING = re.compile(r"^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
_USUAL_SETTINGS = frozenset({"APP_ENV", "HOST", "PORT", "LOG_LEVEL", "DATABASE_URL"})

# The caller's environment, colours and tool settings are about the caller's work, not about this project's. That goes
# for PYTHONDONTWRITEBYTECODE too: without bytecode every import takes three times as long, and the project ignores it.
# What a developer has in a `.env` is left out as well.
_FOREIGN = re.compile(
    r"(PYTHON|PYTEST|RUFF_|BASEDPYRIGHT)\w*|VIRTUAL_ENV|UV_PROJECT_ENVIRONMENT|\w*FORCE_COLOR|PY_COLORS"
)
_OURS = {"NO_COLOR": "1", "COLUMNS": "120", "RUFF_OUTPUT_FORMAT": "concise", "PYTHON_DOTENV_DISABLED": "true"}


@dataclass(frozen=True, slots=True)
class Project:
    """What the gates need to know of a project; `package` is None when nothing can be started with `python -m`."""

    root: Path
    name: str
    package: str | None
    has_database: bool
    settings: frozenset[str]
    has_issuer: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """A project, its environment (`scripts` is None until there is one), and a directory that is thrown away."""

    project: Project
    uv: str
    scratch: Path
    scripts: Path | None = None

    def tool(self, name: str) -> Path | None:
        """Find a tool in the project's own environment; one elsewhere on PATH proves nothing."""
        path = self.scripts / name if self.scripts else None
        return path if path and path.exists() else None

    def run(self, name: str, *arguments: str, limit: float, settings: Mapping[str, str] | None = None) -> Finished:
        """Run a tool of the environment in the project, with none but these settings."""
        command = [str(self.tool(name) or name), *arguments]
        return run(command, cwd=self.project.root, env=self.variables(settings or {}), limit=limit)

    def run_uv(self, *arguments: str, limit: float) -> Finished:
        """Run uv in the project, on the machine's settings."""
        return run([self.uv, *arguments], cwd=self.project.root, env=_callers_environment(), limit=limit)

    def variables(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Put the project's environment before the machine's; TEST_… stays, it names servers to test against."""
        kept = {
            name: value
            for name, value in _callers_environment().items()
            if name not in self.project.settings or name.startswith("TEST_")
        }
        if self.scripts:
            kept["VIRTUAL_ENV"] = str(self.scripts.parent)
            kept["PATH"] = os.pathsep.join(filter(None, [str(self.scripts), kept.get("PATH")]))
        return kept | {"UV": self.uv, **settings}

    def throw_away_database(self, name: str) -> tuple[Path, dict[str, str]]:
        """Name a SQLite file in the scratch directory, and give the settings that point to it."""
        path = self.scratch / f"{name}.db"
        return path, {"DATABASE_URL": f"sqlite+aiosqlite:///{path}"}


def read_project(root: Path) -> Project | Problem:
    """Gather the facts, or say why this is not a project to check."""
    path = root / "pyproject.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        name = table["project"]["name"]
    except OSError:
        return _not_a_project(root, "which has no readable pyproject.toml")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return _not_a_project(root, f"whose pyproject.toml is not valid TOML ({error})")
    except (KeyError, TypeError):
        return _not_a_project(root, "whose pyproject.toml has no [project] name")
    return Project(
        root=root,
        name=str(name),
        package=_package(root, str(name)),
        has_database="alembic" in table.get("tool", {}) or (root / "alembic.ini").exists(),
        settings=_setting_names(root) | _USUAL_SETTINGS,
        has_issuer=(root / "local_issuer" / "__main__.py").exists(),
    )


def _not_a_project(root: Path, what: str) -> Problem:
    return Problem("DIR", f'got "{root}", {what}; expected the root of an emitted project; try its path')


def _package(root: Path, name: str) -> str | None:
    expected = re.sub(r"[-_.]+", "_", name).lower()
    found = sorted(path.parent.name for path in (root / "src").glob("*/__main__.py"))
    return expected if expected in found else next(iter(found), None)


def _setting_names(root: Path) -> frozenset[str]:
    try:
        return frozenset(_SETTING.findall((root / ".env.example").read_text(encoding="utf-8")))
    except OSError:
        return frozenset()


def _callers_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _FOREIGN.fullmatch(name)}
    return without_shim_choice(kept) | _OURS
