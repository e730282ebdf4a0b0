"""Servers that tests use when they are there: named by TEST_DATABASE_URL or TEST_REDIS_URL, or found locally."""

import os
import socket
from urllib.parse import urlsplit

import pytest

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379"


def postgres_or_skip() -> str:
    """Return the URL of a PostgreSQL that takes connections; fail if it was named and skip if it was not."""
    return _server_or_skip("PostgreSQL", "TEST_DATABASE_URL", LOCAL_POSTGRES)


def redis_or_skip() -> str:
    """Return the URL of a Redis that takes connections; fail if it was named and skip if it was not."""
    return _server_or_skip("Redis", "TEST_REDIS_URL", LOCAL_REDIS)


def _server_or_skip(kind: str, variable: str, local: str) -> str:
    named = os.environ.get(variable)
    url = named or local
    host = urlsplit(url).hostname or "127.0.0.1"
    port = urlsplit(url).port or urlsplit(local).port
    try:
        with socket.create_connection((host, port or 0), timeout=3):
            return url
    except OSError as error:
        reason = f"no {kind} found at {host}:{port} ({error})"
    if named:
        pytest.fail(reason)
    pytest.skip(f"{reason}; {variable} names one")
