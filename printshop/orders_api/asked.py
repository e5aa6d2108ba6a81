"""What integrators send: quotes, orders, and changes of orders."""

import re
from typing import Any

from rest_framework import serializers

from printshop.cart import MOST_COPIES
from printshop.forms import COUNTRIES
from printshop.orders_api.messages import Message, Text
from printshop.products import PRODUCTS, Finish, Kind, Product, Shipping, Sizing

MOST_ITEMS = 100
MOST_PHOTOS = 1000  # of an order or a quote, each as often as it is placed
LARGEST_PAGE, FURTHEST = 20, 1_000_000
MOST_METADATA, LONGEST_NAME, LONGEST_VALUE = 20, 40, 500
SIZINGS = {"fillPrintArea": Sizing.FILL, "fitPrintArea": Sizing.FIT}
METHODS = {"Standard": Shipping.STANDARD, "Express": Shipping.EXPRESS}
NO_ADDRESSES = (
    "Addresses are never fetched: send the photo to /v1/assets and name its id here."
)


def sizings(product: Product) -> list[str]:
    """How photos may lie on it: pages and sheets show whole photos."""
    if product.kind in {Kind.PRINT, Kind.FRAMED}:
        return list(SIZINGS)
    return ["fitPrintArea"]


class Metadata(serializers.DictField):
    """Names and values of the integrator's own; they come back as they are."""

    child = Text(max_length=LONGEST_VALUE, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Not too many, not too long."""
        if isinstance(data, dict):
            if len(data) > MOST_METADATA:
                raise serializers.ValidationError(f"At most {MOST_METADATA} entries.")
            if not all(0 < len(n) <= LONGEST_NAME and n.isprintable() for n in data):
                raise serializers.ValidationError(
                    f"Names must have 1 to {LONGEST_NAME} characters."
                )
        return dict(super().to_internal_value(data))


class AttributesMessage(Message):
    """What is chosen of a product."""

    finish = serializers.ChoiceField(Finish.choices)


class AssetMessage(Message):
    """A photo to be printed."""

    id = serializers.UUIDField()
    print_area = serializers.ChoiceField(["default"], default="default")
    accept_low_resolution = serializers.BooleanField(default=False)

    def to_internal_value(self, data: Any) -> Any:
        """Say plainly why there is no url, which others take."""
        if isinstance(data, dict) and "url" in data:
            raise serializers.ValidationError({"url": [NO_ADDRESSES]})
        return super().to_internal_value(data)


class QuotedAssetMessage(AssetMessage):
    """A photo that need not be here yet."""

    id = serializers.UUIDField(required=False)


class ThingMessage(Message):
    """A thing to make; its assets are declared below."""

    sku = serializers.ChoiceField(list(PRODUCTS))
    copies = serializers.IntegerField(min_value=1, max_value=MOST_COPIES)
    sizing = serializers.ChoiceField(list(SIZINGS), required=False)
    attributes = AttributesMessage(required=False)
    merchant_reference = Text(max_length=255, required=False, allow_blank=True)

    def validate(self, attrs: Any) -> Any:
        """The product comes in this finish, and takes so many photos."""
        product = PRODUCTS[attrs["sku"]]
        finish = attrs.get("attributes", {}).get("finish", product.finishes[0])
        if finish not in product.finishes:
            possible = ", ".join(product.finishes)
            raise serializers.ValidationError(
                {"attributes": {"finish": [f"This product comes in: {possible}."]}}
            )
        sizing = attrs.get("sizing", sizings(product)[0])
        if sizing not in sizings(product):
            raise serializers.ValidationError(
                {"sizing": ["This product shows whole photos: fitPrintArea."]}
            )
        if not product.fewest <= len(attrs["assets"]) <= product.most:
            raise serializers.ValidationError({"assets": [_takes(product)]})
        attrs |= {"product": product, "finish": finish, "sizing": SIZINGS[sizing]}
        return attrs


class QuotedItemMessage(ThingMessage):
    """A thing that might be made."""

    assets = QuotedAssetMessage(many=True, allow_empty=False)


class ItemMessage(ThingMessage):
    """A thing to make, of photos that are here."""

    assets = AssetMessage(many=True, allow_empty=False)


class AddressMessage(Message):
    """Where a parcel goes."""

    line1 = Text(max_length=100)
    line2 = Text(max_length=100, required=False, allow_blank=True)
    postal_or_zip_code = Text(max_length=12)
    town_or_city = Text(max_length=100)
    country_code = serializers.ChoiceField(list(COUNTRIES))

    def validate(self, attrs: Any) -> Any:
        """The postcode fits the country."""
        country, pattern = COUNTRIES[attrs["country_code"]]
        attrs["postal_or_zip_code"] = attrs["postal_or_zip_code"].upper()
        if not re.fullmatch(pattern, attrs["postal_or_zip_code"], re.ASCII):
            raise serializers.ValidationError(
                {"postalOrZipCode": [f"This is not a postcode of {country}."]}
            )
        return attrs


class RecipientMessage(Message):
    """Who gets a parcel; with an e-mail address, who is told of each stage."""

    name = Text(max_length=100)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    address = AddressMessage()


class ShippingMessage(Message):
    """How a parcel travels."""

    shipping_method = serializers.ChoiceField(list(METHODS))


class MetadataMessage(Message):
    """What the integrator wants to remember about an order."""

    metadata = Metadata()


class UpdatedRecipientMessage(Message):
    """Who gets a parcel instead."""

    recipient = RecipientMessage()


class AssetNameMessage(Message):
    """How the integrator calls a photo: it stands below it on contact sheets."""

    file_name = Text(max_length=255, required=False, allow_blank=True)


class PageMessage(Message):
    """Which orders."""

    top = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=10)
    skip = serializers.IntegerField(min_value=0, max_value=FURTHEST, default=0)
    merchant_reference = Text(max_length=255, required=False)


class NothingMessage(Message):
    """An action that needs no more than its name."""


class QuoteMessage(Message):
    """What would it cost? Without a method: by each of them."""

    shipping_method = serializers.ChoiceField(list(METHODS), required=False)
    destination_country_code = serializers.ChoiceField(list(COUNTRIES))
    items: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=QuotedItemMessage(), allow_empty=False, max_length=MOST_ITEMS
    )

    def validate(self, attrs: Any) -> Any:
        """What could not be ordered has no price."""
        _refuse_too_many(attrs["items"])
        return attrs


class OrderMessage(Message):
    """An order. It costs money, so asking twice must be harmless: hence the key."""

    idempotency_key = Text(max_length=255)
    merchant_reference = Text(max_length=255, required=False, allow_blank=True)
    shipping_method = serializers.ChoiceField(list(METHODS), default="Standard")
    recipient = RecipientMessage()
    items: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ItemMessage(), allow_empty=False, max_length=MOST_ITEMS
    )
    metadata = Metadata(required=False)

    def validate(self, attrs: Any) -> Any:
        """Not more than one request can tell of, however it is divided."""
        _refuse_too_many(attrs["items"])
        return attrs


def recipient_fields(recipient: dict[str, Any]) -> dict[str, str]:
    """The same as columns of an order."""
    address = recipient["address"]
    return {
        "name": recipient["name"],
        "email": recipient.get("email", ""),
        "line1": address["line1"],
        "line2": address.get("line2", ""),
        "postcode": address["postal_or_zip_code"],
        "town": address["town_or_city"],
        "country": address["country_code"],
    }


def _refuse_too_many(items: list[dict[str, Any]]) -> None:
    if sum(len(item["assets"]) for item in items) > MOST_PHOTOS:
        said = f"At most {MOST_PHOTOS} photos in all: send several orders."
        raise serializers.ValidationError({"items": [said]})


def _takes(product: Product) -> str:
    if product.is_single:
        return "This product takes one photo."
    return f"This product takes {product.fewest} to {product.most} photos."
