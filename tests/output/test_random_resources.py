"""Whatever resources somebody asks for: what is emitted is clean, and what is built works."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs] - it has none

from scaffold.asking.answers import Request, settle
from scaffold.disk.writing import write
from scaffold.emitting.compose import compose
from scaffold.features.catalogue import SKILL_ROOT
from tests.interpreter import python_or_skip
from tests.output.emissions import addons_of, catalogue, frameworks
from tests.output.random_samples import SAMPLE, samples
from tests.resource_specs import specs, without_staff

SETS = [(framework, addons) for framework in frameworks() for addons in ((), ("database",), addons_of(framework))]
# A failing example is not made smaller: each attempt is a whole backend.
ONCE = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@pytest.mark.parametrize(("framework", "addons"), SETS)
@given(data=st.data())
@ONCE
def test_random_resources_are_emitted_without_a_finding_of_the_linter(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, framework: str, addons: tuple[str, ...]
) -> None:
    drawn = data.draw(specs(tables="database" in addons))
    chosen = drawn if framework == "django" else [without_staff(spec) for spec in drawn]
    target = tmp_path_factory.mktemp("random")
    answers = settle(Request(name="orders-api", framework=framework, addons=addons, resources=chosen), catalogue())
    write(compose(answers, catalogue()), target)

    command = [find_ruff_bin(), "check", "--no-cache", "."]
    checked = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, "\n".join([*chosen, checked.stdout])


@pytest.mark.presets
@pytest.mark.parametrize("number", range(SAMPLE))
def test_a_backend_of_random_resources_passes_every_gate(tmp_path: Path, number: int) -> None:
    _ = python_or_skip()
    framework = frameworks()[number % len(frameworks())]
    chosen = [spec if framework == "django" else without_staff(spec) for spec in samples()[number]]
    arguments = [argument for spec in chosen for argument in ("--resource", spec)]
    command = [sys.executable, SKILL_ROOT / "scripts/bootstrap.py", "orders-api", "--into", tmp_path / "orders-api"]

    finished = subprocess.run(
        [*command, "--framework", framework, "--with", "database", "--verify", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )

    assert finished.returncode == 0, "\n".join([*chosen, finished.stdout[-3000:], finished.stderr[-2000:]])
