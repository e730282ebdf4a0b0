"""Nothing in the repository names a package index, or a place on the machine it was written on."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.documents.checking import Verdicts

_MADE = frozenset({".git", ".venv", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache", "uv.lock"})
_PUBLIC_HOSTS = tuple(
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("pypi", "python", "org"))
)
_INDEXES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
)
_PLACE = re.compile(r"(?<![\w.}>)\]-])/(?:work|root|home|Users)(?=/|\b(?!\w))")


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every file that is part of the repository, by path, as text."""
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and not _MADE & set(relative.parts):
            yield relative.as_posix(), path.read_bytes().decode(errors="replace")


def hosts() -> frozenset[str]:
    """Return the hosts of package indexes: the public ones, and those that this machine uses."""
    words = " ".join(os.environ.get(name, "") for name in _INDEXES).split()
    used = (urlsplit(word.partition("=")[2] or word).hostname for word in words)
    return frozenset([*_PUBLIC_HOSTS, *(host for host in used if host)])


def private(files: Iterable[tuple[str, str]], hosts: Iterable[str]) -> Verdicts:
    """No text names one of these hosts, or a path that only one machine has."""
    known = tuple(hosts)
    for path, text in files:
        found = [*(host for host in known if host in text), *_PLACE.findall(text)]
        yield f"{path} names {', '.join(dict.fromkeys(found))}" if found else None
