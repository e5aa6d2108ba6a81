"""How templates write money, and draw what is made."""

from django import template

from printshop import drawings
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order
from printshop.models.selections import Original
from printshop.products import euros

register = template.Library()
register.filter("euros", euros)


@register.filter
def unbroken(text: object) -> str:
    """Sizes stay on one line: 20 × 30 cm."""
    return str(text).replace(" × ", "\u00a0×\u00a0").replace(" cm", "\u00a0cm")


@register.filter
def lacks_photos(order: Order) -> bool:
    """Is there a photo in it that could not be fetched?"""
    refused = Original.State.REFUSED
    return order.items.filter(placements__original__state=refused).exists()


@register.inclusion_tag("_made.html")
def made(item: OrderItem) -> dict[str, object]:
    """A thing as it will be made, small; its placements must be known."""
    return {"item": item, "drawing": drawings.of_item(item)}


@register.inclusion_tag("_made.html")
def printed(placement: Placement) -> dict[str, object]:
    """One photo on its paper, small; its item and original must be known."""
    return {"item": placement.item, "drawing": drawings.of_placement(placement)}


@register.simple_tag
def advice(item: OrderItem) -> drawings.Said | None:
    """What there is to warn of; None if every photo will be sharp."""
    return drawings.warning(item)
