"""The tables, as Django's models. The files in migrations/ create them."""
{% if resources | sum(attribute="targets", start=[]) %}

# Django sets the ids of references.
# pyright: reportUninitializedInstanceVariable=false
{% endif %}

from decimal import Decimal
import typing
from datetime import date, datetime
from uuid import UUID
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models.functions import Length
from {{ package }}.domain import models as domain_models
{% for one in resources %}
{% for field in one.fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}

{% set texts = resources | sum(attribute="fields", start=[]) | selectattr("lengths") | selectattr("bounded") | list %}
{% if texts %}
# Lets a CHECK ask for the length of a text.
models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)
{% endif %}


{{ each("row.py") }}
{% if "+idempotent" in uses %}


@typing.final
class IdempotencyKeyRow(models.Model):
    """The table of answers that are kept for requests with an Idempotency-Key, until they are old."""

    caller = models.TextField(blank=True)
    path = models.TextField()
    key = models.TextField()
    fingerprint = models.TextField()
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    @typing.final
    class Meta:
        db_table = "idempotency_keys"
        verbose_name = "idempotency key"
        constraints = (
            models.UniqueConstraint(fields=["caller", "path", "key"], name="uq_idempotency_keys"),
        )

    @typing.override
    def __str__(self) -> str:
        return self.key
{% endif %}
{% if slot("orm.tables") %}


{{ slot("orm.tables") }}
{% endif %}
