from typing import Any

from scaffold.emitting.deployment import deployment

POSTGRES = {
    "name": "postgres",
    "image": "postgres:18",
    "gives": {"DATABASE_URL": "postgresql://app@postgres/app"},
    "environment": {"POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?see the README}", "POSTGRES_DB": "app"},
}
REDIS = {"name": "redis", "image": "redis:8", "gives": {"REDIS_URL": "redis://redis"}, "command": ["redis-server"]}
ON_TRIAL = {**POSTGRES, "for_tests": {"gives": {"TEST_DATABASE_URL": "postgresql://127.0.0.1"}}}
WORKER = {"name": "worker", "command": ["python", "-m", "worker"]}


def section(prefix: str, **fields: bool) -> dict[str, Any]:
    return {"prefix": prefix, "variables": [{"name": name, "must_be_set": must} for name, must in fields.items()]}


def test_what_production_refuses_to_guess_is_asked_for() -> None:
    values = deployment([], [], [section("OIDC_", issuer=True, roles_claim=False)])

    assert values["deployed"] == {"OIDC_ISSUER": "${OIDC_ISSUER:?see the README}"}
    assert values["to_set"] == ["OIDC_ISSUER"]


def test_what_one_machine_needs_is_in_compose_and_asked_of_nobody() -> None:
    values = deployment([], [], [{"prefix": "", "variables": [{"name": "https_only", "in_compose": "false"}]}])

    assert values["deployed"] == {"HTTPS_ONLY": "false"}
    assert values["to_set"] == []


def test_what_a_service_gives_is_asked_of_nobody() -> None:
    values = deployment([REDIS], [], [section("REDIS_", url=True)])

    assert values["deployed"] == {"REDIS_URL": "redis://redis"}
    assert values["to_set"] == []


def test_what_a_service_asks_for_itself_has_to_be_set() -> None:
    assert deployment([POSTGRES], [], [])["to_set"] == ["POSTGRES_PASSWORD"]


def test_tests_are_told_only_of_services_they_can_use() -> None:
    assert deployment([ON_TRIAL, REDIS], [], [])["tested"] == {"TEST_DATABASE_URL": "postgresql://127.0.0.1"}


def test_a_service_may_leave_out_what_it_does_not_need() -> None:
    on_trial, redis = deployment([ON_TRIAL, REDIS], [], [])["services"]

    assert (on_trial["command"], on_trial["data"], on_trial["for_tests"]["environment"]) == ([], "", {})
    assert (redis["command"], redis["environment"], redis["for_tests"]) == (["redis-server"], {}, None)


def test_a_process_waits_for_every_service_unless_it_says_for_which() -> None:
    worker, relay = deployment([POSTGRES, REDIS], [WORKER, {**WORKER, "needs": ["redis"]}], [])["processes"]

    assert (worker["needs"], worker["told"]) == (["postgres", "redis"], {})
    assert (relay["needs"], relay["told"]) == (["redis"], {"REDIS_URL": "redis://redis"})
    assert (worker["once"], worker["health"]) == (False, [])
