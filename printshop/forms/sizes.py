"""How each photo is printed."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from printshop.crops import Crop, centre_crop
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.models.selections import Original
from printshop.products import (
    PRODUCTS,
    SMALLEST,
    Product,
    Resolution,
    Size,
    euros,
    ppi,
    resolution,
)

MOST_COPIES = 99
SINGLE = [product for product in PRODUCTS.values() if product.is_single]


@dataclass(frozen=True, slots=True)
class Offer:
    """One photo on one size of paper: the part that is printed, and how sharp."""

    product: Product
    crop: Crop
    ppi: int
    resolution: Resolution

    @classmethod
    def of(cls, original: Original, product: Product) -> "Offer":
        """What this print would be."""
        photo = Size(original.width, original.height)
        paper = product.lying_like(photo)
        crop = centre_crop(photo, paper)
        return cls(product, crop, ppi(crop.size, paper), resolution(crop.size, paper))

    @property
    def label(self) -> str:
        """As it stands in the list of sizes."""
        return f"{self.product.name} · {euros(self.product.cents)}"


class PrintForm(forms.Form):
    """How one photo is printed."""

    size = forms.ChoiceField(
        choices=[(p.code, p.name) for p in SINGLE], initial=SMALLEST.code
    )
    copies = forms.IntegerField(min_value=0, max_value=MOST_COPIES, initial=1)
    anyway = forms.BooleanField(required=False)

    def __init__(
        self, data: QueryDict | None, original: Original, initial: dict[str, object]
    ) -> None:
        """Know the photo, whose pixels decide what is sensible."""
        super().__init__(data, prefix=original.pk.hex, initial=initial)
        self.original = original
        self.offers = [Offer.of(original, product) for product in SINGLE]

    @property
    def chosen(self) -> Offer:
        """The offer for the size that is selected now."""
        code = self["size"].value()
        return next((o for o in self.offers if o.product.code == code), self.offers[0])

    def clean(self) -> dict[str, object]:
        """A print that will look blurred must be wanted."""
        cleaned = self.cleaned_data
        blurred = self.chosen.resolution == Resolution.POOR
        if cleaned.get("copies") and blurred and not cleaned.get("anyway"):
            self.add_error(
                "anyway",
                f"This photo has only {self.chosen.ppi} pixels per inch at this size."
                " Choose a smaller print, or tick to print it anyway.",
            )
        return cleaned

    def item(self, order: Order, position: int) -> tuple[OrderItem, Placement]:
        """The cart's line; only for a valid form with copies."""
        offer = self.chosen
        item = OrderItem(
            order=order,
            position=position,
            product_code=offer.product.code,
            finish=offer.product.finishes[0],
            copies=self.cleaned_data["copies"],
            unit_cents=offer.product.price(1),
        )
        placement = Placement(
            item=item,
            original=self.original,
            confirmed=self.cleaned_data["anyway"],
            crop_left=offer.crop.left,
            crop_top=offer.crop.top,
            crop_width=offer.crop.width,
            crop_height=offer.crop.height,
        )
        return item, placement
