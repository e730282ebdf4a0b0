{% set unknown = fields | selectattr("target") | list %}
{% if refusals %}

_REFUSALS: dict[str, {{ refusal_types | join(" | ") }}] = {
{% for name, columns in unique_constraints %}
    "{{ name }}": NotUnique("{{ noun_words }}", ({% for column in columns %}"{{ column }}", {% endfor %})),
{% endfor %}
{% for field in fields if field.target and not (parent and field.name == parent.field) %}
    "{{ field.foreign_key }}": UnknownReference("{{ field.name }}"),
{% endfor %}
}

{% endif %}

@final
class Sql{{ Nouns }}:
    def add(self, {{ noun }}: {{ Noun }}) -> {{ result("None", add_errors) }}:
{% if add_errors %}
        try:
            with savepoint():
                {{ Noun }}Row.objects.create(**asdict({{ noun }}))
        except IntegrityError as refused:
            return Err(_refusal(refused{{ ", " ~ noun if parent }}))
        return Ok(None)
{% else %}
        {{ Noun }}Row.objects.create(**asdict({{ noun }}))
{% endif %}

    def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        try:
            return {{ Noun }}Row.objects.get(id={{ noun }}_id).to_domain()
        except {{ Noun }}Row.DoesNotExist:
            return None
{% if can_list %}

    def page(self, {{ partial("page_parameters") }}) -> Sequence[{{ Noun }}]:
        newest = {{ Noun }}Row.objects.order_by("-created_at", "-id")
{% if parent %}
        newest = newest.filter({{ parent.field }}={{ parent.field }})
{% endif %}
{% for field in filters %}
        if {{ field.name }} is not None:
            newest = newest.filter({{ field.name }}={{ field.name }})
{% endfor %}
        if after is not None:
            # The first condition is what the index is entered with.
            newest = newest.filter(created_at__lte=after.created_at)
            newest = newest.filter(Q(created_at__lt=after.created_at) | Q(id__lt=after.id))
        return [row.to_domain() for row in newest[:limit]]
{% endif %}
{% if can_update %}

    def update(self, {{ noun }}: {{ Noun }}) -> {{ result("None", update_errors) }}:
        expected = {{ Noun }}Row.objects.filter(id={{ noun }}.id, version={{ noun }}.version - 1)
{% if refused_updates %}
        try:
            with savepoint():
                updated = expected.update(**asdict({{ noun }}))
        except IntegrityError as refused:
            return Err(_refusal(refused{{ ", " ~ noun if parent }}))
{% else %}
        updated = expected.update(**asdict({{ noun }}))
{% endif %}
        return Ok(None) if updated else Err(VersionMismatch("{{ noun_words }}", {{ noun }}.id))
{% endif %}
{% if can_delete %}

    def delete(self, {{ noun }}_id: UUID) -> {{ result("None", delete_errors) }}:
{% if referring %}
        try:
            with savepoint():
                gone, _ = {{ Noun }}Row.objects.filter(id={{ noun }}_id).delete()
        except IntegrityError:  # as ProtectedError is, which Django raises where it finds a reference itself
            return Err(StillReferenced("{{ noun_words }}", {{ noun }}_id))
{% else %}
        gone, _ = {{ Noun }}Row.objects.filter(id={{ noun }}_id).delete()
{% endif %}
        return Ok(None) if gone else Err(NotFound("{{ noun_words }}", {{ noun }}_id))
{% endif %}
{% if add_errors %}


def _refusal(refused: IntegrityError{{ ", " ~ noun ~ ": " ~ Noun if parent }}) -> {{ add_errors | join(" | ") }}:
    """Return what the constraint that refused {{ a_noun }} means."""
    broken = constraint_of(refused)
{% if parent %}
    if broken == "{{ parent.foreign_key }}":
        return NotFound("{{ parent.noun_words }}", {{ noun }}.{{ parent.field }})
{% endif %}
{% if refusals %}
    if broken in _REFUSALS:
        return _REFUSALS[broken]
{% endif %}
    raise refused
{% endif %}
