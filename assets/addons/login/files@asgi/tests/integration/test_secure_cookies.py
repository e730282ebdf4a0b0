"""Behind https cookies bear the prefix that keeps other hosts and plain connections from planting them."""

from msgspec.structs import replace
from starlette.testclient import TestClient

from {{ package }}.api.cookies import Cookies
from {{ package }}.bootstrap import build_application
from {{ package }}.infrastructure.config import PublicSettings, Settings
from {{ package }}.infrastructure.login.public_url import PublicUrl


def test_a_cookie_behind_https_is_secure_and_bound_to_the_host(settings: Settings) -> None:
    public = PublicSettings(public_url=PublicUrl.parse("https://service.example"))
    with TestClient(build_application(replace(settings, public=public)), follow_redirects=False) as client:
        cookie = client.get("/login").headers["set-cookie"]

    assert cookie.startswith("__Host-{{ name }}-attempt-")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert attribute in cookie
    cookies = Cookies("{{ name }}", secure=True)
    assert cookies.name("session") == "__Host-{{ name }}-session"
