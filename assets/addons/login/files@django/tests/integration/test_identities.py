"""Whose account a sign-in leads to, and what it may do there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

import pytest
from django.db import connections
from django.test import Client

from {{ package }}.accounts.identities.models import Identity
from {{ package }}.accounts.identities.people import account_of
from {{ package }}.accounts.models import User
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.sign_in import Person
from starlette.responses import JSONResponse
from tests.fixtures.client import TestClient, open_transaction_kept
from tests.fixtures.issuer import ChangingIssuer, signed
from tests.fixtures.sign_in import at_issuer, begin, come_back, question, sign_in

EMAIL, PASSWORD = "ann@example.com", "correct horse battery staple"
ISSUER: Final = "https://id.example.com"


@pytest.fixture
def whole(db: None) -> Iterator[TestClient]:
    """Return a browser of the whole service, with the admin."""
    del db
    with open_transaction_kept(), TestClient() as running:
        running.base_url = "http://127.0.0.1:8000"
        yield running


def person(subject: str = "ann", email: str = "") -> Person:
    return Person(Principal(subject, frozenset()), email)


def arrive(visitor: TestClient, issuer: ChangingIssuer, **more: object) -> User:
    """Sign alice in with more claims in her ID token. Return the account."""
    url = begin(visitor)
    token = signed(issuer, issuer.claims("alice", "{{ name }}.local", nonce=question(url)["nonce"], **more))
    issuer.answers["/token"] = JSONResponse({"id_token": token, "access_token": "a", "token_type": "Bearer"})
    assert come_back(visitor, at_issuer(url)).status_code == 303
    return Identity.objects.get(subject="alice").account


def test_a_person_gets_an_account_once_and_it_may_do_nothing(browser: TestClient) -> None:
    for _ in range(2):
        sign_in(browser, "alice")

    account = Identity.objects.get(subject="alice").account
    assert [account.is_staff, account.is_superuser, account.has_usable_password()] == [False, False, False]
    assert account.get_all_permissions() == set()
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_issuer_and_subject_say_who_it_is_and_an_email_does_not() -> None:
    first = account_of(ISSUER, person("ann", EMAIL))

    assert account_of(ISSUER, person("ann", "other@example.com")) == first
    assert account_of(ISSUER, person("ANN", EMAIL)) != first
    assert account_of("https://other.example", person("ann", EMAIL)) != first
    assert User.objects.count() == 3


@pytest.mark.parametrize("verified", [True, False, "true", None])
def test_an_email_is_kept_if_the_issuer_says_that_it_is_verified(
    visitor: TestClient, changing_issuer: ChangingIssuer, *, verified: object
) -> None:
    account = arrive(visitor, changing_issuer, email="Ann@Example.com", email_verified=verified)

    assert (account.email == EMAIL) is (verified is True)


@pytest.mark.parametrize("email", [7, "", "ann", f"{'a' * 300}@example.com", "ann@example.com\0"])
def test_what_is_no_email_is_not_kept(visitor: TestClient, changing_issuer: ChangingIssuer, email: object) -> None:
    account = arrive(visitor, changing_issuer, email=email, email_verified=True)

    assert account.email.endswith("@people.invalid")


def test_a_verified_email_opens_no_account_that_has_a_password(
    visitor: TestClient, changing_issuer: ChangingIssuer
) -> None:
    ann = User.objects.create_superuser(EMAIL, PASSWORD)

    account = arrive(visitor, changing_issuer, email=EMAIL, email_verified=True)

    assert account != ann
    assert not account.is_staff
    assert account.email.endswith("@people.invalid")
    assert not Identity.objects.filter(account=ann).exists()


def test_an_account_that_is_not_active_cannot_be_signed_in_to_and_its_session_is_over(browser: TestClient) -> None:
    sign_in(browser, "alice")
    User.objects.update(is_active=False)

    assert browser.get("/me").status_code == 401
    assert come_back(browser, at_issuer(begin(browser), "alice")).status_code == 403
    assert browser.get("/me").status_code == 401


def test_the_session_of_an_account_that_is_gone_is_over(browser: TestClient) -> None:
    sign_in(browser, "alice")
    User.objects.get().delete()

    assert browser.get("/me").status_code == 401


@pytest.mark.parametrize("email", ["", EMAIL])
@pytest.mark.django_db(transaction=True)
def test_who_signs_in_for_the_first_time_in_two_tabs_gets_one_account(
    monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    def in_another_tab() -> None:
        try:
            account_of(ISSUER, person("ann", email))
        finally:
            connections.close_all()

    def create_user(address: str) -> User:
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as thread:
            thread.submit(in_another_tab).result()
        return User.objects.create_user(address)

    monkeypatch.setattr(User.objects, "create_user", create_user)

    account = account_of(ISSUER, person("ann", email))

    assert list(User.objects.all()) == [account]
    assert Identity.objects.get().account == account


def test_staff_sign_in_at_the_issuer_once_they_have_been_let(whole: TestClient) -> None:
    page = "/admin/accounts/"
    sign_in(whole, "alice")
    assert whole.get(page).headers["location"] == f"/admin/login/?next={page}"
    assert f'href="/login?return_to={page.replace("/", "%2F")}"' in whole.get("/admin/login/", params={"next": page}).text

    User.objects.update(is_staff=True, is_superuser=True)

    response = come_back(whole, at_issuer(begin(whole, page), "alice"))
    assert response.headers["location"] == page
    assert whole.get(page).status_code == 200


def test_superusers_find_the_account_of_a_person_and_cannot_give_it_to_another(admin_client: Client) -> None:
    account = account_of(ISSUER, person("ann"))
    pages = "/admin/identities/identity/"

    found = admin_client.get(pages, {"q": "ann"}).content.decode()
    page = admin_client.get(f"{pages}{cast('int', Identity.objects.get().pk)}/change/").content.decode()

    assert account.email in found
    assert f"/admin/accounts/user/{cast('int', account.pk)}/change/" in page
    assert 'type="submit" value="Save"' not in page
    assert admin_client.get(f"{pages}add/").status_code == 403


def test_a_session_that_began_with_a_password_is_for_the_admin_only(admin_client: Client) -> None:
    assert admin_client.get("/admin/").status_code == 200
    assert admin_client.get("/me").status_code == 401
