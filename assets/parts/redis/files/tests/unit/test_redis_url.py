import traceback

import pytest

from {{ package }}.infrastructure.redis.url import RedisUrl

SECRET = "hunter2"  # noqa: S105 - planted to be looked for


@pytest.mark.parametrize("text", ["redis://[::1]:6379", f"rediss://user:{SECRET}@cache.example:6380/3?ssl_cert_reqs=none"])
def test_the_forms_that_platforms_hand_out_are_accepted_and_their_passwords_not_shown(text: str) -> None:
    url = RedisUrl.parse(text)

    assert url.text == text
    assert SECRET not in repr(url)


@pytest.mark.parametrize("text", ["", f"http://:{SECRET}@h", f"redis://:{SECRET}@h:eighty", f"redis://:{SECRET}@h/0?foo=bar"])
def test_another_url_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="expected redis://") as raised:
        RedisUrl.parse(text)

    assert SECRET not in "".join(traceback.format_exception(raised.value))
