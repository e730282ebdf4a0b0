"""The application for any WSGI server. `__main__.py` serves it with bounds."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{{ package }}.infrastructure.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # imports the routes now, so that the first request is not slow
