import pytest

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.errors import UsageError
from scaffold.features.catalogue import load
from tests.output.emissions import texts

CATALOGUE = load()
RESOURCES = ("order: total:decimal", "line_item: quantity:int", "refund: reason:str")


def asked(cached: str | None, *addons: str) -> Request:
    options = {"cached": cached} if cached else {}
    return Request("orders-api", addons=addons or ("cache",), resources=RESOURCES, options=options)


@pytest.mark.parametrize(
    ("cached", "emitted"),
    [(None, ["orders"]), ("line_item", ["line_items"]), ("refund, line-item", ["line_items", "refunds"])],
)
def test_a_cache_serves_the_resources_that_were_named_or_the_first(cached: str | None, emitted: list[str]) -> None:
    files = texts(compose(settle(asked(cached), CATALOGUE), CATALOGUE))

    prefix = "src/orders_api/infrastructure/cached_"
    assert sorted(path for path in files if path.startswith(prefix)) == [f"{prefix}{noun}.py" for noun in emitted]
    composition_root = files["src/orders_api/bootstrap.py"]
    for noun, stores in {"orders": "Orders", "line_items": "LineItems", "refunds": "Refunds"}.items():
        assert (f"Cached{stores}(InMemory{stores}(), cache)" in composition_root) is (noun in emitted)


@pytest.mark.parametrize(
    ("cached", "message"),
    [
        (
            "lineitem",
            'got "lineitem", the noun of no --resource with get; expected .* line_item, refund .did you mean line_item',
        ),
        ("order,order", 'got "order", which was given already; expected it once'),
    ],
)
def test_what_is_no_resource_cannot_be_cached(cached: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        _ = settle(asked(cached), CATALOGUE)


def test_without_a_cache_nothing_is_cached() -> None:
    with pytest.raises(UsageError, match="expected it beside --with cache only"):
        _ = settle(asked("order", "database"), CATALOGUE)


def test_what_clients_do_not_read_is_not_cached() -> None:
    specs = ["order: total:int", "note: text:str; staff create"]
    request = Request("orders-api", "django", ["cache"], specs, options={"cached": "note"})

    with pytest.raises(UsageError, match='got "note", the noun of no --resource with get; expected'):
        _ = settle(request, CATALOGUE)
