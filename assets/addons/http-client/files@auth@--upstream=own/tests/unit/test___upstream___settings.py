import pytest
from {{ package }}.infrastructure.config import {{ Upstream }}ClientSettings, load_section
from {{ package }}.infrastructure.environment import SettingsError


def test_production_needs_a_secret_beside_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("{{ UPSTREAM }}_CLIENT_ID", "us")
    monkeypatch.setenv("{{ UPSTREAM }}_CLIENT_SECRET", "")

    with pytest.raises(SettingsError, match="{{ UPSTREAM }}_CLIENT_SECRET"):
        load_section({{ Upstream }}ClientSettings)
