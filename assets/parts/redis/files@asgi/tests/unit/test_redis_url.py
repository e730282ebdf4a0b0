import pytest

from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.url import RedisUrl

SECRET = "hunter2"  # noqa: S105 - planted to be looked for


@pytest.mark.parametrize(
    "text",
    ["redis://cache.example", "rediss://user:secret@cache.example:6380/3", "redis://[::1]:6379", "redis://:p@h/0"],
)
def test_what_platforms_hand_out_is_taken_as_it_is(text: str) -> None:
    url = RedisUrl.parse(text)

    assert url.text == text
    assert not url.in_process


def test_without_a_server_something_within_the_process_stands_in() -> None:
    assert RedisUrl.parse("memory://").in_process


@pytest.mark.parametrize(
    "text",
    [
        f"http://:{SECRET}@cache.example",
        f"redis://:{SECRET}@",
        f"redis://:{SECRET}@cache.example/first",
        f"redis://:{SECRET}@cache.example:eighty",
        f"redis://:{SECRET}/@cache.example",
        f"redis://:{SECRET}#@cache.example",
        SECRET,
    ],
)
def test_what_is_no_such_url_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="expected redis://") as raised:
        RedisUrl.parse(text)

    assert SECRET not in str(raised.value)


def test_a_password_is_never_shown() -> None:
    url = RedisUrl.parse(f"rediss://user:{SECRET}@cache.example:6380/3?password={SECRET}")

    assert str(url) == "rediss://user:***@cache.example:6380/3"
    assert SECRET not in repr(RedisSettings(url=url))


def test_production_refuses_the_stand_in() -> None:
    assert "REDIS_URL" in "".join(RedisSettings().unsafe_in_production())
    assert list(RedisSettings(url=RedisUrl.parse("redis://cache.example")).unsafe_in_production()) == []
