import pytest
{% set base64 = "Base64Secrets" in webhooks | map(attribute="webhook_secrets") %}
{% for one in webhooks %}
from {{ package }}.infrastructure.config import {{ one.Webhook }}WebhookSettings
{% endfor %}
from {{ package }}.infrastructure.config import load_section
from {{ package }}.infrastructure.environment import Section, SettingsError
from {{ package }}.infrastructure.webhook_secrets import Secrets
{% if base64 %}
from {{ package }}.infrastructure.webhook_secrets import Base64Secrets
{% endif %}


def test_several_secrets_are_read_and_none_is_shown() -> None:
    secrets = Secrets.parse("the old one, the new one")

    assert secrets.keys == (b"the old one", b"the new one")
    assert "one" not in repr(secrets)


@pytest.mark.parametrize("text", [",", "a-secret,", "a-secret,,another"])
def test_an_empty_secret_is_refused_and_the_others_are_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="empty") as raised:
        Secrets.parse(text)

    assert "a-secret" not in str(raised.value)
{% if base64 %}


@pytest.mark.parametrize("text", ["whsec_AAECAw==", "whsec_AAECAw", "AAECAw=="])
def test_a_secret_in_base64_is_read_with_and_without_its_prefix_and_padding(text: str) -> None:
    assert Base64Secrets.parse(text).keys == (b"\x00\x01\x02\x03",)


@pytest.mark.parametrize("text", ["whsec_", "whsec_AAECAw==,", "whsec_AA!EC", "whsec_A"])
def test_one_that_is_no_base64_or_empty_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match=r"got an? ") as raised:
        Base64Secrets.parse(text)

    assert text not in str(raised.value)
{% endif %}


@pytest.mark.parametrize("section", [{% for one in webhooks %}{{ one.Webhook }}WebhookSettings, {% endfor %}])
def test_production_needs_a_secret(monkeypatch: pytest.MonkeyPatch, section: type[Section]) -> None:
    monkeypatch.setenv("APP_ENV", "production")

    with pytest.raises(SettingsError, match=r"WEBHOOK_\w+_SECRETS: got nothing"):
        load_section(section)
