"""A person signs in with a real browser, at the real service and its issuer; another site tries to act for them."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import cast

import pytest

from scaffold.features.catalogue import SKILL_ROOT
from tests.chromium import Page, browsing, chromium_or_skip
from tests.interpreter import python_or_skip
from tests.output.built import Built, database
from tests.services import postgres_or_skip, redis_or_skip

SESSION = "orders-api-session"
ORDER = '{"customer_id": "5b9d8c3e-0d3f-4a57-9c8e-2f1f6a6f0a11", "total": "12.5"}'
ORDERS = "fetch('/orders').then(answer => answer.json()).then(page => page.items.length)"
FORM = """<form method="post" enctype="text/plain" action="{target}"><input name="a" value="b"></form>"""


@dataclass(frozen=True, slots=True)
class Running:
    """`manage` is there where there is an admin."""

    service: str
    manage: Callable[..., None] | None


class Elsewhere(BaseHTTPRequestHandler):
    """A site of somebody else, with a form that the address names the target of."""

    def do_GET(self) -> None:
        body = FORM.format(target=self.path[1:]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def started(root: Path, ready: str, *module: str, **environment: str) -> Generator[None]:
    """Run a module of the backend, from its first sign of life on."""
    command = [root / ".venv/bin/python", "-m", *module]
    environ = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
    log = root / f"{module[0]}.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=root, env=environ, stdout=output, stderr=subprocess.STDOUT)
    try:
        await_port(int(ready), process, log)
        yield
    finally:
        process.terminate()
        _ = process.wait(timeout=20)


def await_port(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when somebody answers there."""
    while True:
        assert process.poll() is None, log.read_text()
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            _ = connection.getresponse().read()
        except OSError:
            try:
                _ = process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
        finally:
            connection.close()


