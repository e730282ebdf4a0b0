"""The people who sign in, by their email."""

from typing import TYPE_CHECKING, ClassVar, cast, final, override

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class LowerCaseEmailField(models.EmailField[str] if TYPE_CHECKING else models.EmailField):
    """Stores and finds emails in lower case: nobody has two accounts, or is locked out by a capital letter."""

    @override
    def get_prep_value(self, value: object) -> str:
        return cast("str", super().get_prep_value(value)).lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **rights: bool) -> "User":
        """Create a person; without a password, one who cannot sign in with a password."""
        user = self.model(email=email, **rights)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True)


@final
class User(AbstractBaseUser, PermissionsMixin):
    email = LowerCaseEmailField(unique=True)
    is_active = models.BooleanField(default=True, help_text="Who is not active cannot sign in.")
    is_staff = models.BooleanField(default=False, help_text="Staff may open the back office.")

    # The stubs have the manager of every model mutable; their own user has this comment too.
    objects: ClassVar[UserManager] = UserManager()  # pyright: ignore[reportIncompatibleVariableOverride]

    USERNAME_FIELD = "email"
