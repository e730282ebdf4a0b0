"""What a process may make for others, for as long as a test asks for it."""

import os
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def umask(mask: int) -> Generator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
