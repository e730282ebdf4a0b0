{% set differing = sent_fields | selectattr("two") | list %}
{% set reference = sent_fields | selectattr("target") | list %}
"""{{ A_noun }} is created once, however often the request is sent."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
import pytest
from httpx2 import Response
{{ partial("client_import") }}
from tests.fixtures.wire import document
from tests.fixtures.{{ noun }}_json import {{ nouns ~ "_url" if parent else "URL" }}, {{ noun }}_json
{{ slot("tests.idempotent_imports") }}


{% if parent %}
@pytest.fixture
def url(client: TestClient) -> str:
    return {{ url_call }}


{% endif %}
def test_a_repeated_request_gets_the_same_answer_and_creates_nothing(client: TestClient{{ url_parameter }}) -> None:
    sent, headers = {{ json_call }}, {"Idempotency-Key": "once"}

    first, again = (client.post({{ url }}, json=sent, headers=headers) for _ in range(2))

    assert first.status_code == 201
    assert answered(again) == answered(first)
{% if can_list %}
    assert document(client.get({{ url }}))["items"] == [document(first)]
{% endif %}


{{ partial("committing") }}
def test_of_many_repeated_requests_at_once_one_creates_and_all_get_its_answer(client: TestClient{{ url_parameter }}) -> None:
    sent, headers = {{ json_call }}, {"Idempotency-Key": "once"}

    with ThreadPoolExecutor(40) as threads:
        pending = [threads.submit(client.post, {{ url }}, json=sent, headers=headers) for _ in range(40)]
    answers = [request.result() for request in pending]

    assert answers[0].status_code == 201
    assert {answered(answer) for answer in answers} == {answered(answers[0])}
{% if can_list %}
    assert document(client.get({{ url }}))["items"] == [document(answers[0])]
{% endif %}
{% if differing %}


def test_a_key_cannot_be_used_again_for_another_{{ noun }}(client: TestClient{{ url_parameter }}) -> None:
{% if differing[0].two == "varied" %}
    first, other = {{ json_call }}, {{ json_call }}
{% else %}
    sent = {{ json_call }}
    first, other = ({**sent, "{{ differing[0].name }}": value} for value in ({{ differing[0].two | join(", ") }}))
{% endif %}
    headers = {"Idempotency-Key": "once"}
    client.post({{ url }}, json=first, headers=headers)

    response = client.post({{ url }}, json=other, headers=headers)

    assert response.status_code == 422
    assert document(response)["type"] == "urn:problem-type:{{ name }}:idempotency-key-reused"
{% endif %}


def test_a_refused_request_leaves_its_key_free(client: TestClient{{ url_parameter }}) -> None:
    sent, headers = {{ json_call }}, {"Idempotency-Key": "once"}
{% if reference %}
    wrong = {**sent, "{{ reference[0].name }}": str(uuid4())}
{% else %}
    wrong = {**sent, "not_a_field": 1}
{% endif %}

    refused = client.post({{ url }}, json=wrong, headers=headers)
    created = client.post({{ url }}, json=sent, headers=headers)

    assert (refused.status_code, created.status_code) == (422, 201)
{% if uniques %}


def test_a_request_that_is_not_unique_leaves_its_key_free(client: TestClient{{ url_parameter }}) -> None:
    first, second, headers = {{ json_call }}, {{ json_call }}, {"Idempotency-Key": "once"}
    client.post({{ url }}, json=first)

    refused = client.post({{ url }}, json=first, headers=headers)
    created = client.post({{ url }}, json=second, headers=headers)

    assert (refused.status_code, created.status_code) == (409, 201)
{% endif %}


def test_{{ a_noun | replace(" ", "_") }}_is_not_created_without_a_usable_key(
    client: TestClient{{ url_parameter }}, subtests: pytest.Subtests
) -> None:
    sent = {{ json_call }}
    client.event_hooks["request"].clear()
    for headers in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 256}, {"Idempotency-Key": "a\tb"}):
        with subtests.test(headers=headers):
            response = client.post({{ url }}, json=sent, headers=headers)

            assert response.status_code == 400
            assert document(response)["type"] == "urn:problem-type:{{ name }}:idempotency-key-required"

{% if slot("tests.idempotent") %}


{{ slot("tests.idempotent") }}
{% endif %}


def answered(response: Response) -> tuple[int, bytes, str, str | None]:
    return response.status_code, response.content, response.headers["location"], response.headers.get("etag")
