import pytest

from {{ package }}.infrastructure.clients.url import UpstreamUrl


@pytest.mark.parametrize("text", ["https://service.example", "https://service.example:8443/v2/", "http://[::1]:9000"])
def test_what_all_addresses_begin_with_is_taken_as_it_is(text: str) -> None:
    url = UpstreamUrl.parse(text)

    assert str(url) == text
    assert not url.in_process
    assert url.secure is text.startswith("https")


def test_the_stand_in_has_an_address_too() -> None:
    assert UpstreamUrl.parse("memory://").in_process
    assert not UpstreamUrl.parse("memory://").secure


@pytest.mark.parametrize(
    "text",
    [
        "service.example",
        "https://",
        "ftp://service.example",
        "https://user:hunter2@service.example",
        "https://service.example?key=hunter2",
        "https://service.example#hunter2",
        "https://service.example:hunter2",
        "https://service.example:0",
        "https://[hunter2",
    ],
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="expected https://") as raised:
        UpstreamUrl.parse(text)

    assert "hunter2" not in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__
