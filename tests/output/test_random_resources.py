"""Whatever resources somebody asks for, what is emitted is clean."""

import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin  # pyright: ignore[reportMissingTypeStubs] - it has none

from scaffold.asking.answers import Request, settle
from scaffold.disk.writing import write
from scaffold.emitting.compose import compose
from tests.output.emissions import addons_of, catalogue, frameworks
from tests.resource_specs import specs

SETS = [(framework, addons) for framework in frameworks() for addons in ((), ("database",), addons_of(framework))]


@pytest.mark.parametrize(("framework", "addons"), SETS)
@given(data=st.data())
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_resources_are_emitted_without_a_finding_of_the_linter(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, framework: str, addons: tuple[str, ...]
) -> None:
    chosen = data.draw(specs(tables="database" in addons))
    target = tmp_path_factory.mktemp("random")
    answers = settle(Request(name="orders-api", framework=framework, addons=addons, resources=chosen), catalogue())

    write(compose(answers, catalogue()), target)
    checked = subprocess.run(
        [find_ruff_bin(), "check", "--no-cache", "."], cwd=target, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, "\n".join([*chosen, checked.stdout])
