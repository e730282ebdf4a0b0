
class InMemory{{ Nouns }}:
    def __init__(self) -> None:
        self._by_id: dict[UUID, {{ Noun }}] = {}

    async def add(self, {{ noun }}: {{ Noun }}) -> None:
        self._by_id[{{ noun }}.id] = {{ noun }}

    async def get(self, {{ noun }}_id: UUID) -> {{ Noun }} | None:
        return self._by_id.get({{ noun }}_id)
{% if can_list %}

    async def page(self, {{ partial("page_parameters") }}) -> Sequence[{{ Noun }}]:
        def position(item: {{ Noun }}) -> PagePosition:
            return PagePosition(item.created_at, item.id)

        newest_first = sorted(self._by_id.values(), key=position, reverse=True)
{% for field in filters %}
        if {{ field.name }} is not None:
            newest_first = [item for item in newest_first if item.{{ field.name }} == {{ field.name }}]
{% endfor %}
        return [item for item in newest_first if after is None or position(item) < after][:limit]
{% endif %}
{% if can_delete %}

    async def delete(self, {{ noun }}_id: UUID) -> Result[None, NotFound]:
        gone = self._by_id.pop({{ noun }}_id, None)
        return Err(NotFound("{{ noun_words }}", {{ noun }}_id)) if gone is None else Ok(None)
{% endif %}
