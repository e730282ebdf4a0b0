import re
from dataclasses import replace

import pytest

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.errors import UsageError
from scaffold.features.catalogue import load
from tests.output.emissions import texts

CATALOGUE = load()
PACKAGE = "src/orders_api/"


def asked(webhook: str | None, framework: str = "starlette", *addons: str) -> Request:
    options = {"webhook": webhook} if webhook else {}
    return Request("orders-api", framework=framework, addons=addons, options=options)


def emitted(webhook: str | None, *addons: str) -> dict[str, str]:
    return texts(compose(settle(asked(webhook, "starlette", *addons), CATALOGUE), CATALOGUE))


@pytest.mark.parametrize(
    ("said", "meant", "schemes"),
    [
        ("acme", "acme", {"standard"}),
        ("stripe", "stripe", {"stripe"}),
        ("github,stripe:stripe", "github,stripe", {"github", "stripe"}),
        ("pay-desk:plain, acme:standard", "pay_desk:plain,acme", {"plain", "standard"}),
        ("stripe_connect:stripe", "stripe_connect:stripe", {"stripe"}),
        ("github:plain", "github:plain", {"plain"}),
    ],
)
def test_a_sender_signs_as_it_is_called_or_as_it_is_said(said: str, meant: str, schemes: set[str]) -> None:
    assert settle(asked(said), CATALOGUE).options == {"webhook": meant}

    modules = {path.removeprefix(f"{PACKAGE}api/webhooks/") for path in emitted(said) if "/api/webhooks/" in path}
    assert modules == {"__init__.py", "deliveries.py", *(f"{scheme}.py" for scheme in schemes)}


def test_each_sender_has_its_receiver_its_use_case_and_its_secrets() -> None:
    files = emitted("acme,pay_desk:plain")

    for noun, path in {"acme": "acme", "pay_desk": "pay-desk"}.items():
        assert f'Route("/webhooks/{path}",' in files[f"{PACKAGE}api/routes/{noun}_webhook.py"]
        assert f"{PACKAGE}domain/{noun}_events.py" in files
        assert f"# WEBHOOK_{noun.upper()}_SECRETS=" in files[".env.example"]
    assert "standardwebhooks" in files["pyproject.toml"]
    assert "standardwebhooks" not in emitted("pay_desk:plain")["pyproject.toml"]


@pytest.mark.parametrize(
    "addons", [(), ("database", "http-client", "jobs"), ("fetch", "container", "ci"), ("auth", "login")]
)
def test_a_receiver_has_no_resource_that_was_not_asked_for(addons: tuple[str, ...]) -> None:
    assert settle(asked("acme", "starlette", *addons), CATALOGUE).resources == ()

    files = emitted("acme", *addons)
    assert not any(
        re.search("item[s_]*(routes|json|service)?[.]py|/items|Item[A-Z]", path + text) for path, text in files.items()
    )
    assert f"{PACKAGE}domain/services.py" not in files


def test_what_works_on_a_resource_brings_the_default_one() -> None:
    (resource,) = settle(asked("acme", "starlette", "cache"), CATALOGUE).resources
    assert resource.singular == "item"

    with_job = replace(asked("acme", "starlette", "jobs"), options={"webhook": "acme", "job": "send_mail"})
    assert len(settle(with_job, CATALOGUE).resources) == 1
    assert len(settle(asked(None, "starlette"), CATALOGUE).resources) == 1


def test_a_receiver_that_names_a_resource_has_it() -> None:
    (resource,) = settle(replace(asked("acme"), resources=["order: total:decimal"]), CATALOGUE).resources

    assert resource.singular == "order"


def test_without_one_nothing_is_received() -> None:
    assert not any("webhook" in path or "webhook" in text for path, text in emitted(None, "database", "jobs").items())


@pytest.mark.parametrize(
    ("webhook", "objection"),
    [
        ("acme,acme:plain", 'got "acme", which was given already'),
        ("acme,", "expected a name in snake_case such as acme, or acme:plain"),
        ("acme:", 'got "" behind a colon; expected one of standard, stripe, github, plain'),
        ("acme:strip", 'got "strip" behind a colon; .* .did you mean stripe'),
        ("ab__c", "snake_case"),
    ],
)
def test_what_cannot_be_a_sender_is_refused(webhook: str, objection: str) -> None:
    with pytest.raises(UsageError, match=objection):
        _ = settle(asked(webhook), CATALOGUE)


def test_fastapi_receives_none() -> None:
    with pytest.raises(UsageError, match="expected it beside --framework starlette only"):
        _ = settle(asked("acme", "fastapi"), CATALOGUE)
