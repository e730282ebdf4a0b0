async def _get(self, text: str) -> Fetched:
    request = self.http.build_request("GET", _read(text))
    for redirects in range(self.settings.max_redirects + 1):
        response = await self.http.send(request)
        following = response.next_request
        if following is None:
            return _fetched(response, redirected=redirects > 0)
        if request.url.scheme == "https" != following.url.scheme:
            raise RefusedError(UNENCRYPTED)
        request = following
    raise RefusedError(TOO_MANY_REDIRECTS)
