"""Django's settings: the typed settings of `config.py` under Django's names."""

import logging
from collections.abc import Callable
from typing import cast
from django.utils.module_loading import import_string

from {{ package }}.infrastructure.config import load_settings
from {{ package }}.infrastructure.db.connection import database_entry
from {{ package }}.infrastructure.logging import configure_logging

_settings = load_settings()
_app, _site = _settings.app, _settings.site
_https = _app.production if _site.https_only is None else _site.https_only

DEBUG = False  # in development too: errors are problem documents, and their tracebacks are in the log
SECRET_KEY = _site.secret_key.text
ALLOWED_HOSTS = _site.allowed_hosts.split(",") if _site.allowed_hosts else [".localhost", "127.0.0.1", "[::1]"]
FORCE_SCRIPT_NAME = _app.root_path or None
ROOT_URLCONF = "{{ package }}.urls"
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "{{ package }}.infrastructure.db.apps.DbConfig",
    "{{ package }}.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "ninja",
    {{ slot("django.apps") }}
]
MIDDLEWARE = [  # the outermost first
    "{{ package }}.api.middleware.Requests",
    "{{ package }}.bootstrap.attach_services",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "{{ package }}.api.limits.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "{{ package }}.api.errors.Outages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
STATIC_URL = f"{_app.root_path}/static/"
WHITENOISE_USE_FINDERS = True  # the files of the installed packages, without a step that collects them
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
DATABASES = {"default": database_entry(_settings.database)}

{{ slot("django.settings") }}
DATA_UPLOAD_MAX_MEMORY_SIZE = _app.max_body_bytes
BODY_READERS = _app.threads // 2
API_DOCS = not _app.production if _app.docs_enabled is None else _app.docs_enabled

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = _site.hsts_seconds if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _site.trusted_proxy else None
# Whether HSTS holds for subdomains, and in browsers before their first visit, is up to those who own the domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CSP = {
    **{name: ["'none'"] for name in ("default-src", "base-uri", "frame-ancestors")},
    **{name: ["'self'"] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")},
}


def _request_id() -> str | None:
    return cast("Callable[[], str | None]", import_string("{{ package }}.api.middleware.current_request_id"))()


LOGGING_CONFIG = None  # Django adds no handlers of its own
configure_logging(_app.log_level, json=_app.production, request_id=_request_id)
# The access line says the rest.
logging.getLogger("django.request").addFilter(lambda record: record.exc_info is not None)
logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)
