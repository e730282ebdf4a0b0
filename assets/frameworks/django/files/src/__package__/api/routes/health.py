"""Liveness and readiness probes."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from {{ package }}.api.middleware import draining, record_reason
from {{ package }}.api.problems import problem
from {{ package }}.api.services import ApiRequest


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: ApiRequest) -> HttpResponse:
    if draining.is_set():
        return not_ready("shutting down")
    results = request.services.readiness.check_all()
    failed = [f"{name}: {result.message}" for name, result in results.items() if not result.ready]
    if failed:
        return not_ready(f"not ready, {'; '.join(failed)}")
    return JsonResponse({"status": "ready", "checks": {name: result.message for name, result in results.items()}})


def not_ready(reason: str) -> HttpResponse:
    record_reason(reason)
    return problem(503, f"This instance is {reason}.", {"Retry-After": "2"}, kind="not-ready")


PROBES: Final[Mapping[str, Callable[[ApiRequest], HttpResponse]]] = {"/healthz": healthz, "/readyz": readyz}
"""They are answered before anything looks at the host or the scheme: a platform asks by address, without TLS."""
