{% if slot("upstream.documents") %}
{{ slot("upstream.documents") }}
{% else %}
class EntryDocument(Struct, frozen=True):
    """An entry as it is sent; members that are not listed are ignored."""

    reference: str
    name: str
{% endif %}


@final
class {{ Upstream }}Client:
    """The port `{{ Upstream }}` on the service itself."""

    def __init__(self, service: HttpService) -> None:
        self.check = service.check
        self._service = service

{% if slot("upstream.methods") %}
    {{ slot("upstream.methods") }}
{% else %}
    async def find(self, reference: str) -> {{ Upstream }}Entry | None:
        """Return the entry under this reference."""
        if reference in {"", ".", ".."}:
            return None  # in a path these lead elsewhere
        try:
            found = await self._service.call("GET", f"entries/{quote(reference, safe='')}", EntryDocument, refusals={404})
        except RefusedError:
            return None
        return {{ Upstream }}Entry(found.reference, found.name)
{% endif %}
