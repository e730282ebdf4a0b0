"""How a check answers: one verdict for each thing it looked at, None when nothing is wrong with it."""

from collections.abc import Iterable

Verdicts = Iterable[str | None]


def problems(verdicts: Verdicts) -> list[str]:
    """Return what is wrong; a check that looked at nothing has not passed."""
    found = list(verdicts)
    assert found, "nothing was looked at"
    return [verdict for verdict in found if verdict is not None]
