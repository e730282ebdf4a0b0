"""The variables that gates are run with: the caller's, without those that would change what is checked."""

import os
import re
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

# Colours and tool settings are about the caller's work, not about this project's. That goes for PYTHONDONTWRITEBYTECODE
# too: without bytecode every import takes three times as long, and the project ignores it.
_FOREIGN = re.compile(r"(ALEMBIC_|BASEDPYRIGHT|PYTEST|PYTHON|RUFF_|UV_)\w*|VIRTUAL_ENV|\w*FORCE_COLOR|PY_COLORS")
# Of uv's own variables, those that say how to reach packages and Pythons, and where the machine keeps them. The others
# (UV_NO_DEV, UV_SYSTEM_PYTHON, UV_FROZEN, UV_EXCLUDE_NEWER and so on) change what the environment or the lock means.
_REACHING = re.compile(
    r"UV_((DEFAULT_|EXTRA_)?INDEX(_\w+)?|FIND_LINKS|CONFIG_FILE|OFFLINE|HTTP_\w+|REQUEST_TIMEOUT|CONCURRENT_\w+"
    r"|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|KEYRING_PROVIDER|CREDENTIALS_DIR|AUTH_TOKEN|API_KEY"
    r"|CACHE_DIR|NO_CACHE|LINK_MODE|LOCK_TIMEOUT|PYTHON_\w+|(NO_)?MANAGED_PYTHON)"
)
_PROXY = re.compile(r"\w+_PROXY", re.IGNORECASE)
# What a developer has in a `.env` is left out as well.
_OURS = {"NO_COLOR": "1", "COLUMNS": "120", "RUFF_OUTPUT_FORMAT": "concise", "PYTHON_DOTENV_DISABLED": "true"}


def for_uv(caller: Mapping[str, str]) -> dict[str, str]:
    """Return what uv is given, proxies included: it has to reach the package index."""
    kept = {name: value for name, value in caller.items() if not _FOREIGN.fullmatch(name) or _REACHING.fullmatch(name)}
    return kept | _OURS | {"PATH": _with_all_of_pyenv(caller.get("PATH", os.defpath))}


def for_tools(caller: Mapping[str, str], settings: Collection[str]) -> dict[str, str]:
    """Return what the project's tools are given: no setting of the project, and no proxy, for all they call is local.

    A proxy with an exception for loopback would not do: clients refuse one that they cannot use, such as SOCKS, before
    they look at exceptions. TEST_… stays, it names servers to test against.
    """
    return {
        name: value
        for name, value in for_uv(caller).items()
        if name.startswith("TEST_") or not (name in settings or _PROXY.fullmatch(name))
    }


def set_aside(caller: Mapping[str, str], settings: Collection[str]) -> tuple[str, ...]:
    """Name what the caller has set and the project's tools are not given."""
    given = for_tools(caller, settings)
    return tuple(sorted(name for name in caller if name not in given and not _is_usual(name, caller[name])))


def _is_usual(name: str, value: str) -> bool:
    # `uv run` leaves the first and the last to what it starts; images set the others, and no check depends on them.
    usual = {"UV_RUN_RECURSION_DEPTH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    return name in usual or (name, value) == ("VIRTUAL_ENV", sys.prefix)


def _with_all_of_pyenv(path: str) -> str:
    # A shim shows what is in the version of Python that was chosen; uv, and what it looks for, may be in any other.
    shims = [Path(folder) for folder in path.split(os.pathsep) if Path(folder).name == "shims"]
    hidden = [str(folder) for shim in shims for folder in sorted(shim.parent.glob("versions/*/bin"), reverse=True)]
    return os.pathsep.join([path, *hidden])
