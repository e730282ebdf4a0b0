def _read(text: str) -> httpx2.URL:
    """Read a URL with the parser of the one who connects, so that both mean the same server."""
    try:
        return httpx2.URL(text).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError):  # a lone surrogate is a ValueError
        raise RefusedError(NO_URL) from None


def _name(url: httpx2.URL) -> str:
    return url.raw_host.decode().removesuffix(".")


def _fetched(response: httpx2.Response, *, redirected: bool) -> Fetched:
    status, url = response.status_code, str(response.url)
    if not response.is_success:
        passing = response.is_server_error or status in _PASSING
        raise RefusedError(FetchFailed(f"answered {status}", permanent=not passing, status=status, url=url))
    return Fetched(url, status, response.headers.get("Content-Type", ""), response.content, redirected)
