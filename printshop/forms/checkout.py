"""What customers fill in to get a parcel: where it goes, and what pays for it."""

import re
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from printshop.models.orders import Order
from printshop.payments import TEST_CARDS
from printshop.products import Shipping, euros

COUNTRIES = {  # where we ship, and what a postcode looks like there
    "AT": ("Austria", r"\d{4}"),
    "BE": ("Belgium", r"\d{4}"),
    "CH": ("Switzerland", r"\d{4}"),
    "DE": ("Germany", r"\d{5}"),
    "DK": ("Denmark", r"\d{4}"),
    "ES": ("Spain", r"\d{5}"),
    "FR": ("France", r"\d{5}"),
    "GB": ("United Kingdom", r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"),
    "IE": ("Ireland", r"[A-Z]\d[\dW] ?[A-Z\d]{4}"),
    "IT": ("Italy", r"\d{5}"),
    "LU": ("Luxembourg", r"\d{4}"),
    "NL": ("Netherlands", r"\d{4} ?[A-Z]{2}"),
    "PT": ("Portugal", r"\d{4}-\d{3}"),
    "SE": ("Sweden", r"\d{3} ?\d{2}"),
}


class AddressForm(forms.ModelForm[Order]):
    """Where the prints go, how, and who is told."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="We write when the order comes a step further.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    shipping = forms.ChoiceField(
        choices=[(way, f"{way.label} · {euros(way.cents)}") for way in Shipping],
        widget=forms.RadioSelect,
    )
    country = forms.ChoiceField(
        choices=[("", "Choose a country")]
        + [(code, name) for code, (name, _) in COUNTRIES.items()],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )

    class Meta:
        model = Order
        fields = [
            "name",
            "line1",
            "line2",
            "postcode",
            "town",
            "country",
            "email",
            "shipping",
        ]
        labels: ClassVar[dict[str, str]] = {
            "name": "Full name",
            "line1": "Street and number",
            "line2": "Flat, floor or company (if any)",
            "town": "Town",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "line1": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "line2": forms.TextInput(attrs={"autocomplete": "address-line2"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "town": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }

    def __init__(self, data: QueryDict | None, order: Order) -> None:
        """Everything but the second line is needed."""
        super().__init__(data, instance=order, label_suffix="")
        for name in ("name", "line1", "postcode", "town"):
            self.fields[name].required = True

    @property
    def recorded(self) -> dict[str, object]:
        """What the order learns from a valid form."""
        shipping = Shipping(self.cleaned_data["shipping"])
        return self.cleaned_data | {"shipping_cents": shipping.cents}

    def clean(self) -> dict[str, object]:
        """The postcode fits the country."""
        cleaned = self.cleaned_data
        code, postcode = cleaned.get("country"), cleaned.get("postcode", "")
        if code and postcode:
            country, pattern = COUNTRIES[code]
            cleaned["postcode"] = postcode = postcode.upper().strip()
            if not re.fullmatch(pattern, postcode, re.ASCII):
                self.add_error("postcode", f"This is not a postcode of {country}.")
        return cleaned


class PayForm(forms.Form):
    """The test card. Its number is passed to the bank and kept nowhere."""

    card_number = forms.CharField(
        label_suffix="",
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "numeric", "size": 19}
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    cents = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def clean_card_number(self) -> str:
        """Only the bank's test cards: nobody should type a real one here."""
        digits: str = re.sub(r"[\s-]", "", self.cleaned_data["card_number"])
        if digits not in TEST_CARDS:
            raise ValidationError("This is not one of the test cards.")
        return digits
