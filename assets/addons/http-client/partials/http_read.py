def _read[T](self, response: httpx2.Response, answer: type[T], refusals: Collection[int]) -> T:
    if response.status_code in refusals:
        raise RefusedError(response.status_code)
    if response.is_server_error:
        raise Unavailable(self.name, f"answered {response.status_code}")
    if not response.is_success:
        raise UnusableAnswer(self.name, f"answered {response.status_code}")
    try:
        return msgspec.json.decode(response.content or b"null", type=answer)
    except (ValueError, RecursionError) as error:
        # Only the path in the document: the message before it can quote the response.
        place = str(error).partition(" - at ")[2] or type(error).__name__
    raise UnusableAnswer(self.name, f"answered with another document than expected: {place}")
