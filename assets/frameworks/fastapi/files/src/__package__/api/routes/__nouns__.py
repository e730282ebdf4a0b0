from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response
from {{ package }}.api.errors import problem_for, problems
from {{ package }}.api.schemas.{{ nouns }} import {{ Noun }}In, {{ Noun }}Out, {{ Noun }}PageOut, {{ Noun }}Patch
from {{ package }}.api.schemas.paging import Cursor, Limit, decode_cursor
from {{ package }}.api.schemas.scalars import NO_NUL, IsoDate
from {{ package }}.api.services import AppServices
from {{ package }}.domain.result import Err, Ok
{% if idempotent %}
from {{ package }}.api.idempotency import KEY_REQUIRED, Once
{% endif %}
{% if can_update %}
from {{ package }}.api.etags import ETAG_HEADER, ExpectedVersion, etag
{% endif %}
{% for field in filters if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{{ slot("routes.imports") }}

router = APIRouter(
    prefix="{{ path }}",
    tags=["{{ slug }}"],
    {{ slot("routes.router") }}
)

{% if can_create %}
CREATED = {"headers": {"Location": {"description": "The path of the new {{ noun_words }}", "schema": {"type": "string"}}{{ ", **ETAG_HEADER" if can_update }}}}
{% endif %}
{% if can_update %}
VERSIONED = {"headers": ETAG_HEADER}
{% endif %}


@router.get("/{{ id_in_path }}", responses={{ "{200: VERSIONED, **problems(404)}" if can_update else "problems(404)" }}, {{ slot("routes.read") }})
async def get_{{ noun }}({{ partial("key_parameters") }}, services: AppServices{{ ", response: Response" if can_update }}) -> {{ Noun }}Out:
    match await services.{{ nouns }}.get({{ partial("key_arguments") }}):
        case Ok(found):
{% if can_update %}
            response.headers["ETag"] = etag(found.version)
{% endif %}
            return {{ Noun }}Out.of(found)
        case Err(error):
            raise problem_for(error)
{% if can_list %}


@router.get("", {{ "responses=problems(404)," if parent }} {{ slot("routes.read") }})
async def list_{{ nouns }}({% if parent %}{{ parent.field }}: UUID, {% endif %}services: AppServices, limit: Limit = 50, cursor: Cursor = None{% for field in filters %}, {{ field.name }}: {{ type_of(field, "query") }} = None{% endfor %}) -> {{ Noun }}PageOut:
{% if parent %}
    match await services.{{ nouns }}.list({{ parent.field }}, limit=limit, after=decode_cursor(cursor){% for field in filters %}, {{ field.name }}={{ field.name }}{% endfor %}):
        case Ok(page):
            return {{ Noun }}PageOut.of(page)
        case Err(error):
            raise problem_for(error)
{% else %}
    page = await services.{{ nouns }}.list(limit=limit, after=decode_cursor(cursor){% for field in filters %}, {{ field.name }}={{ field.name }}{% endfor %})
    return {{ Noun }}PageOut.of(page)
{% endif %}
{% endif %}
{% if can_create %}


@router.post("", status_code=201, {{ "response_model=" ~ Noun ~ "Out, openapi_extra=KEY_REQUIRED," if idempotent }} responses={201: CREATED, **problems({{ create_statuses | join(", ") }})}, {{ slot("routes.write") }})
async def create_{{ noun }}({% if parent %}{{ parent.field }}: UUID, {% endif %}body: {{ Noun }}In, services: AppServices, request: Request, response: Response{{ ", once: Once" if idempotent }}) -> {{ "Response" if idempotent else Noun ~ "Out" }}:
{% set answer = "await once.answer(" ~ Noun ~ "Out.of(created), response)" if idempotent else Noun ~ "Out.of(created)" %}
{% if idempotent %}
    if (answer := await once.first_answer()) is not None:
        return answer
{% endif %}
{% if add_errors %}
    match await services.{{ nouns }}.create(body.to_domain({{ parent.field if parent }})):
        case Ok(created):
            response.headers["Location"] = f"{request.url.path}/{created.id}"
{% if can_update %}
            response.headers["ETag"] = etag(created.version)
{% endif %}
            return {{ answer }}
        case Err(error):
            raise problem_for(error)
{% else %}
    created = await services.{{ nouns }}.create(body.to_domain())
    response.headers["Location"] = f"{request.url.path}/{created.id}"
{% if can_update %}
    response.headers["ETag"] = etag(created.version)
{% endif %}
    return {{ answer }}
{% endif %}
{% endif %}
{% if can_update %}


@router.patch("/{{ id_in_path }}", responses={200: VERSIONED, **problems({{ update_statuses | join(", ") }})}, {{ slot("routes.write") }})
async def update_{{ noun }}(
    {{ partial("key_parameters") }}, changes: Annotated[{{ Noun }}Patch, Body()], version: ExpectedVersion, services: AppServices, response: Response
) -> {{ Noun }}Out:
    match await services.{{ nouns }}.update({{ partial("key_arguments") }}, version, changes):
        case Ok(changed):
            response.headers["ETag"] = etag(changed.version)
            return {{ Noun }}Out.of(changed)
        case Err(error):
            raise problem_for(error)
{% endif %}
{% if can_delete %}


@router.delete("/{{ id_in_path }}", status_code=204, responses=problems({{ delete_statuses | join(", ") }}), {{ slot("routes.write") }})
async def delete_{{ noun }}({{ partial("key_parameters") }}, services: AppServices) -> None:
    match await services.{{ nouns }}.delete({{ partial("key_arguments") }}):
        case Ok():
            return
        case Err(error):
            raise problem_for(error)
{% endif %}
