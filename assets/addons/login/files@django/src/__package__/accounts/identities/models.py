from typing import final, override

from django.db import models

from {{ package }}.accounts.models import User


@final
class Identity(models.Model):
    """Somebody at an identity provider. Only issuer and subject say who it is: emails change hands."""

    issuer = models.CharField(max_length=2000)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    @final
    class Meta:
        verbose_name_plural = "identities"
        constraints = (models.UniqueConstraint(fields=("issuer", "subject"), name="one_account_for_one_identity"),)

    @override
    def __str__(self) -> str:
        return self.subject
