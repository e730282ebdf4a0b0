import pytest

from {{ package }}.infrastructure.config import RedisSettings
from {{ package }}.infrastructure.redis.url import RedisUrl

SECRET = "hunter2"  # noqa: S105 - planted to be looked for


@pytest.mark.parametrize(
    "text",
    [
        "redis://cache.example",
        "rediss://user:secret@cache.example:6380/3?ssl_cert_reqs=none",
        "redis://[::1]:6379",
        "redis://:p@h/0",
    ],
)
def test_the_forms_that_platforms_hand_out_are_accepted(text: str) -> None:
    assert RedisUrl.parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        f"http://:{SECRET}@cache.example",
        f"redis://:{SECRET}@cache.example:eighty",
        f"redis://:{SECRET}@cache.example/0?foo=bar",
        SECRET,
    ],
)
def test_another_url_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="expected redis://") as raised:
        RedisUrl.parse(text)

    assert SECRET not in str(raised.value)


def test_a_password_is_never_shown() -> None:
    url = RedisUrl.parse(f"rediss://user:{SECRET}@cache.example:6380/3?password={SECRET}")

    assert SECRET not in repr(RedisSettings(url=url))
