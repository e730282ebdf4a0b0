"""Receives what {{ webhook_words }} sends. The answer is 202 for what is done, and for what is ignored."""

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from {{ package }}.api.bodies import decode_body
from {{ package }}.api.services import services_of
from {{ package }}.api.webhooks.deliveries import Delivery, refuse
from {{ package }}.domain.result import Err, Ok
from {{ package }}.domain.{{ webhook }}_events import {{ Webhook }}Event


class {{ Webhook }}EventIn(Struct, frozen=True):
    """The body of an event. List the members that the use case needs: others are ignored."""

    def to_domain(self, delivery: Delivery) -> {{ Webhook }}Event:
        return {{ Webhook }}Event(delivery.id, delivery.type, {{ slot("webhook.event_arguments") }})


async def receive_{{ webhook }}_event(request: Request) -> Response:
    services = services_of(request)
    match services.{{ webhook }}_signatures.verify(request.headers, await request.body()):
        case Err(error):
            return refuse(request, error)
        case Ok(delivery) if not services.{{ webhook }}_events.ignores(delivery.type):
            event = decode_body(delivery.body, {{ Webhook }}EventIn).to_domain(delivery)
            {{ slot("webhook.receive") }}
        case Ok():
            pass
    return Response(status_code=202)


ROUTES = [Route("/webhooks/{{ webhook | replace("_", "-") }}", receive_{{ webhook }}_event, methods=["POST"])]
