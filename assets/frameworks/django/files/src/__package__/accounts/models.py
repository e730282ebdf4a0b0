"""The people who sign in, by their email."""

from typing import ClassVar, final, override

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    @classmethod
    @override
    def normalize_email(cls, email: str | None) -> str:
        """Return the email in lower case, so that nobody has two accounts or is locked out by a capital letter."""
        return (email or "").strip().lower()

    @override
    def get_by_natural_key(self, username: str) -> "User":
        return self.get(email=self.normalize_email(username))

    def create_user(
        self, email: str, password: str | None = None, *, is_staff: bool = False, is_superuser: bool = False
    ) -> "User":
        """Create a person; without a password, one who cannot sign in with a password."""
        user = self.model(email=self.normalize_email(email), is_staff=is_staff, is_superuser=is_superuser)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True)


@final
class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True, help_text="Who is not active cannot sign in.")
    is_staff = models.BooleanField(default=False, help_text="Staff may open the back office.")

    # The stubs have the manager of every model mutable; their own user has this comment too.
    objects: ClassVar[UserManager] = UserManager()  # pyright: ignore[reportIncompatibleVariableOverride]

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"

    @final
    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case"),)

    @override
    def clean(self) -> None:
        self.email = UserManager.normalize_email(self.email)
