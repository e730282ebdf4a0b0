"""Serves the application: `python -m {{ package }}`."""

from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.server import serve


def main() -> None:
    """Serve until told to stop."""
    serve("{{ package }}.bootstrap:create_application", load_settings().app)


if __name__ == "__main__":
    main()
