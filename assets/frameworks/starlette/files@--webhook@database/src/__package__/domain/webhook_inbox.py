"""The port to the deliveries of webhooks that have come already."""

from typing import Protocol


class WebhookInbox(Protocol):
    async def add(self, source: str, delivery_id: str) -> bool:
        """Return whether a delivery is new, and note it in the current transaction: rolled back, it is new again.

        While the same delivery is under way, this waits for its end.
        """
        ...
{% if slot("webhook.inbox_port") %}

    {{ slot("webhook.inbox_port") }}
{% endif %}
