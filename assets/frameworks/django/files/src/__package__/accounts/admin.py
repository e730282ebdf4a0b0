"""The pages on which superusers look after accounts and groups."""

from typing import final

from django.contrib.admin import AdminSite
from django.contrib.auth import admin
from django.contrib.auth.models import Group

from {{ package }}.accounts.models import User


@final
class UserAdmin(admin.UserAdmin):
    fieldsets = (
        (None, {"fields": ("email", "password", "last_login")}),
        ("Permissions", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    add_fieldsets: tuple[tuple[None, dict[str, tuple[str, ...]]]] = (
        (None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),
    )
    readonly_fields = ("last_login",)
    list_display = ("email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    search_fields = ("email",)
    ordering = ("email",)


def register(site: AdminSite) -> None:
    site.register(User, UserAdmin)
    site.register(Group, admin.GroupAdmin)
