def test_responses_to_a_session_are_not_stored(browser: TestClient) -> None:
    sign_in(browser)

    for path in ("/me", PATH, "/login", "/callback", "/nowhere"):
        assert browser.get(path).headers["cache-control"] == "no-store", path


def test_each_sign_in_has_its_own_state_nonce_and_challenge(browser: TestClient) -> None:
    first, second = (question(begin(browser)) for _ in range(2))

    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    assert first["scope"] == "openid"
    assert first["redirect_uri"] == "http://127.0.0.1:8000/callback"
    assert [name for name in ("state", "nonce", "code_challenge") if first[name] == second[name]] == []


def test_the_browser_returns_to_where_it_wanted_and_nowhere_else(browser: TestClient) -> None:
    wanted = come_back(browser, at_issuer(begin(browser, f"{PATH}?limit=1")))
    elsewhere = come_back(browser, at_issuer(begin(browser, "//evil.example")))

    assert wanted.headers["location"] == f"{PATH}?limit=1"
    assert elsewhere.headers["location"] == "/me"


{{ slot("login.test_marks") }}
def test_behind_a_proxy_with_a_path_everything_has_the_path({{ slot("login.test_parameters") }}) -> None:
    public = PublicSettings(public_url=PublicUrl.parse("http://127.0.0.1:8000/api"))
    with open_browser(replace({{ slot("login.test_settings", "settings") }}, public=public)) as browser:
        asked = begin(browser, "")
        assert question(asked)["redirect_uri"] == "http://127.0.0.1:8000/api/callback"
        answer = at_issuer(asked)
        assert urlsplit(answer).path == "/api/callback"
        response = come_back(browser, answer.replace("/api/", "/"))  # as the proxy does

        assert response.headers["location"] == "/api/me"
        write = {"X-CSRF-Token": str(document(browser.get("/me"))["csrf_token"]), "Origin": "http://127.0.0.1:8000"}
        assert browser.post(PATH, json={}, headers=write).status_code == 200
        assert "%2Fapi%2F" in str(document(browser.post("/logout", headers=write))["next"])
