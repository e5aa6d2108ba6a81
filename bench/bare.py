"""A bare Django view: settings and all. No middleware, no application, no database."""

import os

from django.http import HttpRequest, JsonResponse
from django.urls import path

SECRET_KEY = "bench-" * 10
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
ACCESS_LOG = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"access": {"handlers": ["console"], "level": "INFO"}},
}
LOGGING = ACCESS_LOG
SIZE = int(os.environ.get("BENCH_SIZE", "1000"))  # bytes of the JSON it answers with


def document(request: HttpRequest) -> JsonResponse:
    """JSON of a given length."""
    return JsonResponse({"padding": "x" * (SIZE - 15)})


urlpatterns = [path("document", document)]
