"""Access that was taken away before it ended by itself."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from photos_api.base_urls import LIFETIME
