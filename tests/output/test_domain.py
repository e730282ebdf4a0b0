"""The domain is the same with every framework: none of them is known to it."""

from dataclasses import replace

import pytest

from tests.output.emissions import EVERYDAY, EVERYTHING, Addons, Naming, addons_of, emit, texts

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
