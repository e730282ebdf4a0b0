"""A person who has signed in, for a while. Where that is kept and how a browser shows it is not known here."""

from dataclasses import dataclass
from typing import Protocol

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Result


@dataclass(frozen=True, slots=True)
class Session:
    """Times are in seconds since the epoch; a write has to bring `csrf` along, which no other site can know."""

    id: str
    principal: Principal
    csrf: str
    began_at: int
    seen_at: int


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How many seconds a session lasts: at most, and without a request."""

    longest: int
    idle: int

    def left(self, session: Session, now: int) -> int:
        """Return for how many seconds more it is good; less than one when it is over."""
        return min(session.began_at + self.longest, session.seen_at + self.idle) - now

    def wants_renewal(self, session: Session, now: int) -> bool:
        """Tell whether so much time has gone by that being seen is worth noting."""
        return now - session.seen_at >= self.idle // 10


class Sessions(Protocol):
    """Keeps sessions; what it raises is Unavailable, when it cannot be told whether there is one."""

    @property
    def cookie(self) -> str:
        """How the cookie is called that shows one, so that those of one kind are never taken for another."""
        ...

    async def begin(self, principal: Principal) -> Result[str, str]:
        """Begin one under an id that nobody has seen before; return what shows it, or why it cannot be kept."""
        ...

    async def find(self, shown: str) -> Session | None:
        """Return the session that this shows, if it is not over."""
        ...

    def renewed(self, session: Session) -> str | None:
        """Return what shows it from now on, if that changes by having been seen."""
        ...

    async def end(self, session: Session) -> None:
        """End it, wherever it is shown from now on, if that can be done."""
        ...
