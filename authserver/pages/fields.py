"""Form fields that several pages have."""

from typing import Any

from django import forms
from django.core.validators import URLValidator


class LinkField(forms.URLField):
    """The address of a page of somebody else's, which people may follow."""

    default_validators = [URLValidator(schemes=["https", "http"])]

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", **options)
