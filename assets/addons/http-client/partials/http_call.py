async def check(self) -> str:
    """Report for readiness whether calls fail, and how the last one did; the other service is not asked."""
    return f"degraded: {self.outages.reason}" if self.outages.reason else "ok"

def unexpected(self, status: int) -> UnusableAnswer:
    """Return the error for a refusal that the domain does not know, which is an outage too."""
    error = UnusableAnswer(self.name, f"answered {status}")
    self.outages.unavailable(error.reason)
    return error

async def call[T](self, method: str, path: str, answer: type[T], body: object = None, *, repeatable: bool = False) -> Result[T, int]:
    """Return the answer, or the status (4xx) with which the other service refuses.

    Raise `Unavailable` when there is no answer in time, `UnusableAnswer` when it cannot be read or rejects this
    service. A failed call is repeated if its method is idempotent or it is `repeatable`, otherwise only if it was
    never sent. An answer without content is null.
    """
    request = self._request(method, path, body)
    try:
        result = self._read(await self._send(request, repeatable=repeatable or method in _IDEMPOTENT), answer)
    except Unavailable as error:
        self.outages.unavailable(error.reason)
        raise
    if isinstance(result, Ok):
        self.outages.available()
    return result

def _request(self, method: str, path: str, body: object) -> httpx2.Request:
    headers = {"X-Request-ID": request_id} if (request_id := self.request_id()) else {}
    if body is None:
        return self.http.build_request(method, path, headers=headers)
    headers["Content-Type"] = "application/json"
    return self.http.build_request(method, path, headers=headers, content=msgspec.json.encode(body))
