"""The pages of accounts and groups. Only superusers edit them: anybody else could raise their own rights there."""

from typing import final

from django.contrib.admin import AdminSite
from django.contrib.auth import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest

from {{ package }}.accounts.models import User


class EditedBySuperusers:
    """Leaves others the permission to view."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        del obj  # may be their own
        return request.user.is_superuser

    has_change_permission = has_delete_permission = has_add_permission  # pyright: ignore[reportUnannotatedClassAttribute] - methods


@final
class UserAdmin(EditedBySuperusers, admin.UserAdmin):
    fieldsets = (
        (None, {"fields": ("email", "password", "last_login")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    add_fieldsets: tuple[tuple[None, dict[str, tuple[str, ...]]]] = (
        (None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ("last_login",)
    list_display = ("email", "is_active", "is_staff", "is_superuser", "last_login")
    search_fields = ("email",)
    ordering = ("email",)


@final
class GroupAdmin(EditedBySuperusers, admin.GroupAdmin):
    pass


def register(site: AdminSite) -> None:
    site.register(User, UserAdmin)
    site.register(Group, GroupAdmin)
