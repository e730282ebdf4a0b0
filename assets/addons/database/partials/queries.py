{% if refusals %}

_REFUSALS: dict[str, {{ refusal_types | join(" | ") }}] = {
{% for constraint, meaning in refusals %}
    "{{ constraint }}": {{ meaning }},
{% endfor %}
}

{% endif %}

@final
class Sql{{ Nouns }}:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, {{ noun }}: {{ Noun }}) -> {{ result("None", add_errors) }}:
{% if add_errors %}
        try:
            async with self._database.savepoint() as savepoint:
                savepoint.add({{ Noun }}Row.of({{ noun }}))
        except QueryError as refused:
            return Err(_refusal(refused{{ ", " ~ noun if parent }}))
        return Ok(None)
{% else %}
        self._database.session.add({{ Noun }}Row.of({{ noun }}))
        await self._database.session.flush()
{% endif %}

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        row = await self._database.session.get({{ Noun }}Row, {{ noun }}_id)
        return row.to_domain() if row else None
{% if can_list %}

    async def page(self, {{ partial("page_parameters") }}) -> Sequence[{{ Noun }}]:
        newest = select({{ Noun }}Row).order_by({{ Noun }}Row.created_at.desc(), {{ Noun }}Row.id.desc()).limit(limit)
{% if parent %}
        newest = newest.where({{ Noun }}Row.{{ parent.field }} == {{ parent.field }})
{% endif %}
{% for field in filters %}
        if {{ field.name }} is not None:
            newest = newest.where({{ Noun }}Row.{{ field.name }} == {{ field.name }})
{% endfor %}
        if after is not None:
            newest = newest.where(tuple_({{ Noun }}Row.created_at, {{ Noun }}Row.id) < (after.created_at, after.id))
        return [row.to_domain() for row in await self._database.session.scalars(newest)]
{% endif %}
{% if can_update %}

    async def update(self, {{ noun }}: {{ Noun }}) -> {{ result("None", update_errors) }}:
        expected = ({{ Noun }}Row.id == {{ noun }}.id) & ({{ Noun }}Row.version == {{ noun }}.version - 1)
        updating = update({{ Noun }}Row).where(expected).values(asdict({{ noun }})).returning({{ Noun }}Row.id)
{% if refused_updates %}
        try:
            async with self._database.savepoint() as savepoint:
                updated = await savepoint.scalar(updating)
        except QueryError as refused:
            return Err(_refusal(refused{{ ", " ~ noun if parent }}))
{% else %}
        updated = await self._database.session.scalar(updating)
{% endif %}
        return Err(VersionMismatch("{{ noun_words }}", {{ noun }}.id)) if updated is None else Ok(None)
{% endif %}
{% if can_delete %}

    async def delete(self, {{ noun }}_id: UUID) -> {{ result("None", delete_errors) }}:
        removal = delete({{ Noun }}Row).where({{ Noun }}Row.id == {{ noun }}_id).returning({{ Noun }}Row.id)
{% if referring %}
        try:
            async with self._database.savepoint() as savepoint:
                gone = await savepoint.scalar(removal)
        except QueryError as refused:
            if not refused.constraint:
                raise
            return Err(StillReferenced("{{ noun_words }}", {{ noun }}_id))
{% else %}
        gone = await self._database.session.scalar(removal)
{% endif %}
        return Err(NotFound("{{ noun_words }}", {{ noun }}_id)) if gone is None else Ok(None)
{% endif %}
{% if add_errors %}


def _refusal(refused: QueryError{{ ", " ~ noun ~ ": " ~ Noun if parent }}) -> {{ add_errors | join(" | ") }}:
    """Return what the constraint that refused {{ a_noun }} means."""
{% if parent %}
    if refused.constraint == "{{ parent.constraint }}":
        return NotFound("{{ parent.noun_words }}", {{ noun }}.{{ parent.field }})
{% endif %}
{% if refusals %}
    if refused.constraint in _REFUSALS:
        return _REFUSALS[refused.constraint]
{% endif %}
    raise refused
{% endif %}
