def path_segment(text: str) -> str:
    """Return a text as one segment of a path; raise `ValueError` for "", "." and "..", which would lead elsewhere."""
    if text in {"", ".", ".."}:
        message = f"expected one segment of a path, got {text!r}"
        raise ValueError(message)
    return quote(text, safe="")


def retry_after(response: Response) -> float:
    """Return the seconds that an answer asks to wait; 0 if it names none, or a date."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_WAIT) if text.isdecimal() else 0.0
