import pytest
from {{ package }}.infrastructure.clients.api_key import ApiKey
from {{ package }}.infrastructure.config import {{ Upstream }}Settings, load_section
from {{ package }}.infrastructure.environment import SettingsError


def test_production_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("{{ UPSTREAM }}_URL", "https://service.example")

    with pytest.raises(SettingsError, match="{{ UPSTREAM }}_API_KEY"):
        load_section({{ Upstream }}Settings)


@pytest.mark.parametrize("text", ["k\u00e9y", "s3cret\ninjected: header"])
def test_what_no_header_can_hold_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="expected printable ASCII") as raised:
        ApiKey.parse(text)

    assert text not in str(raised.value)


def test_a_key_is_not_shown() -> None:
    assert "s3cret" not in repr({{ Upstream }}Settings(api_key=ApiKey.parse("s3cret")))
