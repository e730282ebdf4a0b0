"""The back office: Django's admin, with the use cases behind its forms."""

from django.contrib.admin import AdminSite
{% for one in resources %}
from {{ package }}.backoffice.{{ one.nouns }} import {{ one.Noun }}Admin
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
from {{ package }}.infrastructure.db.models import {{ one.Noun }}Row
{% endfor %}


def create_site(*, {% for one in resources %}{{ one.nouns }}: {{ one.Noun }}Service, {% endfor %}) -> AdminSite:
    site = AdminSite()
    site.site_header = site.site_title = "{{ name }}"
    site.index_title = "Back office"
    site.site_url = ""  # leaves out the link to pages for the public
{% for one in resources %}
    site.register({{ one.Noun }}Row, {{ one.Noun }}Admin, use_cases={{ one.nouns }})
{% endfor %}
    return site
