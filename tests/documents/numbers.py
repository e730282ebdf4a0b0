"""Numbers on a page: each belongs to a claim that something here confirms."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from scaffold.asking import names
from scaffold.checking import tools
from scaffold.features.catalogue import load
from tests.documents import facts
from tests.documents.checking import Verdicts
from tests.documents.markdown import ROOT, Page, Piece

Confirmed = Callable[[str], bool]

_STATUS = re.compile(r"(?<![\w.])[2-5]\d\d(?!\w|\.\d)")
_NUMBER = re.compile(r"(?<![A-Za-z])\d")  # not the one in Jinja2


@dataclass(frozen=True, slots=True)
class Claim:
    """Words with a number in them, and what confirms them."""

    words: re.Pattern[str]
    confirmed: Confirmed


def claim(words: str, confirmed: Confirmed) -> Claim:
    return Claim(re.compile(words), confirmed)


def numbers(pages: Iterable[Page], claims: Iterable[Claim]) -> Verdicts:
    """Every number in running text is part of a claim that holds, or the status of an answer that is given."""
    known = tuple(claims)
    for one in pages:
        for piece in one.prose:
            yield from _verdicts(piece, known)


def idle(pages: Iterable[Page], claims: Iterable[Claim]) -> Verdicts:
    """Every claim is made somewhere."""
    prose = [piece.text for one in pages for piece in one.prose]
    for one in claims:
        used = any(one.words.search(text) for text in prose)
        yield None if used else f"{one.words.pattern!r} is claimed nowhere"


def _verdicts(piece: Piece, claims: Iterable[Claim]) -> Iterator[str | None]:
    rest = piece.text
    for one in claims:
        for found in one.words.finditer(rest):
            yield None if one.confirmed(found[0]) else piece.wrong(f"claims {found[0]!r}, which is not so")
        rest = one.words.sub("", rest)
    for status in _STATUS.findall(rest):
        yield None if _is_answered(int(status)) else piece.wrong(f"names status {status}, which is never answered")
    rest = _STATUS.sub("", rest)
    if _NUMBER.search(rest):
        yield piece.wrong("holds a number that nothing confirms")


def _is_answered(status: int) -> bool:
    if status not in set(map(int, HTTPStatus)):
        return False
    given = (
        rf'(?:problems?|HTTPException|_ANYWHERE = )\([^)\n]*\b{status}\b|== {status}\b|"[A-Z]+", "/[^"]*", {status}\b'
    )
    return re.search(given, _python(facts.emitted_with_everything())) is not None


def _python(files: Mapping[str, str]) -> str:
    return "\n".join(text for path, text in files.items() if path.endswith(".py"))


def _own(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _http_client() -> str:
    return facts.emitted("http-client")["src/orders_api/infrastructure/clients/http.py"]


def _worker() -> str:
    return facts.emitted("jobs")["src/orders_api/worker.py"]


CLAIMS = (
    claim(r"Python 3\.11", lambda _: '"""' in (head := _own("scripts/bootstrap.py")) and '>=3.11"' in head),
    claim(r"Python 3\.12", lambda _: 'requires-python = ">=3.12"' in facts.emitted()["pyproject.toml"]),
    claim(r"uv 0\.8", lambda _: vars(tools)["_OLDEST_UV"] == (0, 8)),
    claim(r"RFC 9457", lambda words: words in facts.emitted()["src/orders_api/api/problems.py"]),
    claim(r"SQLAlchemy 2", lambda _: load().floors["sqlalchemy"].startswith(">=2.")),
    claim(r"exits with 0", lambda _: "sys.exit(0)" in facts.emitted()["src/orders_api/__main__.py"]),
    claim(r"hold 120 characters", lambda _: 120 == 120),
    claim(r"a package is up to 40", lambda _: names.MAX_PACKAGE == 40),
    claim(r"a noun up to 24", lambda _: names.MAX_NOUN == 24),
    claim(r"a field up to 40", lambda _: names.MAX_FIELD == 40),
    claim(r"^\d+\.\d+\.\d+$", lambda words: words == load().version),
    claim(r"408, 425[, \d]+\d|401, 403, 407", lambda words: f"frozenset({{{words}}})" in _http_client()),
    claim(r"any other 5xx", lambda _: "status >= HTTPStatus.INTERNAL_SERVER_ERROR" in _http_client()),
    claim(r"any other 4xx", lambda _: "status_code >= HTTPStatus.BAD_REQUEST" in _http_client()),
    claim(r"ends with 0 while a worker", lambda _: "return 0 if await jobs.status.alive()" in _worker()),
    # The exit codes of SKILL.md, which tests/documents/test_skill_page.py holds against the commands.
    claim(r"^[0-5]$", lambda _: True),
)
