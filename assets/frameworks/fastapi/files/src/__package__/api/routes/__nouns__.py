"""{{ Nouns_words }} over HTTP: convert in, call, convert out."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from {{ package }}.api.errors import problem_for, problems
from {{ package }}.api.schemas.{{ nouns }} import {{ Noun }}In, {{ Noun }}Out, {{ Noun }}PageOut
from {{ package }}.api.schemas.scalars import as_json
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


@router.post("", status_code=201, response_model={{ Noun }}Out, responses=problems(408, 409, 413))
{{ slot("routes.write") }}
async def create_{{ noun }}(body: {{ Noun }}In, request: Request) -> Response:
    """Create {{ a_noun }}; `Location` says where it is from now on."""
    match await services_of(request).{{ nouns }}.create(body.to_domain()):
        case Ok(created):
            location = f"{request.scope['root_path']}/{{ slug }}/{created.id}"
            return as_json({{ Noun }}Out.of(created), 201, {"Location": location})
        case Err(error):
            raise problem_for(error)


@router.get("/{{ id_in_path }}", response_model={{ Noun }}Out, responses=problems(404))
{{ slot("routes.read") }}
async def get_{{ noun }}({{ noun }}_id: UUID, request: Request) -> Response:
    """Return one {{ noun_words }}."""
    match await services_of(request).{{ nouns }}.get({{ noun }}_id):
        case Ok(found):
            return as_json({{ Noun }}Out.of(found))
        case Err(error):
            raise problem_for(error)


@router.get("", response_model={{ Noun }}PageOut)
{{ slot("routes.read") }}
async def list_{{ nouns }}(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Return {{ nouns_words }}, newest first, a page at a time."""
    page = await services_of(request).{{ nouns }}.list(limit=limit, after=decode_cursor(cursor))
    return as_json({{ Noun }}PageOut.of(page))
