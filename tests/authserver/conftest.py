"""The suite of authserver: its own settings, its own process, no network."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "authserver.settings"
os.environ["AUTHSERVER_DEMO"] = "1"
if "TEST_POSTGRES_URL" in os.environ:
    os.environ["AUTHSERVER_DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]

import django  # noqa: E402  # the settings are named above

django.setup()  # test modules import models, before pytest-django would do it
