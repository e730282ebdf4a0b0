"""The domain is the same with every framework: none of them is known to it."""

import re
from dataclasses import replace

import pytest

from scaffold.emitting.formatting import formatted
from tests.output.emissions import addons_of, emit, texts
from tests.output.namings import EVERYDAY, EVERYTHING, Addons, Naming

DOMAIN = "/domain/"


def domain_of(naming: Naming, framework: str, addons: Addons) -> dict[str, str]:
    """Return the modules of a domain, without those that an option brings which no other framework has."""
    files = emit(replace(naming, webhook=None), framework, addons)
    return {path: text for path, text in texts(files).items() if DOMAIN in path}


@pytest.mark.parametrize("naming", [EVERYDAY, *EVERYTHING], ids=lambda naming: naming.label)
@pytest.mark.parametrize("addons", [(), ("database",), addons_of("starlette")], ids="-".join)
def test_the_domain_behind_starlette_is_that_behind_fastapi(naming: Naming, addons: Addons) -> None:
    domain = domain_of(naming, "starlette", addons)

    assert domain
    assert domain == domain_of(naming, "fastapi", addons)


def laid_out(modules: dict[str, str]) -> dict[str, str]:
    """Return modules as ruff leaves them in a backend."""
    with_configuration = {**modules, "pyproject.toml": texts(emit(EVERYDAY, "django", ()))["pyproject.toml"]}
    return {path: text for path, text in formatted(with_configuration).items() if path in modules}


@pytest.mark.parametrize("naming", [EVERYDAY, *EVERYTHING], ids=lambda naming: naming.label)
def test_the_domain_behind_django_is_that_behind_fastapi_without_async_and_await(naming: Naming) -> None:
    domain = domain_of(naming, "django", ("database",))
    awaiting = domain_of(naming, "fastapi", ("database",))

    sync = {path: re.sub(r"\b(async|await) ", "", text) for path, text in awaiting.items()}
    assert any(sync[path] != awaiting[path] for path in sync)
    assert domain == laid_out(sync)  # what is shorter may fit on fewer lines
