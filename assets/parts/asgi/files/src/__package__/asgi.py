"""The application for any ASGI server, such as `uvicorn {{ package }}.asgi:app`.

`python -m {{ package }}` serves it with what `api/server.py` adds: bounds on connections, and graceful shutdown.
"""

from {{ package }}.bootstrap import create_application

app = create_application()
