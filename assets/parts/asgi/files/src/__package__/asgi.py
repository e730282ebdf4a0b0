"""The application for any ASGI server. `__main__.py` serves it with the bounds of `api/server.py`."""

from {{ package }}.bootstrap import create_application

app = create_application()
