"""Advice while one chooses: how sharp a photo would be on each thing we make."""

import json
from dataclasses import dataclass

from printshop.cart import Placed
from printshop.models.selections import Original
from printshop.products import PRODUCTS, Kind, Product, Resolution


@dataclass(frozen=True, slots=True)
class Offer:
    """One photo on one product."""

    product: Product
    ppi: int
    resolution: Resolution

    @classmethod
    def of(cls, original: Original, product: Product) -> "Offer":
        """What it would look like."""
        return cls(product, *Placed.on(product, original).on_paper(product))

    @property
    def advice(self) -> str:
        """As it stands under the photo."""
        if self.product.kind == Kind.SHEET:
            return "small, will be sharp"
        return f"{self.ppi} ppi, {self.resolution.advice}"


@dataclass(frozen=True, slots=True)
class Tile:
    """A photo among those to choose from, and what there is to know about it."""

    original: Original
    product: Product  # that is selected now
    ticked: bool

    @property
    def offer(self) -> Offer:
        """On the product that is selected now."""
        return Offer.of(self.original, self.product)

    @property
    def biggest(self) -> Product | None:
        """The biggest print that will be sharp; None if none will."""
        prints = (p for p in PRODUCTS.values() if p.kind == Kind.PRINT)
        offers = (Offer.of(self.original, product) for product in prints)
        sharp = [o.product for o in offers if o.resolution == Resolution.GOOD]
        return max(sharp, key=lambda p: p.short_mm * p.long_mm, default=None)

    @property
    def offers(self) -> str:
        """All products, for the page's script: code → advice and its tone."""
        offers = [Offer.of(self.original, product) for product in PRODUCTS.values()]
        return json.dumps(
            {o.product.code: [o.advice, o.resolution.tone] for o in offers}
        )
