@pytest.mark.parametrize(
    ("text", "origin", "path"),
    [
        ("https://orders.example/", "https://orders.example", ""),
        ("https://example.com/Orders/v1/", "https://example.com", "/Orders/v1"),
    ],
)
def test_a_public_url_is_an_origin_and_a_path(text: str, origin: str, path: str) -> None:
    url = PublicUrl.parse(text)

    assert (url.origin, url.path, str(url)) == (origin, path, f"{origin}{path}")
    assert url.secure


@pytest.mark.parametrize(
    "text",
    [
        "orders.example",
        "https://orders.example//evil.example",
        "https://orders.example?a=b",
        "https://user@orders.example",
        "https://Orders.example",
        "https://orders.example:443",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a URL"):
        PublicUrl.parse(text)
