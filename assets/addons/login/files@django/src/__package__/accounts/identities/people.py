"""The account of a person who signed in at the identity provider."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from {{ package }}.accounts.identities.models import Identity
from {{ package }}.accounts.models import User
from {{ package }}.domain.sign_in import Person


def account_of(issuer: str, person: Person) -> User:
    """Return the person's account, a new one at the first sign-in. It may do nothing until somebody lets it."""
    subject = person.principal.subject
    known = Identity.objects.filter(issuer=issuer, subject=subject).select_related("account")
    return next((one.account for one in known), None) or _new_account(issuer, subject, person.email)


def _new_account(issuer: str, subject: str, email: str) -> User:
    """Create an account. An email that is taken stays with whose account has it, and the new one gets a stand-in."""
    stand_in = f"{sha256(f'{issuer} {subject}'.encode()).hexdigest()[:32]}@people.invalid"
    for address in filter(None, (email, stand_in)):
        try:
            with transaction.atomic():
                account = User.objects.create_user(address)
                Identity.objects.create(issuer=issuer, subject=subject, account=account)
                return account
        except (ValidationError, IntegrityError):
            """The email is taken or none, or the person has just signed in in another tab."""
    return Identity.objects.select_related("account").get(issuer=issuer, subject=subject).account
