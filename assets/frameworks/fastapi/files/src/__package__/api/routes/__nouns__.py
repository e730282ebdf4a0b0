from uuid import UUID

from fastapi import APIRouter, Request, Response
from {{ package }}.api.errors import problem_for, problems
from {{ package }}.api.schemas.{{ nouns }} import {{ Noun }}In, {{ Noun }}Out, {{ Noun }}PageOut
from {{ package }}.api.schemas.paging import Cursor, Limit, decode_cursor
from {{ package }}.api.services import AppServices
from {{ package }}.domain.result import Err, Ok
{{ slot("routes.imports") }}

router = APIRouter(
    prefix="/{{ slug }}",
    tags=["{{ slug }}"],
    {{ slot("routes.router") }}
)

LOCATION = {"headers": {"Location": {"description": "The path of the new {{ noun_words }}", "schema": {"type": "string"}}}}


@router.post("", status_code=201, responses={201: LOCATION, **problems(408, 409, 413)}, {{ slot("routes.write") }})
async def create_{{ noun }}(body: {{ Noun }}In, services: AppServices, request: Request, response: Response) -> {{ Noun }}Out:
    match await services.{{ nouns }}.create(body.to_domain()):
        case Ok(created):
            response.headers["Location"] = f"{request.scope['root_path']}{router.prefix}/{created.id}"
            return {{ Noun }}Out.of(created)
        case Err(error):
            raise problem_for(error)


@router.get("/{{ id_in_path }}", responses=problems(404), {{ slot("routes.read") }})
async def get_{{ noun }}({{ noun }}_id: UUID, services: AppServices) -> {{ Noun }}Out:
    match await services.{{ nouns }}.get({{ noun }}_id):
        case Ok(found):
            return {{ Noun }}Out.of(found)
        case Err(error):
            raise problem_for(error)


@router.get("", {{ slot("routes.read") }})
async def list_{{ nouns }}(services: AppServices, limit: Limit = 50, cursor: Cursor = None) -> {{ Noun }}PageOut:
    page = await services.{{ nouns }}.list(limit=limit, after=decode_cursor(cursor))
    return {{ Noun }}PageOut.of(page)
