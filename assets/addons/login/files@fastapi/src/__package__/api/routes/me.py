"""Who is signed in, for the page that shows it."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from {{ package }}.api.errors import problems
from {{ package }}.api.guard import principal_of, requires
from {{ package }}.api.guarded_route import GuardedRoute
from {{ package }}.api.schemas.scalars import as_json
from {{ package }}.api.session_cookie import session_of

router = APIRouter(tags=["me"], responses=problems(), route_class=GuardedRoute)


@dataclass(frozen=True, slots=True)
class MeOut:
    """Who calls; `csrf_token` is what writes by this session send as `X-CSRF-Token`, null without a session."""

    subject: str
    permissions: list[str]
    csrf_token: str | None


@router.get("/me", response_model=MeOut)
@requires()
async def me(request: Request) -> Response:
    """Return who calls, what they may do, and the token for writes."""
    principal, session = principal_of(request), session_of(request)
    found = MeOut(principal.subject, sorted(principal.permissions), session.csrf if session else None)
    return as_json(found)
