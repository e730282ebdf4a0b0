"""The limits of a request body: its size, and how many threads may wait for one."""

from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import cast, final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase

from {{ package }}.api.middleware import BODY_READ, Respond, record_reason
from {{ package }}.api.problems import problem

_readers = BoundedSemaphore(cast("int", settings.BODY_READERS))


@final
@dataclass(frozen=True, slots=True)
class BodyLimit:
    """Refuses a body for its head, and gives views the whole of any other one.

    The API reads its own, once it knows who calls.
    """

    get_response: Respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return problem(411, "The request body needs a Content-Length.", {"Connection": "close"})
        if _length(request) > cast("int", settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return problem(413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        api = request.resolver_match and request.resolver_match.app_name == "ninja"
        return None if api else read_body(request)


def read_body(request: HttpRequest) -> HttpResponse | None:
    """Read the body, or return why not.

    WSGI has no timeout for reading: a thread waits as long as a client takes to send. Only half of the threads may, so
    that the others respond to everything without a body.
    """
    if not (length := _length(request)):
        return None
    # Reading a body that has arrived takes much less.
    if not _readers.acquire(timeout=0.5):
        record_reason("too many request bodies are arriving")
        return problem(503, "Too many request bodies are arriving.", {"Retry-After": "2"})
    try:
        complete = len(request.body) == length
        request.META[BODY_READ] = "yes"
    except UnreadablePostError:
        complete = False
    finally:
        _readers.release()
    return None if complete else problem(400, "The request body ended early.", {"Connection": "close"})


def _length(request: HttpRequest) -> int:
    return int(cast("str", request.META.get("CONTENT_LENGTH")) or 0)
