{% for field in fields if field.type == "enum" %}
class {{ field.enum_class }}(StrEnum):
{% for name, value in field["values"] %}
    {{ name }} = "{{ value }}"
{% endfor %}


{% endfor %}
@dataclass(frozen=True, slots=True, kw_only=True)
class New{{ Noun }}:
    """The fields of {{ a_noun }} that a client sends."""

{% for field in fields %}
    {{ field.name }}: {{ type_of(field, "python") }}{{ " | None = None" if field.optional }}{{ " = " ~ field.default if field.default is not none }}
{% endfor %}
{% if fields | selectattr("invariant") | list %}

    def __post_init__(self) -> None:
{% for field in fields if field.invariant %}
        if {{ field.broken }}:
            message = "{{ field.name }}: expected {{ field.bounds_words }}"
            raise ValueError(message)
{% endfor %}
{% endif %}


@dataclass(frozen=True, slots=True, kw_only=True)
class {{ Noun }}(New{{ Noun }}):
    """`created_at` is in UTC.{{ " `version` counts the changes." if can_update }}"""

    id: UUID
    created_at: datetime
{% if can_update %}
    version: int = 1


class {{ Noun }}Changes(TypedDict, total=False):
    """The fields to change, each with its new value."""

{% for field in sent_fields %}
    {{ field.name }}: {{ type_of(field, "python") }}{{ " | None" if field.optional }}
{% endfor %}
{% endif %}
