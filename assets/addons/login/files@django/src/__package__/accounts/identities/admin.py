"""The page that says whose account is whose, for those who give rights to people."""

from typing import TYPE_CHECKING, final, override

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest

from {{ package }}.accounts.identities.models import Identity


@final
class IdentityAdmin(ModelAdmin[Identity] if TYPE_CHECKING else ModelAdmin):
    list_display = ("subject", "account", "issuer")
    list_select_related = ("account",)
    search_fields = ("subject", "account__email")
    fields = ("issuer", "subject", "account")

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Identity | None = None) -> bool:
        return False


def register(site: AdminSite) -> None:
    site.register(Identity, IdentityAdmin)
