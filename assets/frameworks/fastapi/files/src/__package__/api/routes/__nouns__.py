"""{{ Nouns_words }} over HTTP: convert in, call, convert out."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response
from {{ package }}.api.errors import problem_for, problems
from {{ package }}.api.schemas.{{ nouns }} import {{ Noun }}In, {{ Noun }}Out, {{ Noun }}PageOut
from {{ package }}.api.schemas.fields import as_json
from {{ package }}.api.schemas.paging import Cursor, Limit, decode_cursor
from {{ package }}.api.services import services_of
from {{ package }}.domain.result import Err, Ok
{{ slot("routes.imports") }}

router = APIRouter(
    prefix="/{{ slug }}",
    tags=["{{ slug }}"],
    responses=problems(),
    {{ slot("routes.router") }}
)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=problems(HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
async def create_{{ noun }}(body: {{ Noun }}In, request: Request, response: Response) -> {{ Noun }}Out:
    """Create {{ a_noun }}; `Location` says where it is from now on."""
    match await services_of(request).{{ nouns }}.create(body.to_domain()):
        case Ok(created):
            response.headers["Location"] = f"/{{ slug }}/{created.id}"
            return {{ Noun }}Out.of(created)
        case Err(error):
            raise problem_for(error)


@router.get(
    "/{{ id_in_path }}",
    response_model={{ Noun }}Out,
    responses=problems(HTTPStatus.NOT_FOUND),
)
async def get_{{ noun }}({{ noun }}_id: UUID, request: Request) -> Response:
    """Return one {{ noun_words }}."""
    match await services_of(request).{{ nouns }}.get({{ noun }}_id):
        case Ok({{ noun }}):
            return as_json({{ Noun }}Out.of({{ noun }}))
        case Err(error):
            raise problem_for(error)


@router.get("")
async def list_{{ nouns }}(request: Request, limit: Limit = 50, cursor: Cursor = None) -> {{ Noun }}PageOut:
    """Return {{ nouns_words }}, newest first, a page at a time."""
    page = await services_of(request).{{ nouns }}.list(limit=limit, after=decode_cursor(cursor))
    return {{ Noun }}PageOut.of(page)
