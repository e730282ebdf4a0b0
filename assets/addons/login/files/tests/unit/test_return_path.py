import pytest

from {{ package }}.api.return_path import return_path


@pytest.mark.parametrize("asked", ["/", "/me", "/a/b?c=d&e=%2F#f", "/%2Fevil.example", "/.well-known/x", "/login-help"])
def test_a_path_of_this_origin_is_kept(asked: str) -> None:
    assert return_path(asked, "") == return_path(asked, "/api") == asked


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/me\r\nSet-Cookie: a=b",
        "/\uff0fevil.example",
        "/login",
        "/login?return_to=/login",
        "/callback?code=1",
        "/logout/",
        "/" + "a" * 500,
    ],
)
def test_anything_else_becomes_the_default(asked: str) -> None:
    assert return_path(asked, "") == "/me"
    assert return_path(asked, "/api") == return_path(f"/api{asked}" if "log" in asked else asked, "/api") == "/api/me"
