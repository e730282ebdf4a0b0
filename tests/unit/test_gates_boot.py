import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.checking.boot import Patience, boot
from scaffold.checking.results import GateResult, GateStatus
from tests.fake_project import FakeProject, Witness

SHORT = Patience(start=2.5, ready=0.3, stop=0.3)
VERIFY = Path(__file__).parents[2] / "scripts" / "verify.py"


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "witness")


def bind(holder: socket.socket) -> int:
    holder.bind(("127.0.0.1", 0))
    return int(holder.getsockname()[1])


def start(project: FakeProject, patience: Patience = SHORT) -> GateResult:
    scratch = project.root.parent / "scratch"
    scratch.mkdir()
    return boot(project.bench(scratch), patience)


def test_a_server_that_answers_and_stops_is_green_and_gone(project: FakeProject, witness: Witness) -> None:
    project.server(before=witness.statement)

    assert start(project, Patience()).status is GateStatus.GREEN
    assert witness.arrived()
    assert witness.left()


def test_it_is_started_on_a_loopback_port_for_development(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "1")
    project.server(before="assert (os.environ['HOST'], os.environ['APP_ENV']) == ('127.0.0.1', 'development')")

    assert start(project, Patience()).status is GateStatus.GREEN


def test_what_it_needs_beside_it_runs_and_is_gone(project: FakeProject, witness: Witness) -> None:
    project.needs(
        companions=[{"arguments": ["-m", "local_issuer"], "settings": {"OIDC_ISSUER": "http://127.0.0.1:{port}"}}]
    )
    issuer = project.root / "local_issuer" / "__main__.py"
    issuer.parent.mkdir()
    listen = "socket.create_server(('127.0.0.1', int(os.environ['OIDC_ISSUER'].split(':')[-1])))"
    issuer.write_text(f"import os, signal, socket, sys\n{witness.statement}\nserver = {listen}\nsignal.pause()")
    reach = "socket.create_connection(('127.0.0.1', int(os.environ['OIDC_ISSUER'].split(':')[-1]))).close()"
    project.server(before=f"import socket; {reach}")

    assert start(project, Patience()).status is GateStatus.GREEN
    assert witness.arrived()
    assert witness.left()


def test_what_runs_beside_it_may_announce_its_settings(project: FakeProject, witness: Witness) -> None:
    announce = 'print(\'{"CACHE_URL": "here"}\', flush=True)'
    project.needs(
        companions=[{"arguments": ["-c", f"import os, signal, sys\n{witness.statement}\n{announce}\nsignal.pause()"]}]
    )
    project.server(before="assert os.environ['CACHE_URL'] == 'here'")

    assert start(project, Patience()).status is GateStatus.GREEN
    assert witness.arrived()
    assert witness.left()


def test_what_should_run_beside_it_and_does_not_is_told(project: FakeProject) -> None:
    project.needs(companions=[{"arguments": ["-c", "import sys; sys.exit('no wheel')"]}])
    project.server()

    outcome = start(project, Patience())

    assert (outcome.status, outcome.lines) == (GateStatus.NOT_RUN, ("no wheel",))


def test_a_server_that_dies_at_the_start_is_red_at_once_with_its_last_words(project: FakeProject) -> None:
    project.server(before="sys.exit('DATABASE_URL: got nothing; expected a URL')")

    outcome = start(project, Patience(start=60))

    assert (outcome.status, outcome.note) == (GateStatus.RED, "exited 1 before GET /healthz was answered 200")
    assert outcome.lines == ("DATABASE_URL: got nothing; expected a URL",)


def test_a_server_that_never_answers_is_red_and_gone(project: FakeProject, witness: Witness) -> None:
    project.server(before=witness.statement, after="signal.pause()")

    outcome = start(project)

    assert outcome.note == "GET /healthz gave no answer for 2.5 s; expected 200"
    assert witness.arrived()
    assert witness.left()


def test_a_server_that_accepts_and_stays_silent_is_red(project: FakeProject) -> None:
    listen = "import socket; s = socket.create_server((os.environ['HOST'], int(os.environ['PORT'])));"
    project.server(after=f"{listen} signal.pause()")

    assert start(project).note == "GET /healthz gave no answer for 2.5 s; expected 200"


def test_a_server_that_ignores_sigterm_is_red_and_gone_with_what_it_started(
    project: FakeProject, witness: Witness
) -> None:
    ignore = "for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, signal.SIG_IGN)"
    project.server(before=f"{ignore}\n{witness.statement}\nif os.fork() == 0: signal.pause()")

    outcome = start(project, Patience(stop=0.2))

    assert outcome.note == "still running 0.2 s after SIGTERM"
    assert witness.arrived()
    assert witness.left()


