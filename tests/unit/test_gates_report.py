import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from scaffold.checking.gates import GATE_NAMES
from scaffold.checking.report import document, summary
from scaffold.checking.results import GateResult, GateStatus, Skipped, Verification
from scaffold.errors import Problem
from tests.fake_project import fake_project

ROOT = Path(__file__).parents[2]
VERIFY = ROOT / "scripts" / "verify.py"
GREEN, RED, NOT_RUN, NOT_APPLICABLE = GateStatus


def result(name: str, status: GateStatus, *lines: str, note: str = "") -> GateResult:
    return GateResult(status, note, lines, name=name, seconds=0.12)


def without_network() -> GateResult:
    return replace(result("sync", NOT_RUN, note="network: none"), lacks=(Problem("network", "none"),))


def lint_red() -> Verification:
    skipped = (Skipped(6, "no PostgreSQL found"), Skipped(1, "no Redis"))
    gates = (
        replace(result("sync", GREEN), skipped=skipped),
        result("lint", RED, "a.py:1:1: F401 unused", note="ruff check"),
        result("types", NOT_RUN, note="no basedpyright"),
        result("migrations", NOT_APPLICABLE, note="the project has no database"),
    )
    return Verification("tiny", gates)


def test_all_green_is_one_line() -> None:
    verification = Verification("tiny", tuple(result(name, GREEN) for name in GATE_NAMES), complete=True)

    (line,) = summary(verification)
    assert line.startswith("  sync 0.1 s   format 0.1   lint 0.1   types 0.1   boundaries 0.1   tests 0.1   migrations")
    assert line.endswith("boot 0.1      all green")


def test_what_is_not_green_is_named_in_few_words_for_a_commit() -> None:
    reds = Verification("tiny", (result("lint", RED), result("types", NOT_RUN), result("boot", RED)))
    stopped = Verification("tiny", (result("sync", GREEN), result("boot", NOT_RUN)))

    assert lint_red().shortcomings == "red: lint; not run: types"
    assert reds.shortcomings == "red: lint, boot; not run: types"
    assert stopped.shortcomings == "not run: boot"
    assert Verification("tiny", (result("sync", GREEN), result("migrations", NOT_APPLICABLE))).shortcomings == ""


def test_some_gates_alone_are_not_called_all() -> None:
    assert summary(Verification("tiny", (result("lint", GREEN),))) == ["  lint 0.1 s      green"]


def test_red_not_run_skipped_and_not_applicable_are_each_said() -> None:
    assert summary(lint_red()) == [
        "  sync 0.1 s   lint 0.1 RED      1 red, 1 not run",
        "  lint red: ruff check",
        "    a.py:1:1: F401 unused",
        "  not run: types: no basedpyright",
        "  not run: 6 tests skipped: no PostgreSQL found",
        "  not run: 1 test skipped: no Redis",
        "  not applicable: migrations: the project has no database",
    ]


def test_variables_that_were_set_aside_are_named_on_a_line_of_their_own() -> None:
    verification = Verification("tiny", (result("lint", GREEN),), set_aside=("HTTP_PROXY", "UV_NO_DEV"))

    assert summary(verification)[1:] == ["  set aside from your environment: HTTP_PROXY, UV_NO_DEV"]


def test_their_values_are_not_told(tmp_path: Path) -> None:
    project = fake_project(tmp_path)
    (project.root / ".env.example").write_text("# DATABASE_URL=\n")
    environment = {"DATABASE_URL": "postgresql://me:secret@somewhere/orders"}

    for option in ("--only=lint", "--json"):
        answer = verify(str(project.root), option, uv=project.uv, more=environment)

        assert "DATABASE_URL" in answer.stdout
        assert "secret" not in answer.stdout + answer.stderr


def test_gates_left_out_for_one_reason_share_a_line() -> None:
    gates = [result(name, NOT_RUN, note="sync is not green") for name in ("format", "lint")]

    assert summary(Verification("tiny", tuple(gates))) == [
        "  nothing ran      2 not run",
        "  not run: format, lint: sync is not green",
    ]


def test_a_gate_that_was_not_run_keeps_the_rest_from_being_called_green() -> None:
    verification = Verification("tiny", (result("lint", GREEN), result("types", NOT_RUN, note="no basedpyright")))

    assert (verification.green, verification.exit_code) == (False, 4)
    assert summary(verification)[0] == "  lint 0.1 s      1 not run"


