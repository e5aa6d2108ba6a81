"""photos_api with one view more: see photos_urls."""

from photos_api.settings import *  # noqa: F403 # these settings, and one more

ROOT_URLCONF = "bench.photos_urls"
