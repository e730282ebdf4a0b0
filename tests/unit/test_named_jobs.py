import pytest

from scaffold.asking.answers import Request, settle
from scaffold.emitting.compose import compose
from scaffold.errors import UsageError
from scaffold.features.catalogue import load
from tests.output.emissions import texts

CATALOGUE = load()
HANDLERS = "src/orders_api/workers/handlers.py"


def asked(job: str | None) -> Request:
    return Request("orders-api", addons=("jobs",), options={"job": job} if job else {})


def test_each_named_job_gets_a_handler_and_none_is_invented() -> None:
    named = settle(asked("make-thumbnails, send_mail"), CATALOGUE)

    assert named.options == {"job": "make_thumbnails,send_mail"}
    handlers = texts(compose(named, CATALOGUE))[HANDLERS]
    assert "async def make_thumbnails(run: Run, job: MakeThumbnails)" in handlers
    assert "async def send_mail(run: Run, job: SendMail)" in handlers
    assert "async def" not in texts(compose(settle(asked(None), CATALOGUE), CATALOGUE))[HANDLERS]


@pytest.mark.parametrize(
    ("job", "objection"),
    [
        ("send_mail,send_mail", "given already"),
        ("send_mail,", "snake_case"),
        ("create", "the emitted code uses itself"),
    ],
)
def test_what_cannot_be_a_job_is_refused(job: str, objection: str) -> None:
    with pytest.raises(UsageError) as raised:
        _ = settle(asked(job), CATALOGUE)

    assert [objection in problem.message for problem in raised.value.problems if problem.where == "--job"] == [True]
