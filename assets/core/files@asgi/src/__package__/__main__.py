"""Serves the application: `python -m {{ package }}`."""

from {{ package }}.bootstrap import set_up_logging
from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.server import serve


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    set_up_logging(settings)
    serve("{{ package }}.bootstrap:create_application", settings.app)


if __name__ == "__main__":
    main()
