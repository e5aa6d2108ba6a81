"""The suite of photos_api: its own settings, its own process, no network."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "photos_api.settings"
os.environ["PHOTOS_API_DEMO"] = "1"
if "TEST_POSTGRES_URL" in os.environ:
    os.environ["PHOTOS_API_DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]
