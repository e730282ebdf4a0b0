"""What a browser keeps is signed: what it changes, keeps too long or takes for something else is refused."""

from itsdangerous import URLSafeSerializer

from {{ package }}.domain.sign_in import ATTEMPT_SECONDS
from {{ package }}.infrastructure.login.cookie_attempts import CookieAttempts
from {{ package }}.infrastructure.login.signed_cookie import SignedCookie
from {{ package }}.infrastructure.secret import Secret
from tests.fixtures.clock import Clock

SECRET = Secret("secret")


def test_a_cookie_for_one_purpose_is_refused_for_another() -> None:
    cookie = SignedCookie(SECRET, "attempt", str).dumps("text")

    assert SignedCookie(SECRET, "attempt", str).loads(cookie) == "text"
    assert SignedCookie(SECRET, "session", str).loads(cookie) is None
    assert SignedCookie(SECRET, "attempt", int).loads(cookie) is None
    assert SignedCookie(SECRET, "attempt", str).loads(str(URLSafeSerializer(SECRET.text).dumps("text"))) is None


def test_an_attempt_is_used_once_in_time_by_the_browser_that_began_it() -> None:
    clock = Clock()
    attempts = CookieAttempts(SECRET, clock)
    (attempt, cookie), (other, other_cookie) = attempts.begin("/me"), attempts.begin("/me")

    assert attempts.use(attempt.state, other_cookie) is None
    assert attempts.use(attempt.state, "") is None
    assert attempts.use(attempt.state, cookie) == attempt
    assert attempts.use(attempt.state, cookie) is None
    clock.now += ATTEMPT_SECONDS
    assert attempts.use(other.state, other_cookie) is None
