"""How values are written, and under which names."""

from functools import cache
from hashlib import sha256
from typing import final
from uuid import UUID

from msgspec import json, msgpack

_ENCODER = msgpack.Encoder()


@final
class Shape[V]:
    """How one type is written. Its name holds a digest of its fields and their types: another shape is never read."""

    def __init__(self, kind: type[V]) -> None:
        """Take a dataclass, or whatever else msgspec can write and read."""
        schema = json.encode([kind.__module__, kind.__qualname__, json.schema(kind)], order="deterministic")
        self._name = f"{{ package }}:{kind.__name__}:{sha256(schema).hexdigest()[:12]}"
        self._decoder = msgpack.Decoder(kind)

    def key(self, key: UUID | str) -> str:
        """Return the name under which a value is kept."""
        return f"{self._name}:{key}"

    def encode(self, value: V) -> bytes:
        """Write a value."""
        return _ENCODER.encode(value)

    def decode(self, content: bytes) -> V:
        """Read a value, or raise ValueError, which all that msgspec raises is; nested without end, a RecursionError."""
        return self._decoder.decode(content)


@cache
def shape_of[V](kind: type[V]) -> Shape[V]:
    """Return the shape of a type; working it out takes a while."""
    return Shape(kind)
