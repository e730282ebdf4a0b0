"""The cache of {{ nouns_words }} in the running application."""

from datetime import UTC, date, datetime
from typing import cast
import pytest
{{ partial("client_import") }}
from {{ package }}.domain.models import {{ Noun }}
from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.url import RedisUrl
{{ slot("cached.entry_imports") }}
from tests.fixtures.wire import document
from tests.fixtures.{{ noun }}_json import {{ nouns ~ "_url" if parent else "URL" }}, {{ noun }}_json{{ ", store_" ~ noun if not can_create }}


{{ slot("cached.entry") }}


{{ partial("committing") }}
def test_{{ a_noun | replace(" ", "_") }}_that_was_read_by_its_id_is_kept(client: TestClient, redis_server: RedisUrl) -> None:
    place = {{ new_place }}
    assert send(client, redis_server, "EXISTS", place) == 0

    first = client.get(place)

    assert send(client, redis_server, "EXISTS", place) == 1
    assert document(client.get(place)) == document(first)
{% if can_patch %}


{{ partial("committing") }}
def test_an_update_deletes_the_entry(client: TestClient, redis_server: RedisUrl) -> None:
    place = {{ new_place }}
    etag = client.get(place).headers["etag"]

    changed = client.patch(place, json={{ json_call }}, headers={"If-Match": etag})

    assert send(client, redis_server, "EXISTS", place) == 0
    assert client.get(place).headers["etag"] == changed.headers["etag"]


{{ partial("committing") }}
def test_an_update_decides_on_what_is_stored_and_not_on_an_entry(client: TestClient, redis_server: RedisUrl) -> None:
    place = {{ new_place }}
    etag = client.get(place).headers["etag"]
    old = cast("bytes", send(client, redis_server, "GET", place))
    changed = client.patch(place, json={}, headers={"If-Match": etag})
    send(client, redis_server, "SET", place, old)

    assert client.patch(place, json={}, headers={"If-Match": changed.headers["etag"]}).status_code == 200
{% endif %}
{% if can_remove %}


{{ partial("committing") }}
def test_what_was_deleted_is_not_served_from_the_cache(client: TestClient) -> None:
    place = {{ new_place }}
    assert client.get(place).status_code == 200

    client.delete(place)

    assert client.get(place).status_code == 404
{% endif %}
{% if slot("cached.tests") %}


{{ slot("cached.tests") }}
{% endif %}
