def encode_cursor(position: PagePosition) -> str:
    return urlsafe_b64encode(f"{position.created_at.isoformat()} {position.id}".encode()).decode()


def decode_cursor(cursor: str | None) -> PagePosition | None:
    if cursor is None:
        return None
    with suppress(ValueError):
        created_at, _, key = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        return PagePosition(datetime.fromisoformat(created_at).replace(tzinfo=UTC), UUID(key))
    raise invalid_field(where="query/cursor", message="expected the next_cursor of an earlier page")
