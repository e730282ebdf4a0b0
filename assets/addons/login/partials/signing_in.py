def begin(browser: TestClient, return_to: str = "/me") -> str:
    """Go to /login. Return the URL of the issuer that it redirects to."""
    response = browser.get("/login", params={"return_to": return_to})
    assert response.status_code == 303, response.text
    return response.headers["location"]


def at_issuer(url: str, subject: str = "alice", roles: str = ROLES, decision: str = "accept") -> str:
    """Fill in the issuer's page. Return the URL that it redirects to."""
    form = {"subject": subject, "roles": roles, "decision": decision}
    return httpx2.post(url, data=form, timeout=5, trust_env=False).headers["location"]


def come_back(browser: TestClient, url: str) -> Response:
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_in(browser: TestClient, subject: str = "alice", roles: str = ROLES) -> dict[str, str]:
    """Sign somebody in. Return the header that writes need."""
    response = come_back(browser, at_issuer(begin(browser), subject, roles))
    assert response.status_code == 303, response.text
    return {"X-CSRF-Token": str(document(browser.get("/me"))["csrf_token"])}


def question(url: str) -> dict[str, str]:
    """Return the parameters of an authorization request, each of which stands there once."""
    parameters = parse_qs(urlsplit(url).query, strict_parsing=True)
    assert all(len(values) == 1 for values in parameters.values())
    return {name: values[0] for name, values in parameters.items()}
