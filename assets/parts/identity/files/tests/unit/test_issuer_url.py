import pytest

from {{ package }}.infrastructure.config import OidcSettings
from {{ package }}.infrastructure.identity.url import IssuerUrl


def test_an_issuer_keeps_its_name_and_its_discovery_document_is_below_it() -> None:
    url = IssuerUrl.parse("https://id.example:8443/v2.0/")

    assert url.text == "https://id.example:8443/v2.0/"
    assert url.discovery == "https://id.example:8443/v2.0/.well-known/openid-configuration"
    assert url.local_port is None


@pytest.mark.parametrize(
    "text",
    [
        "id.example",
        "https://id.example/?realm=one",
        "https://user@id.example",
        "https://id.example:eighty",
        "https://id.example/.well-known/openid-configuration",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected the issuer's https:// URL"):
        IssuerUrl.parse(text)


def test_production_needs_https() -> None:
    assert "OIDC_ISSUER" in "".join(OidcSettings().unsafe_in_production())
    assert list(OidcSettings(issuer=IssuerUrl.parse("https://id.example")).unsafe_in_production()) == []


def test_the_default_is_the_local_issuer() -> None:
    assert OidcSettings().issuer.local_port