def test_what_the_machine_lacks_sets_the_exit_code_unless_something_is_red() -> None:
    stopped = without_network()

    assert Verification("tiny", (stopped,)).exit_code == 5
    assert Verification("tiny", (result("lint", RED, note="x"), stopped)).exit_code == 4


@pytest.mark.parametrize(
    "made",
    [
        document(lint_red()),
        document(Verification("tiny", (result("sync", GREEN), result("migrations", NOT_APPLICABLE, note="none")))),
        document(Verification("tiny", (without_network(),))),
        document(Verification("tiny", (result("sync", GREEN),), set_aside=("HTTP_PROXY",))),
    ],
)
def test_every_document_is_as_the_schema_says(made: dict[str, Any]) -> None:
    assert problems_with(made) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("green", True),
        ("exit_code", 0),
        ("exit_code", 1),
        ("gates", [{"name": "lint"}]),
        ("extra", 1),
        ("set_aside", ["A=b"]),
    ],
)
def test_the_schema_refuses_a_document_that_contradicts_itself(key: str, value: object) -> None:
    assert problems_with({**document(lint_red()), key: value}) != []


def test_the_schema_knows_every_gate_and_status() -> None:
    gate = schema()["$defs"]["gate"]["properties"]

    assert gate["name"]["enum"] == list(GATE_NAMES)
    assert gate["status"]["enum"] == list(GateStatus)


def test_an_unknown_gate_is_refused_on_stderr_with_exit_2(tmp_path: Path) -> None:
    project = fake_project(tmp_path)

    answer = verify(str(project.root), "--only", "lnt", uv=project.uv)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.splitlines() == [
        "cannot start: 1 problem",
        f'  --only  got "lnt"; expected one of {", ".join(GATE_NAMES)} (did you mean lint?)',
        "exit 2",
    ]


def test_json_is_one_document_even_when_nothing_could_start(tmp_path: Path) -> None:
    answer = verify(str(tmp_path), "--json", uv=tmp_path)

    made = json.loads(answer.stdout)
    assert problems_with(made, "refusal") == []
    assert (answer.returncode, made["exit_code"], made["problems"][0]["where"]) == (2, 2, "DIR")


def test_json_has_every_gate(tmp_path: Path) -> None:
    project = fake_project(tmp_path)
    project.tool("ruff", "echo 'a.py:1:1: F401 unused'; exit 1")

    answer = verify(str(project.root), "--json", uv=project.uv)

    made = json.loads(answer.stdout)
    assert problems_with(made) == []
    assert (answer.returncode, made["green"], answer.stderr) == (4, False, "")
    assert [gate["name"] for gate in made["gates"]] == list(GATE_NAMES)


def test_a_red_run_ends_with_its_exit_code(tmp_path: Path) -> None:
    project = fake_project(tmp_path)
    project.tool("ruff", "echo 'a.py:1:1: F401 unused'; exit 1")

    answer = verify(str(project.root), "--only", "sync,lint", uv=project.uv)

    first, _, *rest = answer.stdout.splitlines()
    assert first == f"tiny  {project.root}"
    assert rest == ["  lint red: ruff check; uv run poe fmt fixes what it can", "    a.py:1:1: F401 unused", "exit 4"]
    assert answer.returncode == 4


def test_a_machine_without_uv_is_named_with_exit_5(tmp_path: Path) -> None:
    project = fake_project(tmp_path)
    project.uv.unlink()

    answer = verify(str(project.root), uv=project.uv, path=str(tmp_path))

    assert answer.returncode == 5
    assert "expected uv 0.8 or newer; try pip install -U uv" in answer.stderr


def test_help_names_the_gates_and_the_exit_codes() -> None:
    answer = verify("--help", uv=Path())

    assert ", ".join(GATE_NAMES) in answer.stdout
    assert "exit codes:" in answer.stdout


def verify(
    *arguments: str, uv: Path, path: str = "/usr/bin:/bin", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {"UV": str(uv), "PATH": path, **(more or {})}
    return subprocess.run(
        [sys.executable, "-S", str(VERIFY), *arguments], check=False, capture_output=True, text=True, env=environment
    )


def schema(name: str = "verification") -> dict[str, Any]:
    path = ROOT / "assets" / "schemas" / f"{name}.schema.json"
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


def problems_with(made: dict[str, Any], name: str = "verification") -> list[str]:
    printed = json.loads(json.dumps(made))
    errors = Draft202012Validator(schema(name)).iter_errors(printed)  # pyright: ignore[reportUnknownMemberType]
    return [error.message for error in errors]
