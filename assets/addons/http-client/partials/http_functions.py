def retry_after(response: httpx2.Response) -> float:
    """Return the seconds that an answer asks to wait; 0 if it names none, or a date."""
    text = response.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_WAIT) if text.isdecimal() else 0.0
