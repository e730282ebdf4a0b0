"""The back office: Django's admin, with the use cases behind its forms."""

from typing import Protocol
from django.contrib.admin import AdminSite
{% for one in resources %}
from {{ package }}.backoffice.{{ one.nouns }} import {{ one.Noun }}Admin
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
from {{ package }}.infrastructure.db.models import {{ one.Noun }}Row
{% endfor %}


class UseCases(Protocol):
{% for one in resources %}
    @property
    def {{ one.nouns }}(self) -> {{ one.Noun }}Service: ...
{% if not loop.last %}

{% endif %}
{% endfor %}


def create_site(use_cases: UseCases) -> AdminSite:
    site = AdminSite()
    site.site_header = site.site_title = "{{ name }}"
    site.index_title = "Back office"
    site.site_url = ""  # leaves out the link to pages for the public
{% for one in resources %}
    site.register({{ one.Noun }}Row, {{ one.Noun }}Admin, use_cases=use_cases.{{ one.nouns }})
{% endfor %}
    return site
