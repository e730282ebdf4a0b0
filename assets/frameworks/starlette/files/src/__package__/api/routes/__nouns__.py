from typing import cast
from uuid import UUID
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from {{ package }}.api.bodies import read_body, read_query, respond
from {{ package }}.api.errors import problem_for
from {{ package }}.api.schemas.{{ nouns }} import {{ Noun }}In, {{ Noun }}Listing, {{ Noun }}Out, {{ Noun }}PageOut, {{ Noun }}Patch
from {{ package }}.api.schemas.paging import Listing, decode_cursor, given
from {{ package }}.api.services import services_of
from {{ package }}.domain.result import Err, Ok
{% if idempotent %}
from {{ package }}.api.idempotency import keyed_request
{% endif %}
{% if can_update %}
from {{ package }}.api.etags import etag, expected_version
{% endif %}
{{ slot("routes.imports") }}
{% macro key() %}{% if parent %}_id_of(request, "{{ parent.field }}"), {% endif %}_id_of(request, "{{ noun }}_id"){% endmacro %}
{% macro route(path, name, slot_name, method) %}{{ slot("routes.route", "Route") }}("{{ path }}", {{ name }}, {% if method != "GET" %}methods=["{{ method }}"], {% endif %}{{ slot(slot_name) }}){% endmacro %}
{% set typed_path = path | replace("_id}", "_id:uuid}") %}
{% set one_path = typed_path ~ "/{" ~ noun ~ "_id:uuid}" %}
{% if can_create %}


{{ slot("routes.decorators") }}
async def create_{{ noun }}(request: Request) -> Response:
    body = await read_body(request, {{ Noun }}In)
{% if idempotent %}
    once = await keyed_request(request)
    if (answer := await once.first_answer()) is not None:
        return answer
{% endif %}
{% set answer = "respond(" ~ Noun ~ "Out.of(created), 201, headers)" %}
{% set answer = "await once.keep(" ~ answer ~ ")" if idempotent else answer %}
{% if add_errors %}
    match await services_of(request).{{ nouns }}.create(body.to_domain({{ "_id_of(request, \"" ~ parent.field ~ "\")" if parent }})):
        case Ok(created):
            headers = {"Location": f"{request.url.path}/{created.id}"{{ ", \"ETag\": etag(created.version)" if can_update }}}
            return {{ answer }}
        case Err(error):
            raise problem_for(error)
{% else %}
    created = await services_of(request).{{ nouns }}.create(body.to_domain())
    headers = {"Location": f"{request.url.path}/{created.id}"{{ ", \"ETag\": etag(created.version)" if can_update }}}
    return {{ answer }}
{% endif %}
{% endif %}


{{ slot("routes.decorators") }}
async def get_{{ noun }}(request: Request) -> Response:
    match await services_of(request).{{ nouns }}.get({{ key() }}):
        case Ok(found):
            return respond({{ Noun }}Out.of(found){{ ", headers={\"ETag\": etag(found.version)}" if can_update }})
        case Err(error):
            raise problem_for(error)
{% if can_list %}


{{ slot("routes.decorators") }}
async def list_{{ nouns }}(request: Request) -> Response:
    query = read_query(request, {{ Noun ~ "Listing" if filters else "Listing" }})
{% set listing = "await services_of(request)." ~ nouns ~ ".list(" %}
{% if parent %}
    match {{ listing }}_id_of(request, "{{ parent.field }}"), limit=query.limit, after=decode_cursor(query.cursor){% for field in filters %}, {{ field.name }}=given(query.{{ field.name }}){% endfor %}):
        case Ok(page):
            return respond({{ Noun }}PageOut.of(page))
        case Err(error):
            raise problem_for(error)
{% else %}
    page = {{ listing }}limit=query.limit, after=decode_cursor(query.cursor){% for field in filters %}, {{ field.name }}=given(query.{{ field.name }}){% endfor %})
    return respond({{ Noun }}PageOut.of(page))
{% endif %}
{% endif %}
{% if can_update %}


{{ slot("routes.decorators") }}
async def update_{{ noun }}(request: Request) -> Response:
    version, changes = expected_version(request), await read_body(request, {{ Noun }}Patch)
    match await services_of(request).{{ nouns }}.update({{ key() }}, version, changes.to_domain()):
        case Ok(changed):
            return respond({{ Noun }}Out.of(changed), headers={"ETag": etag(changed.version)})
        case Err(error):
            raise problem_for(error)
{% endif %}
{% if can_delete %}


{{ slot("routes.decorators") }}
async def delete_{{ noun }}(request: Request) -> Response:
    match await services_of(request).{{ nouns }}.delete({{ key() }}):
        case Ok():
            return Response(status_code=204)
        case Err(error):
            raise problem_for(error)
{% endif %}


def _id_of(request: Request, name: str) -> UUID:
    return cast("UUID", request.path_params[name])


ROUTES = [
{% if can_create %}
    {{ route(typed_path, "create_" ~ noun, "routes.write", "POST") }},
{% endif %}
    {{ route(one_path, "get_" ~ noun, "routes.read", "GET") }},
{% if can_list %}
    {{ route(typed_path, "list_" ~ nouns, "routes.read", "GET") }},
{% endif %}
{% if can_update %}
    {{ route(one_path, "update_" ~ noun, "routes.write", "PATCH") }},
{% endif %}
{% if can_delete %}
    {{ route(one_path, "delete_" ~ noun, "routes.write", "DELETE") }},
{% endif %}
]
