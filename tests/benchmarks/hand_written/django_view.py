import os
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from granian.constants import HTTPModes, Interfaces
from granian.server import MPServer

url = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path[1:],
            "USER": url.username,
            "PASSWORD": url.password or "",
            "HOST": url.hostname,
            "PORT": url.port or 5432,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "orders_api.infrastructure.db",
    ],
    # What `django-admin startproject` writes.
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not-a-secret",  # noqa: S106 - it signs nothing
    USE_TZ=True,
)
app = get_wsgi_application()

from orders_api.infrastructure.db.models import OrderRow  # noqa: E402 - Django has to be set up


def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def get_order(_request: HttpRequest, order_id: UUID) -> JsonResponse:
    order = get_object_or_404(OrderRow, pk=order_id)
    fields = {name: getattr(order, name) for name in ("id", "created_at", "customer_id", "total", "note")}
    return JsonResponse(fields)


urlpatterns = [path("healthz", healthz), path("orders/<uuid:order_id>", get_order)]

if __name__ == "__main__":
    MPServer(
        "django_view:app",
        address=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        blocking_threads=16,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    ).serve(target_loader=lambda: app, wrap_loader=False)
