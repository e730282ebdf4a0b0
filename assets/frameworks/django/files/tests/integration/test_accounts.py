"""People sign in by their email."""

from typing import cast
import pytest
from django.core.management import call_command
from django.contrib.auth.models import Permission
from django.test import Client
from {{ package }}.accounts.models import User

EMAIL, PASSWORD = "ann@example.com", "correct horse battery staple"

pytestmark = pytest.mark.django_db


def signs_in(email: str, password: str = PASSWORD) -> bool:
    browser = Client()
    browser.post("/admin/login/", {"username": email, "password": password})
    return browser.get("/admin/").status_code == 200


def test_the_first_person_is_made_on_the_command_line_and_signs_in_by_email_in_any_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    call_command("createsuperuser", interactive=False, email="Ann@Example.com", verbosity=0)

    assert signs_in(EMAIL)
    assert signs_in("ANN@EXAMPLE.COM")
    assert not signs_in(EMAIL, "another password")


def test_superusers_add_people_and_one_email_is_one_person(admin_client: Client) -> None:
    page = "/admin/accounts/user/add/"
    form = {"email": EMAIL, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}

    added = admin_client.post(page, form)
    again = admin_client.post(page, {**form, "email": "ANN@example.com"})

    assert (added.status_code, again.status_code) == (302, 200)
    assert User.objects.filter(email__iexact=EMAIL).count() == 1
    assert admin_client.get(cast("str", added.headers["Location"])).status_code == 200
    assert EMAIL in admin_client.get("/admin/accounts/user/", {"q": "ann"}).content.decode()


def test_staff_who_may_change_people_cannot_raise_their_own_rights() -> None:
    staff = User.objects.create_user(EMAIL, PASSWORD, is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    browser = Client()
    browser.force_login(staff)
    own = f"/admin/accounts/user/{cast("int", staff.pk)}/"

    assert browser.get(f"{own}change/").status_code == 200
    for page in (f"{own}change/", f"{own}password/", f"{own}delete/", "/admin/auth/group/add/"):
        assert browser.post(page, {"email": EMAIL, "is_superuser": "on"}).status_code == 403
