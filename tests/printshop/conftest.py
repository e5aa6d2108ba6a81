"""The suite of printshop: its own settings, its own process, no network."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "printshop.settings"
os.environ["PRINTSHOP_DEMO"] = "1"
if "TEST_POSTGRES_URL" in os.environ:
    os.environ["PRINTSHOP_DATABASE_URL"] = os.environ["TEST_POSTGRES_URL"]
