"""What jobs are given to work with; the composition root fills it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from {{ package }}.domain.audit import AuditUseCases


@dataclass(frozen=True, slots=True)
class Work:
    """The use cases, and how to open the transaction around one."""

    audit: AuditUseCases
    transaction: Callable[[], AbstractAsyncContextManager[None]]
