from {{ package }}.infrastructure.clients.api_key import HEADER, ApiKey
from {{ package }}.infrastructure.clients.{{ upstream }} import open_{{ upstream }}
from {{ package }}.infrastructure.clients.url import HttpUrl
from {{ package }}.infrastructure.config import {{ Upstream }}Settings
from tests.fixtures.faulty_server import FaultyServer, says


async def test_each_call_carries_the_key(remote: FaultyServer) -> None:
    remote.will(says({}, 503), says({"reference": "a-1", "name": "First"}))
    settings = {{ Upstream }}Settings(url=HttpUrl(f"http://127.0.0.1:{remote.port}"), api_key=ApiKey("s3cret"))

    async with open_{{ upstream }}(settings, lambda: None) as client:
        await client.{{ slot("upstream.test_call", 'find("a-1")') }}

    assert [heard.headers[HEADER.lower()] for heard in remote.heard] == ["s3cret", "s3cret"]
