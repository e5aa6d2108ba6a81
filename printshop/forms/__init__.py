"""What customers fill in, one file per part of the story."""

from printshop.forms.checkout import COUNTRIES, AddressForm, PayForm

__all__ = ["COUNTRIES", "AddressForm", "PayForm"]
