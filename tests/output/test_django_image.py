"""The image of a backend with an admin: migrated by a command of its own, and served with the admin's static files."""

import os
import re
import socket
import subprocess
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scaffold.disk.writing import write
from tests.output.built import SQL
from tests.output.emissions import emit
from tests.output.images import build, namespaces_or_skip
from tests.output.namings import EVERYDAY
from tests.output.test_compose import compose_of
from tests.output.test_container import ended, running, within
from tests.output.test_presets import ORDER, ask
from tests.services import postgres_or_skip
from tests.umask import umask

PRODUCTION = {"SECRET_KEY": "k3y-" * 13, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS_ONLY": "false"}
STAFF = {"DJANGO_SUPERUSER_EMAIL": "ada@example.com", "DJANGO_SUPERUSER_PASSWORD": "correct horse"}


def got(port: int, path: str) -> tuple[int, str | None, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers["content-type"], response.read()
    finally:
        connection.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.presets
def test_the_image_migrates_makes_a_person_and_serves_the_admin_from_a_tree_it_cannot_write(tmp_path: Path) -> None:
    namespaces_or_skip()
    server = postgres_or_skip()
    files = emit(EVERYDAY, "django", ("database", "container"))
    with umask(0o077):
        _ = write(files, tmp_path / "project")
    _ = subprocess.run(["uv", "lock", "--quiet"], cwd=tmp_path / "project", check=True)
    image = build(tmp_path / "project", tmp_path)
    name = f"test_django_image_{os.getpid()}"
    given = {**PRODUCTION, "DATABASE_URL": re.sub(r"/[^/]*$", f"/{name}", server)}
    assert within(image, "python", "-c", SQL, server, f"CREATE DATABASE {name}").returncode == 0
    try:
        assert "DATABASE_URL: got nothing" in within(image, *image.command, **PRODUCTION).stderr
        migrated = within(image, *compose_of(files)["services"]["migrate"]["command"], **given)
        assert migrated.returncode == 0, migrated.stderr
        staff = ("python", "manage.py", "createsuperuser", "--noinput")
        assert within(image, *staff, **given, **STAFF).returncode == 0
        assert "Read-only" in within(image, "touch", "/app/x").stderr
        assert within(image, "id", "-u").stdout == "10001\n"
        with running(image, **given) as (process, port):
            while not listens(port):
                """The worker is importing."""
            assert ask(port, "GET", "/readyz")["checks"] == {"database": "ok"}
            assert ask(port, "POST", "/orders", ORDER)["total"] == "12.5000"
            status, kind, page = got(port, "/admin/login/")
            styles = re.findall(rb'href="(/static/[^"]+\.css)"', page)
            assert (status, kind, len(styles) > 0) == (200, "text/html; charset=utf-8", True)
            assert {got(port, style.decode())[:2] for style in styles} == {(200, 'text/css; charset="utf-8"')}
            assert within(image, *image.health, PORT=str(port)).returncode == 0
            assert ended(process, image) == 0
    finally:
        dropped = within(image, "python", "-c", SQL, server, f"DROP DATABASE {name} WITH (FORCE)")
    assert dropped.returncode == 0, dropped.stderr
