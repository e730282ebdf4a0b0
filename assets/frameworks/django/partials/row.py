{% macro column(field, definition) %}
{% set default = field.default_json if field.type == "enum" else field.default %}
{{ (definition[:-1] ~ ", default=" ~ default ~ ")") | replace("(, ", "(") if field.readonly and default else definition }}
{%- endmacro %}

@typing.final
class {{ Noun }}Row(models.Model):
    """The table of {{ nouns_words }}{{ ", with the indexes that its listings walk" if can_list }}."""

    id = models.UUIDField(primary_key=True)
    created_at = models.DateTimeField()
{% if can_update %}
    version = models.BigIntegerField()
{% endif %}
{% for field in fields %}
    {{ field.attribute }} = {{ column(field, type_of(field, "orm")) | trim }}
{% if field.target %}
    {{ field.name }}: UUID{{ " | None" if field.optional }}
{% endif %}
{% endfor %}

    @typing.final
    class Meta:
        db_table = "{{ nouns }}"
        verbose_name = "{{ noun_words }}"
{% if nouns_words != noun_words ~ "s" %}
        verbose_name_plural = "{{ nouns_words }}"
{% endif %}
{% if short_indexes %}
        indexes = (
{% for name, columns in short_indexes %}
            models.Index(fields=[{% for column in columns %}"{{ attributes[column] }}", {% endfor %}], name="{{ name }}"),
{% endfor %}
        )
{% endif %}
{% if db_constraints %}
        constraints = (
{% for name, columns in unique_constraints %}
            models.UniqueConstraint(fields=[{% for column in columns %}"{{ attributes[column] }}", {% endfor %}], name="{{ name }}"),
{% endfor %}
{% for field in fields if field.check %}
            models.CheckConstraint(condition={{ type_of(field, "condition") }}, name="{{ field.check }}"),
{% endfor %}
        )
{% endif %}

    @typing.override
    def __str__(self) -> str:
{% set named = fields | selectattr("type", "equalto", "str") | rejectattr("optional") | list %}
        return {{ "self." ~ named[0].name if named else "str(self.id)" }}

    def to_domain(self) -> domain_models.{{ Noun }}:
        return domain_models.{{ Noun }}(
            id=self.id,
            created_at=self.created_at,
{% if can_update %}
            version=self.version,
{% endif %}
{% for field in fields %}
            {{ field.name }}={% if field.type != "enum" %}self.{{ field.name }}{% elif field.optional %}None if self.{{ field.name }} is None else {{ field.enum_class }}(self.{{ field.name }}){% else %}{{ field.enum_class }}(self.{{ field.name }}){% endif %},
{% endfor %}
        )
