"""What integrators read, in the shapes that print services share."""

from rest_framework import serializers

from printshop.orders_api.asked import Metadata
from printshop.orders_api.messages import Spoken

STEPS = ("NotStarted", "InProgress", "Complete")


class Money(Spoken):
    """Text, since numbers with a point are never exact."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class SizeReply(Spoken):
    """In millimetres."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PhotosReply(Spoken):
    """How many photos one copy takes, and has in its price."""

    fewest = serializers.IntegerField()
    most = serializers.IntegerField()
    included = serializers.IntegerField()


class ProductReply(Spoken):
    """A thing the shop makes; each further photo costs more."""

    sku = serializers.CharField()
    description = serializers.CharField()
    size_mm = SizeReply()
    finishes = serializers.ListField(child=serializers.CharField())
    sizings = serializers.ListField(child=serializers.CharField())
    photos = PhotosReply()
    unit_cost = Money()
    further_photo_cost = Money()


class ProductsReply(Spoken):
    """Everything the shop makes."""

    products = ProductReply(many=True)


class OneProductReply(Spoken):
    """One of them."""

    product = ProductReply()


class SharpnessReply(Spoken):
    """What a photo will look like as this product, in the middle of the paper."""

    sku = serializers.CharField()
    ppi = serializers.IntegerField()
    quality = serializers.ChoiceField(["good", "fair", "poor"])


class AssetReply(Spoken):
    """A photo that was sent; it is deleted then, unless it is in an order."""

    id = serializers.UUIDField()
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField()
    file_name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    sha256 = serializers.CharField()
    sharpness = SharpnessReply(many=True)


class OneAssetReply(Spoken):
    """One of them."""

    asset = AssetReply()


class CostSummaryReply(Spoken):
    """What is paid for what; taxes are in it."""

    items = Money()
    shipping = Money()
    total_cost = Money()


class QuotedItemReply(Spoken):
    """A thing and its price."""

    merchant_reference = serializers.CharField()
    sku = serializers.CharField()
    copies = serializers.IntegerField()
    unit_cost = Money()
    cost = Money()


class QuoteReply(Spoken):
    """What it costs to have it sent in this way."""

    shipping_method = serializers.CharField()
    cost_summary = CostSummaryReply()
    items = QuotedItemReply(many=True)


class QuotesReply(Spoken):
    """A quote for each way of sending."""

    quotes = QuoteReply(many=True)


class IssueReply(Spoken):
    """Something one should know, or do something about."""

    error_code = serializers.CharField()
    description = serializers.CharField()
    object_id = serializers.CharField(required=False)


class DetailsReply(Spoken):
    """How far each step has come."""

    download_assets = serializers.ChoiceField([*STEPS])
    print_ready_assets_prepared = serializers.ChoiceField([*STEPS])
    in_production = serializers.ChoiceField([*STEPS])
    shipping = serializers.ChoiceField([*STEPS])


class StatusReply(Spoken):
    """How it goes."""

    stage = serializers.ChoiceField(["InProgress", "Complete", "Cancelled"])
    issues = IssueReply(many=True)
    details = DetailsReply()


class AddressReply(Spoken):
    """Where a parcel goes."""

    line1 = serializers.CharField()
    line2 = serializers.CharField()
    postal_or_zip_code = serializers.CharField()
    town_or_city = serializers.CharField()
    country_code = serializers.CharField()


class RecipientReply(Spoken):
    """Who gets it."""

    name = serializers.CharField()
    email = serializers.CharField()
    address = AddressReply()


class AttributesReply(Spoken):
    """What was chosen of a product."""

    finish = serializers.CharField()


class PlacedAssetReply(Spoken):
    """A photo in an order."""

    id = serializers.UUIDField()
    print_area = serializers.CharField()
    ppi = serializers.IntegerField()
    sha256 = serializers.CharField()


class ItemReply(Spoken):
    """A thing that is made."""

    id = serializers.UUIDField()
    merchant_reference = serializers.CharField()
    sku = serializers.CharField()
    copies = serializers.IntegerField()
    sizing = serializers.CharField()
    attributes = AttributesReply()
    unit_cost = Money()
    assets = PlacedAssetReply(many=True)


class ChargeReply(Spoken):
    """Money that was asked for."""

    id = serializers.UUIDField()
    created = serializers.DateTimeField()
    status = serializers.ChoiceField(["Pending", "Charged", "Declined", "Refunded"])
    total_cost = Money()


class ShipmentReply(Spoken):
    """A parcel that left."""

    dispatch_date = serializers.DateTimeField()
    shipping_method = serializers.CharField()
    tracking_number = serializers.CharField()


class OrderReply(Spoken):
    """An order."""

    id = serializers.CharField()
    created = serializers.DateTimeField()
    last_updated = serializers.DateTimeField()
    merchant_reference = serializers.CharField()
    idempotency_key = serializers.CharField()
    shipping_method = serializers.CharField()
    status = StatusReply()
    charges = ChargeReply(many=True)
    shipments = ShipmentReply(many=True)
    recipient = RecipientReply()
    items = ItemReply(many=True)
    cost_summary = CostSummaryReply()
    metadata = Metadata()


class OutcomeReply(Spoken):
    """An order, and what became of the request."""

    outcome = serializers.ChoiceField(
        ["Ok", "Created", "CreatedWithIssues", "AlreadyExists", "Cancelled", "Updated"]
    )
    order = OrderReply()


class OrdersReply(Spoken):
    """A page of orders, the newest first."""

    orders = OrderReply(many=True)
    has_more = serializers.BooleanField()
    next_url = serializers.CharField(required=False)


class ActionReply(Spoken):
    """May it still be done?"""

    is_available = serializers.ChoiceField(["Yes", "No"])


class ActionsReply(Spoken):
    """What can still be done with an order."""

    cancel = ActionReply()
    update_recipient = ActionReply()
    update_shipping_method = ActionReply()
    update_metadata = ActionReply()
