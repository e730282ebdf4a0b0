{% macro column(field, definition) %}
{% set default = field.default_json if field.type == "enum" else field.default %}
{{ (definition[:-1] ~ ", default=" ~ default ~ ")") | replace("(, ", "(") if field.readonly and default else definition }}
{%- endmacro %}
from decimal import Decimal
from django.core.validators import MinLengthValidator
from django.db import migrations, models


class Migration(migrations.Migration):
{% if not before %}
    initial = True
{% endif %}
    dependencies = [{% if before %}("db", "{{ before }}_create_{{ resources[number | int - 2].nouns }}"){% endif %}]
    operations = [
        migrations.CreateModel(
            name="{{ Noun }}Row",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField()),
{% if can_update %}
                ("version", models.BigIntegerField()),
{% endif %}
{% for field in fields %}
                ("{{ field.attribute }}", {{ column(field, type_of(field, "migration") or type_of(field, "orm")) | trim }}),
{% endfor %}
            ],
            options={
                "db_table": "{{ nouns }}",
                "verbose_name": "{{ noun_words }}",
{% if nouns_words != noun_words ~ "s" %}
                "verbose_name_plural": "{{ nouns_words }}",
{% endif %}
{% if short_indexes %}
                "indexes": [
{% for name, columns in short_indexes %}
                    models.Index(fields=[{% for column in columns %}"{{ attributes[column] }}", {% endfor %}], name="{{ name }}"),
{% endfor %}
                ],
{% endif %}
{% if db_constraints %}
                "constraints": [
{% for name, columns in unique_constraints %}
                    models.UniqueConstraint(fields=[{% for column in columns %}"{{ attributes[column] }}", {% endfor %}], name="{{ name }}"),
{% endfor %}
{% for field in fields if field.check %}
                    models.CheckConstraint(condition={{ type_of(field, "migration_condition") or type_of(field, "condition") }}, name="{{ field.check }}"),
{% endfor %}
                ],
{% endif %}
            },
        ),
    ]