@pytest.fixture(
    scope="module",
    params=[
        ("fastapi", "login"),
        pytest.param(("fastapi", "login", "cache"), marks=pytest.mark.presets),
        ("django", "login"),
    ],
    ids="-".join,
)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    _ = chromium_or_skip(), python_or_skip()
    framework, *addons = cast("tuple[str, ...]", request.param)
    server = postgres_or_skip() if framework == "django" else ""
    stored = {"REDIS_URL": redis_or_skip()} if "cache" in addons else {}
    root = tmp_path_factory.mktemp("login") / "orders-api"
    order = "order: customer_id:uuid, total:decimal"
    options = ["--into", root, "--framework", framework, "--with", ",".join(addons), "--resource", order]
    _ = subprocess.run([sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", *options], check=True)
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    _ = subprocess.run(["uv", "sync", "--quiet"], cwd=root, env=environ, check=True, timeout=200)
    port, issuer = free_port(), free_port()
    chosen = {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "OIDC_ISSUER": f"http://127.0.0.1:{issuer}",
        "SESSION_SECRET": secrets.token_hex(32),
        **stored,
    }
    built = Built(root, {})
    with ExitStack() as stack:
        if server:
            chosen["DATABASE_URL"] = stack.enter_context(database(built, server))
            manage(built, chosen, "migrate")
        stack.enter_context(started(root, str(issuer), "local_issuer", **chosen))
        stack.enter_context(started(root, str(port), "orders_api", **chosen))
        yield Running(chosen["PUBLIC_URL"], partial(manage, built, chosen) if server else None)


def manage(built: Built, chosen: Mapping[str, str], *command: str) -> None:
    """Run a command of Django."""
    done = built.run("python", "manage.py", *command, **chosen)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def elsewhere() -> Generator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def page(running: Running, tmp_path: Path) -> Generator[Page]:
    _ = running
    with browsing(tmp_path / "profile") as page:
        yield page


def sign_in(page: Page, running: Running) -> str:
    """Sign in on the issuer's page; return the token for writes."""
    page.go(f"{running.service}/login?return_to=/me")
    accept(page)
    return page.until("location.pathname === '/me' && JSON.parse(document.body.innerText).csrf_token")


def accept(page: Page) -> None:
    """Press the button on the issuer's page that signs in."""
    _ = page.until("document.querySelector('button[value=accept]') && document.readyState === 'complete'")
    _ = page.evaluate("document.querySelector('button[value=accept]').click()")


def write(token: str) -> str:
    """Return a script that creates an order and comes to the status of the answer."""
    headers = f"{{'Content-Type': 'application/json', 'X-CSRF-Token': '{token}'}}"
    return f"fetch('/orders', {{method: 'POST', headers: {headers}, body: '{ORDER}'}}).then(answer => answer.status)"


def posted_from(page: Page, site: str, target: str) -> int:
    """Have a form of another site posted; return the status of the answer that the browser shows."""
    page.go(f"{site}/{target}")
    _ = page.until("document.forms.length && document.readyState === 'complete'")
    _ = page.evaluate("document.forms[0].submit()")
    return page.until("JSON.parse(document.body.innerText).status")


def test_a_person_signs_in_works_and_signs_out(page: Page, running: Running) -> None:
    token = sign_in(page, running)

    assert page.evaluate("document.cookie") == ""
    cookie = page.cookies()[SESSION]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["session"]) == (True, "Lax", True)
    assert page.evaluate("fetch('/me').then(answer => answer.json()).then(me => me.subject)") == "developer"
    assert page.evaluate(write(token)) == 201
    assert page.evaluate(write("guessed")) == 403

    leave = f"fetch('/logout', {{method: 'POST', headers: {{'X-CSRF-Token': '{token}'}}}})"
    assert "/end_session?" in page.evaluate(f"{leave}.then(answer => answer.json()).then(answer => answer.next)")
    assert SESSION not in page.cookies()
    assert page.evaluate("fetch('/me').then(answer => answer.status)") == 401


def test_another_site_cannot_write_for_who_is_signed_in(page: Page, running: Running, elsewhere: int) -> None:
    _ = sign_in(page, running)
    before = page.evaluate(ORDERS)

    # Another site gets no cookie sent along. Another port is the same site: the cookie comes, and is not enough.
    assert posted_from(page, f"http://localhost:{elsewhere}", f"{running.service}/orders") == 401
    assert posted_from(page, f"http://127.0.0.1:{elsewhere}", f"{running.service}/orders") == 403
    assert posted_from(page, f"http://127.0.0.1:{elsewhere}", f"{running.service}/logout") == 403

    page.go(f"{running.service}/me")
    assert page.until("JSON.parse(document.body.innerText).subject") == "developer"
    assert page.evaluate(ORDERS) == before


def test_refusing_at_the_issuer_signs_nobody_in(page: Page, running: Running) -> None:
    page.go(f"{running.service}/login")
    _ = page.until("document.querySelector('button[value=refuse]') && document.readyState === 'complete'")
    _ = page.evaluate("document.querySelector('button[value=refuse]').click()")

    assert page.until("JSON.parse(document.body.innerText).status") == 403
    assert SESSION not in page.cookies()


@pytest.mark.parametrize("running", [("django", "login")], ids="-".join, indirect=True)
def test_staff_reach_the_admin_through_the_issuer_once_they_have_been_let(page: Page, running: Running) -> None:
    assert running.manage
    login = "document.querySelector('a[href^=\"/login?\"]')"
    page.go(f"{running.service}/admin/")
    _ = page.until(f"{login} && document.readyState === 'complete'")
    _ = page.evaluate(f"{login}.click()")
    accept(page)
    _ = page.until("document.body.innerText.includes('but are not authorized')")

    running.manage("shell", "-c", "from orders_api.accounts.models import User; User.objects.update(is_staff=True)")

    page.go(f"{running.service}/admin/")
    _ = page.until("document.body.innerText.includes('Back office') && document.readyState === 'complete'")
    _ = page.evaluate("document.querySelector('#logout-form').requestSubmit()")
    _ = page.until("document.body.innerText.includes('Log in again')")
    assert SESSION not in page.cookies()
