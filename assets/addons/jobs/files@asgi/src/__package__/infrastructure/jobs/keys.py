"""How everything about jobs is named in Redis; what is dramatiq's own, as its dispatch.lua has it."""

from dataclasses import dataclass

from {{ package }}.infrastructure.jobs.envelope import QUEUE


@dataclass(frozen=True, slots=True)
class Keys:
    """The names below one namespace."""

    namespace: str

    @property
    def waiting(self) -> str:
        """Name the list of messages that nobody has fetched, the oldest first."""
        return f"{self.namespace}:{QUEUE}"

    @property
    def messages(self) -> str:
        """Name what these messages are, and those that have been fetched."""
        return f"{self.waiting}.msgs"

    @property
    def dead(self) -> str:
        """Name the dead letters, by when they died, in milliseconds."""
        return f"{self.waiting}.XQ"

    @property
    def dead_messages(self) -> str:
        """Name what these messages are."""
        return f"{self.dead}.msgs"

    def fetched(self, worker: str, queue: str) -> str:
        """Name the set of what a worker has fetched from a queue and not acknowledged."""
        return f"{self.namespace}:__acks__.{worker}.{queue}"

    @property
    def workers(self) -> str:
        """Name the workers, by their last sign of life, in seconds."""
        return f"{self.namespace}:workers"

    def tick(self, name: str, number: int) -> str:
        """Name the claim on something that is due."""
        return f"{self.namespace}:tick:{name}:{number}"
