import pytest

from {{ package }}.api.return_path import DEFAULT, return_path


@pytest.mark.parametrize("asked", ["/", "/me", "/a/b?c=d&e=%2F#f", "/%2Fevil.example", "/.well-known/x", "/login-help"])
def test_a_place_on_this_origin_is_kept(asked: str) -> None:
    assert return_path(asked) == asked


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "me",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\..\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/me\r\nSet-Cookie: a=b",
        "/me\x00",
        "/\u2028/evil.example",
        "/\uff0fevil.example",
        "/login",
        "/login?return_to=/login",
        "/callback?code=1",
        "/logout/",
        "/" + "a" * 500,
    ],
)
def test_anything_else_leads_to_the_default(asked: str) -> None:
    assert return_path(asked) == DEFAULT
