{% macro declared(field) %}
    {{ field.name }}: {{ type_of(field, "python") }}{{ " | None = None" if field.optional }}{{ " = " ~ field.default if field.default is not none }}
{%- endmacro %}
{% macro bounded(fields, base="") %}
{% if fields | selectattr("invariant") | list %}

    def __post_init__(self) -> None:
{% if base %}
        {{ base }}.__post_init__(self)
{% endif %}
{% for field in fields if field.invariant %}
        if {{ field.broken }}:
            message = "{{ field.name }}: expected {{ field.bounds_words }}"
            raise ValueError(message)
{% endfor %}
{% endif %}
{%- endmacro %}
{% for field in fields if field.type == "enum" %}
class {{ field.enum_class }}(StrEnum):
{% for name, value in field["values"] %}
    {{ name }} = "{{ value }}"
{% endfor %}


{% endfor %}
@dataclass(frozen=True, slots=True, kw_only=True)
class New{{ Noun }}:
    """The fields of {{ a_noun }} that {{ "a client sends" if can_create else "are given when it is created" }}."""

{% for field in new_fields %}
{{ declared(field) }}
{% endfor %}
{{ bounded(new_fields) }}


@dataclass(frozen=True, slots=True, kw_only=True)
class {{ Noun }}(New{{ Noun }}):
    """`created_at` is in UTC.{{ " `version` counts the changes." if can_update }}"""

    id: UUID
    created_at: datetime
{% if can_update %}
    version: int = 1
{% endif %}
{% for field in readonly_fields %}
{{ declared(field) }}
{% endfor %}
{{ bounded(readonly_fields, "New" ~ Noun if new_fields | selectattr("invariant") | list) }}
{% if can_update %}


class {{ Noun }}Changes(TypedDict, total=False):
    """The fields to change, each with its new value."""

{% for field in sent_fields %}
    {{ field.name }}: {{ type_of(field, "python") }}{{ " | None" if field.optional }}
{% endfor %}
{% endif %}
