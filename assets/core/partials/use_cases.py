
class {{ Nouns }}(Protocol):
    """The port to where {{ nouns_words }} are stored."""

    async def add(self, {{ noun }}: {{ Noun }}) -> {{ result("None", add_errors) }}: ...

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None: ...
{% if can_list %}

    async def page(self, {{ partial("page_parameters") }}) -> Sequence[{{ Noun }}]:
        """Return at most `limit` {{ nouns_words }} that come after a position, newest first."""
        ...
{% endif %}
{% if can_update %}

    async def update(self, {{ noun }}: {{ Noun }}) -> {{ result("None", update_errors) }}:
        """Store a new version, if the stored one is the version before it."""
        ...
{% endif %}
{% if can_delete %}

    async def delete(self, {{ noun }}_id: UUID) -> {{ result("None", delete_errors) }}: ...
{% endif %}


@dataclass(frozen=True, slots=True)
class {{ Noun }}Service:
    {{ nouns }}: {{ Nouns }}
{% if parent and can_list %}
    {{ parent.nouns }}: {{ parent.Nouns }}
{% endif %}
{% if first %}
    {{ slot("use_cases.ports") }}
{% endif %}
    clock: Callable[[], datetime] = utc_now
    new_id: Callable[[], UUID] = uuid4

    async def create(self, new: New{{ Noun }}) -> {{ result(Noun, add_errors) }}:
        {{ noun }} = {{ Noun }}(id=self.new_id(), created_at=self.clock(){% for field in new_fields %}, {{ field.name }}=new.{{ field.name }}{% endfor %})
{% if add_errors %}
        added = await self.{{ nouns }}.add({{ noun }})
        return added if isinstance(added, Err) else Ok({{ noun }})
{% else %}
        await self.{{ nouns }}.add({{ noun }})
        return {{ noun }}
{% endif %}

    async def get(self, {{ partial("key_parameters") }}) -> Result[{{ Noun }}, NotFound]:
        found = await self.{{ nouns }}.get({{ noun }}_id)
{% if parent %}
        if found is None or found.{{ parent.field }} != {{ parent.field }}:
            return Err(NotFound("{{ noun_words }}", {{ noun }}_id))
        return Ok(found)
{% else %}
        return Err(NotFound("{{ noun_words }}", {{ noun }}_id)) if found is None else Ok(found)
{% endif %}
{% if can_list %}

    async def list(self, {{ partial("list_parameters") }}) -> {{ "Result[Paginated[" ~ Noun ~ "], NotFound]" if parent else "Paginated[" ~ Noun ~ "]" }}:
        found = await self.{{ nouns }}.page({{ partial("page_arguments") }})
{% if parent %}
        if not found and await self.{{ parent.nouns }}.get({{ parent.field }}) is None:
            return Err(NotFound("{{ parent.noun_words }}", {{ parent.field }}))
{% endif %}
        items = tuple(found[:limit])
        last = PagePosition(items[-1].created_at, items[-1].id) if len(found) > limit else None
        return {{ "Ok(Paginated(items, last))" if parent else "Paginated(items, last)" }}
{% endif %}
{% if can_update %}

    async def update(self, {{ partial("key_parameters") }}, version: int, changes: {{ Noun }}Changes) -> {{ result(Noun, service_update_errors) }}:
        """Change the given fields, if `version` is the stored one."""
        match await self.get({{ partial("key_arguments") }}):
            case Err() as missing:
                return missing
            case Ok(current) if current.version != version:
                return Err(VersionMismatch("{{ noun_words }}", {{ noun }}_id))
            case Ok(current):
                changed = replace(current, **changes, version=version + 1)
                stored = await self.{{ nouns }}.update(changed)
                return stored if isinstance(stored, Err) else Ok(changed)
{% endif %}
{% if can_delete %}

    async def delete(self, {{ partial("key_parameters") }}) -> {{ result("None", delete_errors) }}:
{% if parent %}
        found = await self.get({{ partial("key_arguments") }})
        return found if isinstance(found, Err) else await self.{{ nouns }}.delete({{ noun }}_id)
{% else %}
        return await self.{{ nouns }}.delete({{ noun }}_id)
{% endif %}
{% endif %}
{% if first and slot("use_cases.methods") %}

    {{ slot("use_cases.methods") }}
{% endif %}
