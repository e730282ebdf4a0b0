from datetime import UTC, datetime
from typing import override
from uuid import UUID, uuid4
import pytest
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.domain.result import Err, Ok
from {{ package }}.infrastructure.cache.cached_{{ nouns }} import Cached{{ Nouns }}
from {{ package }}.infrastructure.cache.read_through import ReadThroughCache
{{ slot("tests.memory_import", "from " ~ package ~ ".infrastructure.memory import InMemory" ~ Nouns) }}
{% for field in resource.fields %}
{% for line in types[field.type].imports + types[field.type].literal_imports %}
{{ line }}
{% endfor %}
{% endfor %}

ONE = {{ Noun }}(
    id=UUID("00000000-0000-4000-8000-000000000001"),
    created_at=datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC),
{% for field in resource.fields %}
    {{ field.name }}={{ types[field.type].literal[0] }},
{% endfor %}
)


class CountingMemory(InMemory{{ Nouns }}):
    """Counts how often one is read."""

    reads: int = 0

    @override
    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        self.reads += 1
        return await super().get({{ noun }}_id)


@pytest.fixture
def inner() -> CountingMemory:
    return CountingMemory()


@pytest.fixture
def cached(inner: CountingMemory, cache: ReadThroughCache) -> Cached{{ Nouns }}:
    return Cached{{ Nouns }}(inner, cache)


async def test_one_that_was_read_comes_from_the_cache_and_is_the_same(
    inner: CountingMemory,
    cached: Cached{{ Nouns }},
) -> None:
    assert await cached.add(ONE) == Ok(None)

    assert [await cached.get(ONE.id) for _ in range(3)] == [ONE] * 3
    assert inner.reads == 1


async def test_one_that_is_added_after_it_was_asked_for_is_found(cached: Cached{{ Nouns }}) -> None:
    assert await cached.get(ONE.id) is None
    assert await cached.add(ONE) == Ok(None)

    assert await cached.get(ONE.id) == ONE


async def test_a_write_has_the_cache_forget(inner: CountingMemory, cached: Cached{{ Nouns }}) -> None:
    await cached.add(ONE)
    await cached.get(ONE.id)

    assert await cached.add(ONE) == Err({{ Noun }}AlreadyExists(ONE.id))

    assert await cached.get(ONE.id) == ONE
    assert inner.reads == 2


async def test_listings_are_never_old(cached: Cached{{ Nouns }}) -> None:
    assert await cached.page(5, None) == []

    await cached.add(ONE)

    assert await cached.page(5, None) == [ONE]
    assert await cached.get(uuid4()) is None