def test_what_a_server_leaves_behind_is_ended_too(project: FakeProject, witness: Witness) -> None:
    project.server(before=f"{witness.statement}\nif os.fork() == 0: signal.pause()")

    assert start(project, Patience()).status is GateStatus.GREEN
    assert witness.arrived()
    assert witness.left()


def test_a_server_that_does_not_exit_0_is_red(project: FakeProject) -> None:
    project.server(before="signal.signal(signal.SIGTERM, lambda *_: os._exit(7))")

    assert start(project, Patience()).note == "exited 7 after SIGTERM; expected 0"


def test_a_server_that_dies_of_sigterm_is_red(project: FakeProject) -> None:
    project.server(before="signal.signal(signal.SIGTERM, signal.SIG_DFL)")

    assert start(project, Patience()).note == "exited -15 after SIGTERM; expected 0"


def test_a_server_that_is_not_ready_is_red_and_still_asked_the_rest(project: FakeProject) -> None:
    project.server(before="ANSWERS['/readyz'] = (503, 'application/json')")

    assert start(project, Patience(ready=0.2)).note == "GET /readyz gave 503 application/json for 0.2 s; expected 200"


def test_a_wrong_answer_that_waiting_cannot_mend_is_red_at_once(project: FakeProject) -> None:
    project.server(before="ANSWERS['/healthz'] = (404, 'text/plain')")

    assert start(project, Patience(start=60)).note == "GET /healthz gave 404 text/plain; expected 200"


def test_an_unknown_path_has_to_be_problem_details(project: FakeProject) -> None:
    project.server(
        before="class ANSWERS: get = staticmethod(lambda path, _: (200 if 'z' in path else 404, 'text/html'))"
    )

    note = start(project, Patience()).note

    assert note == "GET on an unknown path gave 404 text/html; expected 404 application/problem+json"


def test_a_server_that_falls_over_between_questions_is_red(project: FakeProject) -> None:
    project.server(
        before="class ANSWERS: get = staticmethod(lambda path, _: (200, '') if 'h' in path else os._exit(3))"
    )

    assert start(project, Patience()).note == "exited 3 before GET /readyz was answered 200"


def test_a_port_that_somebody_takes_in_between_is_given_up_for_another(
    project: FakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken, socket.socket() as spare:
        ports = [bind(taken), bind(spare)]
        spare.close()
        monkeypatch.setattr("scaffold.checking.boot._free_port", lambda: ports.pop(0))

        assert start(project, Patience()).status is GateStatus.GREEN
        assert ports == []


def test_a_server_that_never_finds_its_port_free_is_red(project: FakeProject) -> None:
    project.server(before="sys.exit('OSError: [Errno 98] Address already in use')")

    outcome = start(project)

    assert outcome.status is GateStatus.RED
    assert outcome.lines == ("OSError: [Errno 98] Address already in use",)


def test_log_lines_that_differ_only_in_numbers_are_shown_once(project: FakeProject) -> None:
    chatter = "[print(f'request {n} took {n} ms', flush=True) for n in range(100)]"
    project.server(before=f"{chatter}\nsys.exit('the reason')")

    assert start(project).lines == ("request 99 took 99 ms", "the reason")


def test_without_anything_to_start_it_is_red(project: FakeProject) -> None:
    (project.root / "src" / "tiny" / "__main__.py").unlink()

    assert start(project).note == "there is no src/*/__main__.py to start with python -m"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_when_verify_is_told_to_stop_the_server_and_the_scratch_directory_go_with_it(
    project: FakeProject, witness: Witness, number: signal.Signals
) -> None:
    project.server(before=witness.statement, after="signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()")
    scratch = project.root.parent / "tmp"
    scratch.mkdir()
    environment = os.environ | {"UV": str(project.uv), "TMPDIR": str(scratch)}
    # Where tests run in the background the signal may be ignored, and what is ignored stays so in a child.
    heed = f"import os, signal, sys; signal.signal({number}, signal.SIG_DFL); os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, str(VERIFY), str(project.root), "--only", "boot"]

    with subprocess.Popen([sys.executable, "-c", heed, *command], env=environment) as verify:
        assert witness.arrived()
        verify.send_signal(number)

    assert verify.returncode == 128 + number
    assert witness.left()
    assert list(scratch.iterdir()) == []
