"""Staff work in the back office of a Django backend with a real browser, which reports what its policy forbids."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from scaffold.features.catalogue import SKILL_ROOT
from tests.chromium import Page, browsing, chromium_or_skip
from tests.interpreter import python_or_skip
from tests.output.built import Built, database, serving
from tests.services import postgres_or_skip

SUPPLIER = "supplier: name:str(1..80) unique; create, get, list, update, delete"
CONTRACT = "contract: supplier:supplier, value:decimal(>0), signed:date; create, get, list, update, delete"
EMAIL, PASSWORD = "ann@example.com", "correct horse battery staple"

# Kept over the pages of one tab.
REPORT = """
document.addEventListener("securitypolicyviolation", (event) => {
    const told = sessionStorage.getItem("told") || "";
    sessionStorage.setItem("told", `${told}${event.effectiveDirective} ${event.blockedURI} in ${location.pathname}\\n`);
});
"""
TOLD = "sessionStorage.getItem('told') || ''"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    _ = chromium_or_skip(), python_or_skip()
    server = postgres_or_skip()
    root = tmp_path_factory.mktemp("admin") / "orders-api"
    options = ["--into", root, "--framework", "django", "--resource", SUPPLIER, "--resource", CONTRACT]
    _ = subprocess.run([sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", *options], check=True)
    environ = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    _ = subprocess.run(["uv", "sync", "--quiet"], cwd=root, env=environ, check=True, timeout=200)
    built = Built(root, {})
    with database(built, server) as url:
        chosen = {
            "APP_ENV": "production",
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS_ONLY": "false",
        }
        for command in (["migrate"], ["createsuperuser", "--noinput", "--email", EMAIL]):
            done = built.run("python", "manage.py", *command, **chosen, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
            assert done.returncode == 0, done.stderr
        with serving(root, **chosen) as (_, port):
            yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(service: str, tmp_path: Path) -> Generator[Page]:
    with browsing(tmp_path / "profile") as page:
        _ = page.call("Page.addScriptToEvaluateOnNewDocument", source=REPORT)
        page.go(f"{service}/admin/")
        shows(page, "Password")
        fill(page, username=EMAIL.upper(), password=PASSWORD)
        press(page, "[type=submit]")
        shows(page, "Back office")
        yield page


def shows(page: Page, text: str) -> None:
    """Wait for a page with this text, and for its scripts."""
    _ = page.until(f"document.readyState === 'complete' && document.body.innerText.includes({json.dumps(text)})")


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        _ = page.evaluate(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")


def press(page: Page, selector: str) -> None:
    _ = page.evaluate(f"document.querySelector({json.dumps(selector)}).click()")


def choose_first(page: Page, name: str) -> None:
    """Choose what the server lists first for a reference."""
    first = "document.querySelector('.select2-results__option[aria-selected]')"
    _ = page.evaluate(f"void django.jQuery('[name={name}]').select2('open')")
    _ = page.until(f"!!{first}")
    _ = page.evaluate(f"{first}.dispatchEvent(new MouseEvent('mouseup', {{bubbles: true}}))")


def test_staff_list_search_add_change_and_delete_under_a_strict_policy(page: Page, service: str) -> None:
    suppliers, contracts = (f"{service}/admin/db/{noun}row/" for noun in ("supplier", "contract"))

    page.go(f"{suppliers}add/")
    shows(page, "Add supplier")
    fill(page, name="Acme")
    press(page, "[name=_save]")
    shows(page, "was added successfully")

    page.go(f"{contracts}add/")
    shows(page, "Add contract")
    choose_first(page, "supplier")
    fill(page, value="-3")
    press(page, ".datetimeshortcuts a")  # today
    press(page, "[name=_save]")
    shows(page, "value: expected > 0")
    assert page.evaluate("document.querySelector('[name=value]').value") == "-3"
    fill(page, value="12.5")
    press(page, "[name=_save]")
    shows(page, "was added successfully")

    fill(page, q="no such thing")
    press(page, "#changelist-search [type=submit]")
    shows(page, "0 results")
    page.go(contracts)
    shows(page, "12.5")
    press(page, "#result_list tbody th a")
    shows(page, "Change contract")
    fill(page, value="20")
    press(page, "[name=_save]")
    shows(page, "was changed successfully")
    shows(page, "20.0000")

    page.go(suppliers)
    shows(page, "Acme")
    press(page, "#result_list tbody [name=_selected_action]")
    fill(page, action="delete_selected")
    press(page, "[name=index]")
    shows(page, "Are you sure")
    press(page, "#content [type=submit]")
    shows(page, "Something refers to the supplier")

    page.go(contracts)
    shows(page, "20.0000")
    press(page, "#result_list tbody th a")
    shows(page, "Change contract")
    press(page, ".deletelink")
    shows(page, "Are you sure")
    press(page, "#content [type=submit]")
    shows(page, "was deleted successfully")

    assert page.evaluate(TOLD) == ""


def test_a_script_in_a_page_is_not_run_and_reported(page: Page) -> None:
    script = "Object.assign(document.createElement('script'), {text: 'window.foreign = true'})"

    _ = page.evaluate(f"void document.body.append({script})")

    assert page.until(TOLD).startswith("script-src-elem inline")
    assert page.evaluate("window.foreign") is None
