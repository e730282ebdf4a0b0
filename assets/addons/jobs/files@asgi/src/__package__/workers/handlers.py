"""What is done for each kind of job."""

from typing import Final

from {{ package }}.workers.registry import Handlers

handlers: Final = Handlers()
