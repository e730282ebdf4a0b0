{% set resource = "+resource" in uses %}
{% set own = not ("+example" in uses or "webhook" in named) %}
{% set received = "+create" in uses or "+update" in uses or own %}
{% set respond = partial("respond.py") if resource or own else slot("bodies.functions") %}
"""Reads requests into msgspec structs{{ ", and writes structs as responses" if respond }}."""

import re
from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from {{ package }}.api.errors import ProblemTypeError, invalid_field


{% if received %}
async def read_body[T](request: Request, kind: type[T]) -> T:
    """Return the JSON body as a struct. Raise a 422 for anything else."""
    body = await request.body()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise invalid_field(where="body", message="expected the media type application/json")
    return decode_body(body, kind)


{% endif %}
def decode_body[T](body: bytes, kind: type[T]) -> T:
    """Return a JSON document as a struct. Raise a 422 for anything else."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _invalid(error, part="body") from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise invalid_field(where="body", message="expected a JSON document") from None


{% if resource or own %}
def read_query[T](request: Request, kind: type[T]) -> T:
    """Return the query parameters as a struct; those that it does not have are passed over. Raise a 422."""
    try:
        return msgspec.convert(dict(request.query_params), kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(error, part="query") from None


{% endif %}
{% if respond %}
{{ respond }}


{% endif %}
def _invalid(error: msgspec.ValidationError, *, part: str) -> ProblemTypeError:
    """Read messages such as "Expected `int`, got `str` - at `$.total`" and "Object missing required field `total`"."""
    message, *place = str(error).rsplit(" - at `$", maxsplit=1)
    names = [*re.findall(r"[^.\[\]`]+", "".join(place)), *re.findall(r" field `(.*)`$", message, re.DOTALL)]
    message = re.sub("^(Invalid enum value) .*", r"\1", message, flags=re.DOTALL)  # it repeats the value
    return invalid_field("/".join([part, *names]), message)
