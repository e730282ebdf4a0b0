"""The schemas of assets/schemas/, able to refer to each other."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource

from tests.documents.markdown import ROOT

_FOLDER = ROOT / "assets" / "schemas"


def objections(name: str, document: object) -> list[str]:
    """Return what the schema of that name has against a document, with the place of each."""
    found = cast("Iterable[ValidationError]", cast("Any", _validator(name)).iter_errors(document))
    return sorted(f"{error.json_path}: {error.message}" for error in found)


@cache
def schemas() -> Mapping[str, Any]:
    """Read every schema, by name."""
    paths = sorted(_FOLDER.glob("*.schema.json"))
    return {path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8")) for path in paths}


@cache
def _validator(name: str) -> Draft202012Validator:
    resources = [(f"{other}.schema.json", Resource.from_contents(schema)) for other, schema in schemas().items()]
    return Draft202012Validator(schemas()[name], registry=Registry[Any]().with_resources(resources))
