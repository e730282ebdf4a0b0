from fastapi import APIRouter, Request
from pydantic import BaseModel

from {{ package }}.api.guard import principal_of, requires
from {{ package }}.api.guarded_route import GuardedRoute
from {{ package }}.api.session_cookie import session_of

router = APIRouter(tags=["me"], route_class=GuardedRoute)


class MeOut(BaseModel):
    """Writes by session send `csrf_token` as `X-CSRF-Token`. It is null without a session."""

    subject: str
    permissions: list[str]
    csrf_token: str | None


@router.get("/me")
@requires()
async def me(request: Request) -> MeOut:
    principal, session = principal_of(request), session_of(request)
    return MeOut(
        subject=principal.subject,
        permissions=sorted(principal.permissions),
        csrf_token=session.csrf if session else None,
    )
