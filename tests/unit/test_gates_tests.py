import sys

import pytest

from scaffold.checking.gates import run_gates
from scaffold.checking.results import GateStatus, Skipped
from tests.fake_project import FakeProject, gate, only

GREEN = GateStatus.GREEN
RED = GateStatus.RED
NOT_RUN = GateStatus.NOT_RUN


def test_tests_that_pytest_did_not_find_are_red(project: FakeProject) -> None:
    project.pytest("<testsuites/>", code=5)

    result = only(project, "tests")

    assert (result.status, result.note) == (RED, "pytest collected no tests")


@pytest.mark.parametrize("report", ["<testsuites/>", "cut short <"])
def test_tests_of_which_none_ran_are_not_green(project: FakeProject, report: str) -> None:
    project.pytest(report)

    result = only(project, "tests")

    assert (result.status, result.note) == (NOT_RUN, "pytest ran no test")


def test_a_suite_that_skips_everything_is_not_green(project: FakeProject) -> None:
    project.pytest(report_of(["no PostgreSQL found"] * 2))

    verification = run_gates(project.root, ["sync", "tests"])

    assert gate(verification, "tests").status is NOT_RUN
    assert verification.skipped == (Skipped(2, "no PostgreSQL found"),)


def test_skipped_tests_are_counted_by_reason_most_first(project: FakeProject) -> None:
    project.pytest(report_of(["no Redis", "no PostgreSQL", "no PostgreSQL"], passed=3))

    verification = run_gates(project.root, ["sync", "tests"])

    assert verification.skipped == (Skipped(2, "no PostgreSQL"), Skipped(1, "no Redis"))
    assert (gate(verification, "tests").status, gate(verification, "tests").note) == (GREEN, "3 ran")


def test_reasons_beyond_the_fifth_are_summed_up(project: FakeProject) -> None:
    project.pytest(report_of([f"reason {number}" for number in range(7)], passed=1))

    skipped = run_gates(project.root, ["sync", "tests"]).skipped

    assert skipped[-1] == Skipped(2, "2 other reasons")
    assert len(skipped) == 6


def test_failing_tests_are_red_with_where_they_ended_and_what_was_skipped(project: FakeProject) -> None:
    project.pytest(report_of(["no Redis"], passed=3), code=1)
    with (project.scripts / "pytest").open("r+") as file:
        body = file.read()
        file.seek(0)
        file.write(body.replace("exit 1", "seq -f 'line %g' 20; echo '==== 1 failed, 2 passed in 0.1s ===='; exit 1"))

    verification = run_gates(project.root, ["sync", "tests"])

    result = gate(verification, "tests")
    assert (result.status, result.note) == (RED, "pytest")
    assert (len(result.lines), result.lines[-2:]) == (15, ("line 20", "1 failed, 2 passed in 0.1s"))
    assert verification.skipped == (Skipped(1, "no Redis"),)


def test_what_pytest_itself_reports_is_read(project: FakeProject) -> None:
    tests = project.root / "tests"
    tests.mkdir()
    (tests / "test_module.py").write_text("import pytest\npytest.skip('no Redis: try one', allow_module_level=True)\n")
    (tests / "test_some.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "@pytest.mark.skip(reason='no PostgreSQL <found> & so')\n"
        "def test_skipped(number): ...\n"
        "@pytest.mark.xfail(reason='later')\n"
        "def test_expected_to_fail(): assert False\n"
        "def test_good(): ...\n"
    )
    project.tool("pytest", f'exec {sys.executable} -m pytest -p no:cacheprovider -n0 "$@"')

    verification = run_gates(project.root, ["sync", "tests"])

    assert verification.skipped == (Skipped(3, "no PostgreSQL <found> & so"), Skipped(1, "no Redis: try one"))
    assert gate(verification, "tests").note == "2 ran"


def report_of(skips: list[str], passed: int = 0) -> str:
    cases = [f'<testcase name="s"><skipped type="pytest.skip" message="{reason}"/></testcase>' for reason in skips]
    return f"<testsuites>{''.join(cases)}{'<testcase/>' * passed}</testsuites>"
