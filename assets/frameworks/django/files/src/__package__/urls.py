"""Where requests go. `api/middleware.py` turns what goes nowhere into a problem document."""

from typing import cast

from django.conf import settings
from django.urls import path
from {{ package }}.accounts import admin as accounts
from {{ package }}.backoffice.site import create_site
from {{ package }}.api.api import create_api
from {{ package }}.bootstrap import get_services
{{ slot("urls.imports") }}

site = create_site({% for one in resources %}{{ one.nouns }}=get_services().{{ one.nouns }}, {% endfor %})
accounts.register(site)
{{ slot("urls.site") }}

urlpatterns = [
    path("admin/", site.urls),
    {{ slot("urls.patterns") }}
    path("", create_api(docs=cast("bool", settings.API_DOCS)).urls),
]
