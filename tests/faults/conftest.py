from collections.abc import Callable, Iterator

import pytest

from scaffold.disk import moves

Intruder = Callable[[], object]
Schedule = Callable[[str, Intruder], None]


def unsupported(*_: object) -> bool:
    return False


@pytest.fixture(params=["system's rename", "plain rename"])
def before_move(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Schedule]:
    """Let an intruder act right before something is moved to (or exchanged with) a name: the last moment there is."""
    system_call = moves.rename
    waiting: dict[str, Intruder] = {}

    def rename(how: moves.Rename, source: int, old: str, target: int, new: str) -> bool:
        if intrude := waiting.pop(new, None):
            intrude()
        return request.param == "system's rename" and system_call(how, source, old, target, new)

    monkeypatch.setattr(moves, "rename", rename)
    yield waiting.__setitem__
    assert not waiting, "an intruder never got its moment"
