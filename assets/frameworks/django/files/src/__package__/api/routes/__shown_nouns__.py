from datetime import date
from typing import Annotated
from uuid import UUID
from django.http import HttpResponse
from ninja import Body, Router, Status
from pydantic import Field
from {{ package }}.api.errors import problem_for, problems
from {{ package }}.api.schemas.{{ nouns }} import {{ Noun }}In, {{ Noun }}Out, {{ Noun }}PageOut, {{ Noun }}Patch
from {{ package }}.api.schemas.paging import Cursor, Limit, decode_cursor
from {{ package }}.api.schemas.scalars import NO_NUL, IsoDate
from {{ package }}.api.services import ApiRequest
{{ slot("routes.imports") }}
from {{ package }}.domain.result import Err, Ok
{% if idempotent %}
from {{ package }}.api.idempotency import KEY_REQUIRED, keyed_request
{% endif %}
{% if can_patch %}
from {{ package }}.api.etags import IF_MATCH, etag, expected_version, versioned
{% endif %}
{% for field in filters if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}

router = Router(tags=["{{ slug }}"])
{% if can_create %}


{% set body %}
{% if add_errors %}
    match request.services.{{ nouns }}.create(body.to_domain({{ parent.field if parent }})):
        case Ok(created):
            response["Location"] = f"{request.path}/{created.id}"
{% if can_patch %}
            response["ETag"] = etag(created.version)
{% endif %}
{% if idempotent %}
            return once.answer({{ Noun }}Out.of(created), response)
{% else %}
            return Status(201, {{ Noun }}Out.of(created))
{% endif %}
        case Err(error):
            raise problem_for(error)
{% else %}
    created = request.services.{{ nouns }}.create(body.to_domain())
    response["Location"] = f"{request.path}/{created.id}"
{% if can_patch %}
    response["ETag"] = etag(created.version)
{% endif %}
{% if idempotent %}
    return once.answer({{ Noun }}Out.of(created), response)
{% else %}
    return Status(201, {{ Noun }}Out.of(created))
{% endif %}
{% endif %}
{% endset %}
@router.post("{{ path }}", response={201: {{ Noun }}Out, **problems({{ create_statuses | reject("equalto", 408) | join(", ") }})}{{ ", openapi_extra=versioned(201, **KEY_REQUIRED)" if idempotent and can_patch else ", openapi_extra=versioned(201)" if can_patch else ", openapi_extra=KEY_REQUIRED" if idempotent }}, {{ slot("routes.write") }})
def create_{{ noun }}(request: ApiRequest, {% if parent %}{{ parent.field }}: UUID, {% endif %}body: {{ Noun }}In, response: HttpResponse) -> {{ "HttpResponse" if idempotent else "Status[" ~ Noun ~ "Out]" }}:
{% if idempotent %}
    once = keyed_request(request)
    if (answer := once.first_answer()) is not None:
        return answer
{% endif %}
{{ body }}
{% endif %}


@router.get("{{ path }}/{{ id_in_path }}", response={200: {{ Noun }}Out, **problems(404)}{{ ", openapi_extra=versioned(200)" if can_patch }}, {{ slot("routes.read") }})
def get_{{ noun }}(request: ApiRequest, {{ partial("key_parameters") }}{{ ", response: HttpResponse" if can_patch }}) -> {{ Noun }}Out:
    match request.services.{{ nouns }}.get({{ partial("key_arguments") }}):
        case Ok(found):
{% if can_patch %}
            response["ETag"] = etag(found.version)
{% endif %}
            return {{ Noun }}Out.of(found)
        case Err(error):
            raise problem_for(error)
{% if can_list %}


@router.get("{{ path }}", response={200: {{ Noun }}PageOut, **problems({{ "404" if parent }})}, {{ slot("routes.read") }})
def list_{{ nouns }}(request: ApiRequest, {% if parent %}{{ parent.field }}: UUID, {% endif %}limit: Limit = 50, cursor: Cursor = None{% for field in filters %}, {{ field.name }}: {{ type_of(field, "query") }} = None{% endfor %}) -> {{ Noun }}PageOut:
{% if parent %}
    match request.services.{{ nouns }}.list({{ parent.field }}, limit=limit, after=decode_cursor(cursor){% for field in filters %}, {{ field.name }}={{ field.name }}{% endfor %}):
        case Ok(page):
            return {{ Noun }}PageOut.of(page)
        case Err(error):
            raise problem_for(error)
{% else %}
    page = request.services.{{ nouns }}.list(limit=limit, after=decode_cursor(cursor){% for field in filters %}, {{ field.name }}={{ field.name }}{% endfor %})
    return {{ Noun }}PageOut.of(page)
{% endif %}
{% endif %}
{% if can_patch %}


@router.patch("{{ path }}/{{ id_in_path }}", response={200: {{ Noun }}Out, **problems({{ update_statuses | reject("equalto", 408) | join(", ") }})}, openapi_extra=versioned(200, **IF_MATCH), {{ slot("routes.write") }})
def update_{{ noun }}(request: ApiRequest, {{ partial("key_parameters") }}, changes: Body[{{ Noun }}Patch], response: HttpResponse) -> {{ Noun }}Out:
    match request.services.{{ nouns }}.update({{ partial("key_arguments") }}, expected_version(request), changes):
        case Ok(changed):
            response["ETag"] = etag(changed.version)
            return {{ Noun }}Out.of(changed)
        case Err(error):
            raise problem_for(error)
{% endif %}
{% if can_remove %}


@router.delete("{{ path }}/{{ id_in_path }}", response={204: None, **problems({{ delete_statuses | join(", ") }})}, {{ slot("routes.write") }})
def delete_{{ noun }}(request: ApiRequest, {{ partial("key_parameters") }}) -> Status[None]:
    match request.services.{{ nouns }}.delete({{ partial("key_arguments") }}):
        case Ok():
            return Status(204, None)
        case Err(error):
            raise problem_for(error)
{% endif %}
