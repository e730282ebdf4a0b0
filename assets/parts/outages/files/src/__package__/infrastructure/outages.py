"""Logs an outage of a dependency once, and its end once. The access line of each 503 has the reason too."""

import logging
from typing import final

_logger = logging.getLogger(__name__)


@final
class OutageLog:
    """The state of one dependency. `reason` is that of the last failure, None while it is available."""

    def __init__(self, dependency: str) -> None:
        self._dependency = dependency
        self.reason: str | None = None

    def unavailable(self, reason: str) -> None:
        if self.reason is None:
            _logger.warning("%s unavailable: %s", self._dependency, reason)
        self.reason = reason

    def available(self) -> None:
        if self.reason is not None:
            _logger.warning("%s is back", self._dependency)
            self.reason = None
