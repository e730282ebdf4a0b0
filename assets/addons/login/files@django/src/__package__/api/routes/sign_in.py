"""The session of a person who has signed in. `sign_in_pages.py` begins it."""

from django.contrib import auth
from django.middleware.csrf import get_token
from ninja import Router
from pydantic import BaseModel

from {{ package }}.api.credentials import challenge, refused
from {{ package }}.api.errors import problems
from {{ package }}.api.guard import requires
from {{ package }}.api.services import ApiRequest
from {{ package }}.api.session_cookie import SessionCookie, is_by_session
from {{ package }}.domain.errors import Unavailable

router = Router(tags=["sign-in"])


class LogoutOut(BaseModel):
    """`next` is where the browser goes to sign out of the identity provider too."""

    next: str


@router.post("/logout", response={200: LogoutOut, **problems(413)}, auth=requires())
def logout(request: ApiRequest) -> LogoutOut:
    if not is_by_session(request):
        raise refused(401, "There is no session to end.", challenge(SessionCookie.scheme))
    auth.logout(request)
    sign_in = request.services.sign_in
    try:
        url = sign_in.provider.logout_url()
    except Unavailable:
        url = None  # the session has ended all the same
    return LogoutOut(next=url or f"{sign_in.path}/")


class MeOut(BaseModel):
    """`csrf_token` is what writes with this session send as `X-CSRF-Token`. It is null for other credentials."""

    subject: str
    permissions: list[str]
    csrf_token: str | None


@router.get("/me", response={200: MeOut, **problems()}, auth=requires())
def me(request: ApiRequest) -> MeOut:
    csrf_token = get_token(request) if is_by_session(request) else None
    caller = request.auth
    return MeOut(subject=caller.subject, permissions=sorted(caller.permissions), csrf_token=csrf_token)
