"""What is in an order: things to make, and the photos that are placed on them."""

import uuid

from django.db import models

from printshop.crops import Crop
from printshop.models.customers import Customer
from printshop.models.orders import Order, Stage
from printshop.models.selections import Original
from printshop.products import (
    PRODUCTS,
    Kind,
    Product,
    Resolution,
    Size,
    Sizing,
    ppi,
    product_of,
    resolution,
)


class OrderItemQuerySet(models.QuerySet["OrderItem"]):
    """Things to make."""

    def in_cart(self, customer: Customer) -> "OrderItemQuerySet":
        """What this customer has put into the cart."""
        return self.in_carts().filter(order__customer=customer)

    def in_carts(self) -> "OrderItemQuerySet":
        """What is in anybody's cart."""
        return self.filter(order__stage=Stage.DRAFT, order__client_id="")

    def unsold(self, order: Order) -> "OrderItemQuerySet":
        """What is in an order, and not sold any more."""
        return self.filter(order=order).exclude(product_code__in=PRODUCTS)


class OrderItem(models.Model):
    """One thing to make, so many times: a print, a poster, a sheet, a book."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    product_code = models.CharField(max_length=20)
    finish = models.CharField(max_length=10)
    copies = models.PositiveIntegerField(default=1)
    unit_cents = models.PositiveIntegerField()  # of one copy, all its photos included
    reference = models.CharField(max_length=255, blank=True)  # an integrator's name
    title = models.CharField(max_length=60, blank=True)  # on the cover of a book

    objects = OrderItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.product.name

    @property
    def product(self) -> Product:
        """What is made."""
        return product_of(self.product_code)

    @property
    def cents(self) -> int:
        """What all copies cost together."""
        return self.unit_cents * self.copies


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Photos as they are placed on what is made."""

    def rendered(self, placement: "Placement", print_file: str) -> bool:
        """Record a finished picture; False if another worker was quicker.

        Or if the order was cancelled, or stopped.
        """
        unfinished = self.filter(pk=placement.pk, print_file="")
        wanted = unfinished.filter(item__order__stage=Stage.FETCHED)
        return wanted.update(print_file=print_file) == 1

    def refit(self, placement: "Placement", crop: Crop) -> bool:
        """The photo came otherwise than it was told; False if it is printed."""
        unprinted = self.filter(pk=placement.pk, print_file="")
        left, top, width, height = crop.left, crop.top, crop.width, crop.height
        return (
            unprinted.update(
                crop_left=left,
                crop_top=top,
                crop_width=width,
                crop_height=height,
                rotation=0,
            )
            == 1
        )

    def arranged(
        self,
        placement: "Placement",
        *,
        crop: Crop,
        rotation: int,
        sizing: Sizing,
        confirmed: bool,
    ) -> bool:
        """Another part of the photo, for as long as nobody has paid for it."""
        draft = self.filter(pk=placement.pk, item__order__stage=Stage.DRAFT)
        return (
            draft.update(
                crop_left=crop.left,
                crop_top=crop.top,
                crop_width=crop.width,
                crop_height=crop.height,
                rotation=rotation,
                sizing=sizing,
                confirmed=confirmed,
            )
            == 1
        )


class Placement(models.Model):
    """One photo on one item; a book has many, a print has one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(OrderItem, models.CASCADE, related_name="placements")
    original = models.ForeignKey(Original, models.PROTECT, related_name="placements")
    position = models.PositiveIntegerField(default=0)
    rotation = models.PositiveSmallIntegerField(default=0)  # degrees, clockwise
    sizing = models.CharField(max_length=4, choices=Sizing, default=Sizing.FILL)
    confirmed = models.BooleanField(default=False)  # wanted though it will look blurred

    # The part inside the trim, in pixels of the photo held upright, then rotated.
    crop_left = models.PositiveIntegerField()
    crop_top = models.PositiveIntegerField()
    crop_width = models.PositiveIntegerField()
    crop_height = models.PositiveIntegerField()

    print_file = models.CharField(max_length=255, blank=True)  # a JPEG, in the storage

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.original)

    @property
    def photo(self) -> Size:
        """The photo's pixels, turned as the customer wants it."""
        photo = Size(self.original.width, self.original.height)
        return photo.turned() if self.rotation % 180 else photo

    @property
    def paper(self) -> Size:
        """What the photo is printed on in millimetres, turned the way it is."""
        return self.item.product.lying_like(self.photo)

    @property
    def crop(self) -> Crop:
        """The part of the turned photo that lies inside the trim."""
        return Crop(self.crop_left, self.crop_top, self.crop_width, self.crop_height)

    @property
    def ppi(self) -> int:
        """How many pixels an inch of the paper gets."""
        return ppi(self.crop.size, self.paper, Sizing(self.sizing))

    @property
    def resolution(self) -> Resolution:
        """How sharp it will look; on a sheet of many it is too small to matter."""
        if self.item.product.kind == Kind.SHEET:
            return Resolution.GOOD
        return resolution(self.crop.size, self.paper, Sizing(self.sizing))
