"""What a gate works with: the project's facts, its environment, and the variables its tools are given."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.checking.environment import for_tools, for_uv
from scaffold.checking.processes import Finished, run
from scaffold.errors import Problem
from scaffold.record.checks import Checks, read_checks

_SETTING = re.compile(r"^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
_USUAL_SETTINGS = frozenset({"APP_ENV", "HOST", "PORT", "LOG_LEVEL"})


@dataclass(frozen=True, slots=True)
class Project:
    """What the gates need to know of a project.

    `package` is None when nothing can be started with `python -m`, `checks` when the project has no record of them.
    """

    root: Path
    name: str
    package: str | None
    settings: frozenset[str]
    checks: Checks | None


@dataclass(frozen=True, slots=True)
class Bench:
    """A project, its environment (`scripts` is None until there is one), and a directory that is thrown away.

    `proven_lock` is where a project without a lock takes its versions from; None is for the newest.
    """

    project: Project
    uv: str
    scratch: Path
    scripts: Path | None = None
    proven_lock: Path | None = None

    @property
    def checks(self) -> Checks:
        """What the project needs for its gates."""
        return self.project.checks or Checks()

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
        return run([self.uv, *arguments], cwd=self.project.root, env=for_uv(os.environ), limit=limit)

    def variables(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Put the project's environment before the machine's, and give none but these settings."""
        kept = for_tools(os.environ, self.project.settings)
        if self.scripts:
            kept["VIRTUAL_ENV"] = str(self.scripts.parent)
            kept["PATH"] = os.pathsep.join(filter(None, [str(self.scripts), kept.get("PATH")]))
        return kept | {"UV": self.uv, **settings}


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
        settings=_setting_names(root) | _USUAL_SETTINGS,
        checks=read_checks(root),
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
