"""A service of five nouns answers whatever it is sent as its OpenAPI document says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.output.built import build, database, serving
from tests.services import postgres_or_skip

NOUNS = """
merchant: name:str(1..80) unique, country:enum(CH|DE|AT); create, get, list by country, update, delete
customer: email:str(3..254) unique, born:date?, seen_at:datetime?; create, get, list, update, delete
payment under merchant: customer?, amount:decimal(>0), currency:enum(CHF|EUR) = CHF, reference:str(..64)? unique,
  pieces:int(1..100) = 1; create idempotent, get, list by currency and customer, update, delete
refund: payment, reason:text(5..500), amount:decimal(12,2,>=0.5), final:bool = false, token:uuid?,
  status:enum(open|done) = open readonly;
  create, get, list by payment and final, update, delete
note under customer: body:text, day:date, unique(customer, day); create, get, list, delete
"""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = "80"
LEAST = 2_000


@pytest.mark.presets
def test_random_requests_are_answered_as_documented(tmp_path: Path) -> None:
    server = postgres_or_skip()
    resources = [argument for noun in re.split(r"\n(?! )", NOUNS.strip()) for argument in ("--resource", noun)]
    built = build(tmp_path / "orders-api", "--with", "database", *resources)
    with database(built, server) as url:
        assert built.run("alembic", "upgrade", "head", DATABASE_URL=url).returncode == 0
        settings = {"DATABASE_URL": url, "APP_ENV": "production", "DOCS_ENABLED": "true", "LOG_LEVEL": "WARNING"}
        with serving(built.root, **settings) as (_, port):
            schemathesis = Path(sys.executable).with_name("schemathesis")
            attack = [
                f"http://127.0.0.1:{port}/openapi.json",
                "--checks",
                CHECKS,
                "--max-examples",
                "80",
                "--seed",
                "1",
            ]
            finished = subprocess.run(
                [schemathesis, "run", *attack], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=600
            )

    assert finished.returncode == 0, finished.stdout[-5000:]
    generated = re.search(r"(\d+) generated", finished.stdout)
    assert generated, finished.stdout[-2000:]
    assert int(generated[1]) >= LEAST
