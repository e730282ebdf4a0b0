"""What {{ webhook_words }} tells this service, and what is done about it."""

from dataclasses import dataclass
{{ slot("webhook.use_case_imports") }}
{% if slot("webhook.constants") %}

{{ slot("webhook.constants") }}
{% endif %}


@dataclass(frozen=True, slots=True)
class {{ Webhook }}Event:
    """An event whose signature is valid. Add what the use case needs of its body."""

    delivery_id: str
    type: str
    {{ slot("webhook.event_fields") }}
{% if slot("webhook.kinds") %}


{{ slot("webhook.kinds") }}
{% endif %}


@dataclass(frozen=True, slots=True)
class {{ Webhook }}Events:
    """`handled` are the types of events that are acted on, None for all. Others are acknowledged and ignored."""

    {{ slot("webhook.ports") }}
    handled: frozenset[str] | None = None

    def ignores(self, event_type: str) -> bool:
        return self.handled is not None and event_type not in self.handled

    {{ slot("webhook.use_cases") }}
