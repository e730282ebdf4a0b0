async def check(self) -> str:
    """Report for readiness whether calls fail, and how the last one did; the other service is not asked."""
    return f"degraded: {self.outages.reason}" if self.outages.reason else "ok"

async def call[T](self, method: str, path: str, answer: type[T], body: object = None, *, refusals: Collection[int] = (), repeatable: bool = False) -> T:
    """Return the answer. An answer without content is null.

    Raise `RefusedError` for a status among `refusals`, `Unavailable` when there is no answer in time, and
    `UnusableAnswer` for any other refusal and for what cannot be read. A failed call is repeated if its method is
    idempotent or it is `repeatable`, otherwise only if it was never sent.
    """
    request = self._request(method, path, body)
    try:
        response = await self._send(request, repeatable=repeatable or method in _IDEMPOTENT)
        document = self._read(response, answer, refusals)
    except RefusedError:
        self.outages.available()
        raise
    except Unavailable as error:
        self.outages.unavailable(error.reason)
        raise
    self.outages.available()
    return document

def _request(self, method: str, path: str, body: object) -> httpx2.Request:
    headers = {"X-Request-ID": request_id} if (request_id := self.request_id()) else {}
    if body is None:
        return self.http.build_request(method, path, headers=headers)
    headers["Content-Type"] = "application/json"
    return self.http.build_request(method, path, headers=headers, content=msgspec.json.encode(body))
