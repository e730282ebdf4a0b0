"""What the commands print for programs is what the schemas say, in every way a run can end."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from tests.documents.markdown import ROOT
from tests.documents.schemas import objections, schemas
from tests.fake_project import script
from tests.output.emissions import catalogue

BOOTSTRAP = ROOT / "scripts" / "bootstrap.py"

Document = dict[str, Any]


def bootstrap(*arguments: str, code: int = 0, **environment: str) -> Document:
    finished = subprocess.run(
        [sys.executable, BOOTSTRAP, *arguments, "--json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == code, finished.stderr
    return cast("Document", json.loads(finished.stdout))


@pytest.fixture
def dry_run(tmp_path: Path) -> Document:
    return bootstrap("orders-api", "--into", str(tmp_path / "new"), "--with", "database", "--dry-run")


@pytest.fixture
def checked(tmp_path: Path) -> Document:
    """Run every gate with a uv that can do nothing."""
    uv = tmp_path / "uv"
    script(uv, 'case "$1" in --version) echo "uv 0.13.9 (test)" ;; *) exit 1 ;; esac')
    return bootstrap("orders-api", "--into", str(tmp_path / "new"), "--verify", code=4, UV=str(uv))


def test_the_schemas_are_schemas() -> None:
    assert schemas().keys() >= {"catalogue", "emission", "feature", "refusal", "skill", "verification"}
    for schema in schemas().values():
        Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False


def test_a_dry_run_prints_the_plan(dry_run: Document) -> None:
    assert objections("emission", dry_run) == []
    assert dry_run["dry_run"] is True
    assert {file["owner"] for file in dry_run["files"]} == {
        "core",
        "asgi",
        "pydantic",
        "fastapi",
        "readiness",
        "faults",
        "outages",
        "servers",
        "database",
    }


def test_a_run_prints_what_was_written_and_a_second_one_what_stood_there(tmp_path: Path) -> None:
    first = bootstrap("orders-api", "--into", str(tmp_path / "new"))
    _ = (tmp_path / "new" / "README.md").write_text("mine\n", encoding="utf-8")
    _ = (tmp_path / "new" / ".gitignore").write_text("mine\n", encoding="utf-8")
    second = bootstrap("orders-api", "--into", str(tmp_path / "new"))

    assert objections("emission", first) == objections("emission", second) == []
    assert {file["state"] for file in first["files"]} == {"created"}
    assert {file["state"] for file in second["files"]} == {"unchanged", "appended", "kept"}


def test_a_run_that_was_checked_prints_what_the_gates_found(checked: Document) -> None:
    assert objections("emission", checked) == []
    assert checked["exit_code"] == 4
    assert {gate["status"] for gate in checked["verification"]["gates"]} >= {"red", "not-run"}


def test_the_list_prints_the_catalogue() -> None:
    listed = bootstrap("--list")

    assert objections("catalogue", listed) == []
    assert [addon["name"] for addon in listed["addons"]] == [addon.name for addon in catalogue().addons]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("class", "--with", "databse"), 2),
        (("orders-api", "--into", "{here}"), 3),
        (("a-b", "--into", "{unnameable}"), 5),
    ],
    ids=["arguments", "conflict", "machine"],
)
def test_a_refusal_prints_every_problem(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    _ = (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    places = {"here": str(tmp_path), "unnameable": str(tmp_path / ("x" * 300))}

    refused = bootstrap(*(argument.format(**places) for argument in arguments), code=code)

    assert objections("refusal", refused) == []
    assert refused["exit_code"] == code


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"surprise": 1}, "$"),
        ({"exit_code": 2}, "$.exit_code"),
        ({"exit_code": 4}, "$.exit_code"),
        ({"files": []}, "$.files"),
        ({"files": [{"path": "/etc/x", "owner": "core", "bytes": 1, "state": "created"}]}, "$.files[0].path"),
        ({"files": [{"path": "x", "owner": "core", "bytes": 1, "state": "moved"}]}, "$.files[0].state"),
        ({"repository": {"kind": "committed", "note": ""}}, "$.repository"),
        ({"verification": {"green": True}}, "$.verification"),
        ({"resources": ["order: total:decimal"]}, "$.resources[0]"),
        ({"resources": None}, "$.resources"),
    ],
)
def test_a_document_that_is_not_so_is_refused(dry_run: Document, change: Document, place: str) -> None:
    assert any(objection.startswith(f"{place}: ") for objection in objections("emission", {**dry_run, **change}))


def test_a_gate_that_is_not_so_is_refused_within_the_document(checked: Document) -> None:
    changed = deepcopy(checked)
    changed["verification"]["gates"][0]["status"] = "fine"

    assert objections("emission", changed)


@pytest.mark.parametrize("missing", ["exit_code", "problems"])
def test_a_refusal_without_reason_or_code_is_refused(missing: str) -> None:
    document: Document = {"exit_code": 2, "problems": [{"where": "NAME", "message": "got none"}]}
    assert objections("refusal", document) == []

    del document[missing]

    assert objections("refusal", document)
    assert objections("refusal", {"exit_code": 4, "problems": [{"where": "a", "message": "b"}]})
    assert objections("refusal", {"exit_code": 2, "problems": []})


def test_a_catalogue_without_a_reason_to_choose_is_refused() -> None:
    listed = bootstrap("--list")
    del listed["addons"][0]["choose_when"]

    assert objections("catalogue", listed) == ["$.addons[0]: 'choose_when' is a required property"]
