from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.errors import UsageError
from scaffold.features.catalogue import load
from scaffold.record.answers_file import read_answers

CATALOGUE = load()
CALLING = ("http-client",)


def asked(
    upstream: str | None = None,
    addons: tuple[str, ...] = CALLING,
    name: str = "orders-api",
    resources: Sequence[str] | None = None,
) -> Request:
    return Request(name, addons=addons, resources=resources, options={"upstream": upstream} if upstream else {})


def objections(request: Request) -> list[str]:
    with pytest.raises(UsageError) as raised:
        _ = settle(request, CATALOGUE)
    return [problem.message for problem in raised.value.problems if problem.where == "--upstream"]


@pytest.mark.parametrize(("said", "meant"), [("billing", "billing"), ("price-list", "price_list"), ("geo2", "geo2")])
def test_an_upstream_is_a_noun(said: str, meant: str) -> None:
    assert settle(asked(said), CATALOGUE).options["upstream"] == meant


def test_none_is_invented_and_what_belongs_to_one_is_left_out() -> None:
    answers = settle(asked(), CATALOGUE)
    without = {file.path for file in compose(answers, CATALOGUE)}
    added = {file.path for file in compose(settle(asked("zzbilling"), CATALOGUE), CATALOGUE)} - without

    assert answers.options == {}
    assert "src/orders_api/infrastructure/clients/zzbilling.py" in added
    type_of_its_address = {"src/orders_api/infrastructure/clients/url.py", "tests/unit/test_http_url.py"}
    assert all("zzbilling" in path for path in added - type_of_its_address)


def test_one_of_somebody_else_gets_no_token_of_ours() -> None:
    paths = {
        said: {file.path for file in compose(settle(asked(said, addons=("auth", *CALLING)), CATALOGUE), CATALOGUE)}
        for said in ("billing", "billing:external")
    }
    ours = paths["billing"] - paths["billing:external"]

    assert "src/orders_api/infrastructure/clients/client_credentials.py" in ours
    assert paths["billing"] - ours == paths["billing:external"]
    assert "src/orders_api/infrastructure/clients/billing.py" in paths["billing:external"]


def test_there_is_one_upstream() -> None:
    assert objections(asked("billing,stock")) == [
        'got 2 of them; expected one, a noun for a service, such as "billing", or "geocoder:external"'
    ]


def test_nobody_is_called_unless_an_addon_does_that() -> None:
    assert settle(asked(addons=("database",)), CATALOGUE).options == {}
    assert objections(asked("billing", addons=("database",))) == [
        'got "billing", and nothing that takes it; expected it beside --with http-client only'
    ]


@pytest.mark.parametrize(
    "upstream",
    [
        "Billing",
        "2nd",
        "bill ing",
        "billing!",
        "billing/x",
        "_billing",
        "class",
        "list",
        "a",
        "con",
        "tests",
        "redis",
        "sqlalchemy",
        "a" * 25,
    ],
)
def test_what_cannot_name_a_module_a_class_and_a_variable_is_refused(upstream: str) -> None:
    (first, *_) = objections(asked(upstream))

    assert upstream.replace("-", "_") in first
    assert 'expected a noun for a service, such as "billing"' in first


def test_it_may_not_be_this_service_itself() -> None:
    assert "the name of this service itself" in objections(asked("pricing", name="pricing"))[0]


@pytest.mark.parametrize(
    ("upstream", "noun"),
    [("order", "order"), ("orders", "order"), ("order_patch", "order"), ("book", "book"), ("book_genre", "book")],
)
def test_it_may_not_be_a_resource(upstream: str, noun: str) -> None:
    asked_for = asked(upstream, resources=["order: total:int", "book: genre:enum(novel|poem)"])

    assert f'which the resource "{noun}" has already' in objections(asked_for)[0]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        _ = settle(asked("Class", name="class", resources=["id: id:foo"]), CATALOGUE)

    assert {"NAME", "--resource", "--upstream"} <= {problem.where for problem in raised.value.problems}


def test_it_is_recorded_and_read_back(tmp_path: Path) -> None:
    files = compose(settle(asked("billing"), CATALOGUE), CATALOGUE)
    record = next(file.content for file in files if file.path == ".backend/answers.yaml")
    answers = tmp_path / "answers.yaml"
    _ = answers.write_bytes(record)

    assert yaml.safe_load(record)["options"] == {"upstream": "billing"}
    assert settle(read_answers(answers), CATALOGUE) == settle(asked("billing"), CATALOGUE)
    assert (
        settle(read_answers(answers).overlaid(Request(options={"upstream": "stock"})), CATALOGUE).options["upstream"]
        == "stock"
    )


def test_where_nobody_is_called_nothing_is_recorded() -> None:
    files = compose(settle(asked(), CATALOGUE), CATALOGUE)

    assert not any("upstream" in file.content.decode() for file in files if file.path == ".backend/answers.yaml")
