{% set titles = fields | selectattr("type", "equalto", "str") | rejectattr("optional") | list %}
{% set title = titles[0].name if titles else "id" %}
{% set columns = fields | rejectattr("type", "equalto", "text") | rejectattr("name", "equalto", title) | list %}
{% set references = fields | selectattr("target") | list %}
{% set defaults = new_fields | rejectattr("default", "none") | rejectattr("default", "equalto", "False") | list %}
from typing import ClassVar, cast, final, override
from django.http import HttpRequest
from {{ package }}.backoffice.use_case_admin import UseCaseAdmin
from {{ package }}.domain.errors import DomainError
from {{ package }}.domain.models import {{ Noun }}, {{ Noun }}Changes
from {{ package }}.domain.result import Ok, Result
from {{ package }}.domain.{{ service_module }} import {{ Noun }}Service
from {{ package }}.infrastructure.db.models import {{ Noun }}Row


@final
class {{ Noun }}Admin(UseCaseAdmin[{{ Noun }}Row, {{ Noun }}]):
    use_cases: ClassVar[{{ Noun }}Service]
{% if not staff_create %}
    can_create = False
{% endif %}
{% if can_update %}
    can_update = True
{% endif %}
{% if can_delete %}
    can_delete = True
{% endif %}
    fields = ({% for field in fields %}"{{ field.attribute }}", {% endfor %})
{% if readonly_fields %}
    readonly_fields = ("id", "created_at", {% for field in readonly_fields %}"{{ field.attribute }}", {% endfor %})
{% endif %}
{% if parent and can_update %}
    fixed = ("{{ attributes[parent.field] }}",)
{% endif %}
{% if references %}
    autocomplete_fields = ({% for field in references %}"{{ field.attribute }}", {% endfor %})
    list_select_related = ({% for field in references %}"{{ field.attribute }}", {% endfor %})
{% endif %}
    list_display = ("{{ title }}", {% for field in columns %}"{{ field.attribute }}", {% endfor %}"created_at")
    list_filter = ({% for field in fields if field.type in ("bool", "date", "datetime", "enum") %}"{{ field.name }}", {% endfor %}"created_at",)
    search_fields = ("id__exact", {% for field in references %}"{{ field.attribute }}__id__exact", {% for name in field.searched %}"{{ field.attribute }}__{{ name }}", {% endfor %}{% endfor %}{% for field in fields if field.type == "uuid" %}"{{ field.name }}__exact", {% endfor %}{% for field in fields if field.type in ("str", "text") %}"{{ field.name }}", {% endfor %})
{% if defaults and staff_create %}

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        return { {% for field in defaults %}"{{ field.name }}": {{ field.default_json if '"' in field.default_json else '"' ~ field.default_json ~ '"' }}, {% endfor %}**super().get_changeform_initial_data(request)}
{% endif %}
{% if staff_create %}

    @override
    def create(self, given: {{ Noun }}) -> Result[{{ Noun }}, DomainError]:
        return {{ "self.use_cases.create(given)" if add_errors else "Ok(self.use_cases.create(given))" }}
{% endif %}
{% if can_update %}

    @override
    def update(self, given: {{ Noun }}, changes: object) -> Result[{{ Noun }}, DomainError]:
        return self.use_cases.update({% if parent %}given.{{ parent.field }}, {% endif %}given.id, given.version, cast("{{ Noun }}Changes", changes))
{% endif %}
{% if can_delete %}

    @override
    def delete(self, stored: {{ Noun }}) -> Result[None, DomainError]:
        return self.use_cases.delete({% if parent %}stored.{{ parent.field }}, {% endif %}stored.id)
{% endif %}
