"""The session of a person who has signed in. `sign_in_pages.py` begins it."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from {{ package }}.api.errors import problems
from {{ package }}.api.guarded_route import Caller, GuardedRoute, requires
from {{ package }}.api.services import AppServices
from {{ package }}.api.session_cookie import session_of
from {{ package }}.domain.errors import Unavailable


router = APIRouter(tags=["sign-in"], route_class=GuardedRoute)


class LogoutOut(BaseModel):
    """`next` is where the browser goes to sign out of the identity provider too."""

    next: str


@router.post("/logout", dependencies=requires(), responses=problems(408, 413))
async def logout(request: Request, response: Response, services: AppServices) -> LogoutOut:
    sign_in = services.sign_in
    await sign_in.browser.end(request)
    sign_in.browser.forget(response)
    try:
        url = await sign_in.provider.logout_url()
    except Unavailable:
        url = None  # the session has ended all the same
    return LogoutOut(next=url or f"{sign_in.path}/")


class MeOut(BaseModel):
    """`csrf_token` is what writes with this session send as `X-CSRF-Token`. It is null for other credentials."""

    subject: str
    permissions: list[str]
    csrf_token: str | None


@router.get("/me", dependencies=requires())
async def me(request: Request, caller: Caller) -> MeOut:
    session = session_of(request)
    csrf_token = session.csrf_token if session else None
    return MeOut(subject=caller.subject, permissions=sorted(caller.permissions), csrf_token=csrf_token)
