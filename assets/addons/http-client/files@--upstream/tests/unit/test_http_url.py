import pytest

from {{ package }}.infrastructure.clients.url import HttpUrl


@pytest.mark.parametrize("text", ["https://service.example", "https://service.example:8443/v2/", "http://[::1]:9000"])
def test_a_url_is_taken_as_it_is(text: str) -> None:
    assert HttpUrl.parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "service.example",
        "https://",
        "socks5://proxy.example:1080",
        "https://user:hunter2@service.example",
        "https://service.example?key=hunter2",
        "https://service.example:hunter2",
        "https://[hunter2",
    ],
)
def test_anything_else_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="expected https://") as raised:
        HttpUrl.parse(text)

    assert "hunter2" not in str(raised.value)
