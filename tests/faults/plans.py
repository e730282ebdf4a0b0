"""One plan with every kind of file, the places it is written to, and pictures of what stands on disk."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.plan import PlannedFile, WhenPresent

PLAN = (
    PlannedFile(".gitignore", "core", b".venv/\n__pycache__/\n", WhenPresent.APPEND_LINES),
    PlannedFile("README.md", "core", b"# Orders\n", WhenPresent.KEEP),
    PlannedFile("LICENSE", "core", b"MIT\n", WhenPresent.KEEP),
    PlannedFile("pyproject.toml", "core", b'[project]\nname = "orders"\n'),
    PlannedFile("src/orders/__init__.py", "core", b""),
    PlannedFile("src/orders/py.typed", "core", b""),
    PlannedFile("src/orders/domain/order.py", "core", b"class Order: ...\n" * 40),
    PlannedFile("src/orders/api/app.py", "core", b"def create_app(): ...\n"),
    PlannedFile("tests/test_smoke.py", "core", b"def test_smoke(): ...\n"),
)

COMPLETE = {file.path: file.content for file in PLAN}

# A project that somebody has begun: some of the plan is there, two files are theirs, one lacks lines.
BEGUN = {
    ".gitignore": b"*.log\n.venv/",
    "README.md": b"# Ours since 2019\n",
    "notes.txt": b"call Ada\n",
    "pyproject.toml": COMPLETE["pyproject.toml"],
    "src/orders/domain/money.py": b"class Money: ...\n",
}
GROWN = COMPLETE | BEGUN | {".gitignore": b"*.log\n.venv/\n__pycache__/\n"}


@dataclass(frozen=True)
class Scene:
    """Where a run writes to, and what stands there before."""

    target: str
    begun: Mapping[str, bytes]

    @property
    def before(self) -> dict[str, bytes]:
        return self._home(self.begun)

    @property
    def after(self) -> dict[str, bytes]:
        return self._home(GROWN if self.begun else COMPLETE)

    def _home(self, held: Mapping[str, bytes]) -> dict[str, bytes]:
        return {"neighbour.txt": b"mine\n"} | {f"{self.target}/{path}": content for path, content in held.items()}


NEW = Scene("new/parents/orders", {})
EXISTING = Scene("orders", BEGUN)


def lay_out(root: Path, contents: Mapping[str, bytes]) -> Path:
    for path, content in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def picture(root: Path) -> dict[str, object]:
    """Everything below `root` with its type, mode and content, links not followed."""
    return {str(path.relative_to(root)): _look(path) for path in sorted(root.rglob("*"))}


def contents(root: Path) -> dict[str, bytes]:
    """Every regular file below `root`."""
    found = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def _look(path: Path) -> object:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return ("link", str(path.readlink()))
    return (oct(mode), path.read_bytes() if stat.S_ISREG(mode) else None)
