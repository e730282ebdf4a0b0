"""Servers that tests use when they are there: named by TEST_POSTGRES_URL and then required, else found locally."""

import os
import socket
from urllib.parse import urlsplit

import pytest

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


def postgres_or_skip() -> str:
    """Return the URL of a PostgreSQL that takes connections; fail if it was named and skip if it was not."""
    named = os.environ.get("TEST_POSTGRES_URL")
    url = named or LOCAL_POSTGRES
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 5432), timeout=3):
            return url
    except OSError as error:
        reason = f"no PostgreSQL found at {address.hostname}:{address.port} ({error})"
    if named:
        pytest.fail(reason)
    pytest.skip(f"{reason}; TEST_POSTGRES_URL names one")
