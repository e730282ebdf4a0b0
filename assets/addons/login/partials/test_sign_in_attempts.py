def test_several_tabs_may_sign_in_at_once_and_those_that_never_come_back_do_not_fill_the_headers(
    browser: TestClient,
) -> None:
    forgotten = [begin(browser) for _ in range(MAX_ATTEMPTS * 2)]
    first, second = begin(browser, "/me?tab=1"), begin(browser, "/me?tab=2")
    assert len(browser.cookies) == MAX_ATTEMPTS

    places = [come_back(browser, at_issuer(place)).headers["location"] for place in (second, first)]

    assert places == ["/me?tab=2", "/me?tab=1"]
    assert come_back(browser, at_issuer(forgotten[0])).status_code == 400


def test_a_name_that_no_cookie_can_have_is_ignored(browser: TestClient) -> None:
    sent = "; ".join(f"{{ name }}-attempt-({number}=1" for number in range(MAX_ATTEMPTS))

    assert browser.get("/login", headers={"Cookie": sent}).status_code == 303


def test_an_attempt_calls_the_issuer_once_even_if_its_cookie_is_kept(
    visitor: TestClient, changing_issuer: ChangingIssuer
) -> None:
    answer = at_issuer(begin(visitor))
    kept = dict(visitor.cookies)
    assert come_back(visitor, answer).status_code == 303
    assert list(visitor.cookies) == {{ slot("login.test_cookies", "[SESSION]") }}

    for _ in range(20):
        visitor.cookies.update(kept)
        assert come_back(visitor, answer).status_code == 400
        assert come_back(visitor, f"{answer}x").status_code == 400
    assert changing_issuer.requests.count("/token") == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"error": "temporarily_unavailable", "error_description": "<script>"}, 503),
        ({"error": "<script>"}, 400),
        ({"code": ""}, 400),
        ({"code": "unknown"}, 400),
        ({"iss": "https://evil.example"}, 400),
    ],
)
def test_any_other_answer_of_the_issuer_signs_nobody_in(
    browser: TestClient, change: dict[str, str], status: int
) -> None:
    answer = dict(parse_qsl(urlsplit(at_issuer(begin(browser))).query))

    response = browser.get("/callback", params={**answer, **change})

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "script" not in response.text
    assert SESSION not in browser.cookies


def test_an_answer_that_says_something_twice_signs_nobody_in(browser: TestClient) -> None:
    answer = at_issuer(begin(browser))

    assert come_back(browser, answer.replace("?", "?code=another&")).status_code == 400
    assert SESSION not in browser.cookies


@pytest.mark.parametrize("state", ["", "a" * 43, "%00", "%FF"])
def test_a_state_that_this_browser_did_not_begin_is_refused(browser: TestClient, state: str) -> None:
    begin(browser)

    assert browser.get(f"/callback?code=1&state={state}").status_code == 400


def test_another_browser_cannot_end_an_attempt(browser: TestClient, {{ slot("login.test_parameters") }}) -> None:
    answer = at_issuer(begin(browser))

    with open_browser({{ slot("login.test_settings", "settings") }}) as other:
        begin(other)
        assert come_back(other, answer).status_code == 400
        assert SESSION not in other.cookies


def test_refusing_at_the_issuer_signs_nobody_in(browser: TestClient) -> None:
    assert come_back(browser, at_issuer(begin(browser), decision="refuse")).status_code == 403
    assert browser.get("/me").status_code == 401
