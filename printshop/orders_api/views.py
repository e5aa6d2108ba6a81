"""Products, quotes and assets: what one needs before ordering."""

from rest_framework.request import Request
from rest_framework.response import Response

from printshop.orders_api import assets, replies, telling
from printshop.orders_api.asked import METHODS, AssetNameMessage, QuoteMessage
from printshop.orders_api.methods import Method, View, integrator
from printshop.orders_api.problems import NotFound
from printshop.products import PRODUCTS
from printshop.quotes import Line, Quote


class Products(View):
    """`/v1/products`"""

    methods = {
        "GET": Method(
            "products.list", "Everything the shop makes.", replies.ProductsReply
        )
    }

    def get(self, request: Request) -> Response:
        """All of them at once: there are eight."""
        products = [telling.product(one) for one in PRODUCTS.values()]
        return self.told({"products": products})


class ProductDetail(View):
    """`/v1/products/{sku}`"""

    methods = {"GET": Method("products.get", "One product.", replies.OneProductReply)}

    def get(self, request: Request, sku: str) -> Response:
        """One of them."""
        if sku not in PRODUCTS:
            raise NotFound("There is no such product.")
        return self.told({"product": telling.product(PRODUCTS[sku])})


class Quotes(View):
    """`/v1/quotes`"""

    methods = {
        "POST": Method(
            "quotes.create",
            "What items would cost, for each way of sending. Nothing is remembered.",
            replies.QuotesReply,
            body=QuoteMessage,
        )
    }

    def post(self, request: Request) -> Response:
        """The same sums as in the shop."""
        asked = self.asked(request)
        lines = tuple(
            Line(item["product"], len(item["assets"]), item["copies"])
            for item in asked["items"]
        )
        names = [item.get("merchant_reference", "") for item in asked["items"]]
        methods = METHODS
        if method := asked.get("shipping_method"):
            methods = {method: METHODS[method]}
        quotes = [telling.quote(Quote(lines, way), names) for way in methods.values()]
        return self.told({"quotes": quotes})


class Assets(View):
    """`/v1/assets`"""

    methods = {
        "POST": Method(
            "assets.create",
            "Send a photo: its bytes, as they are. It is kept for a day; in an order "
            "it stays. Addresses are never fetched.",
            replies.OneAssetReply,
            query=AssetNameMessage,
            photo=True,
            made=True,
        )
    }

    def post(self, request: Request) -> Response:
        """Keep it."""
        name = self.asked(request).get("file_name", "")
        asset = assets.receive(integrator(request), name)
        return self.told({"asset": telling.asset(asset)}, 201)


class AssetDetail(View):
    """`/v1/assets/{id}`"""

    methods = {
        "GET": Method("assets.get", "A photo that was sent.", replies.OneAssetReply)
    }

    def get(self, request: Request, asset_id: str) -> Response:
        """What is known of it."""
        mine = assets.sent_by(integrator(request))
        if (asset := mine.filter(pk=asset_id).first()) is None:
            raise NotFound("There is no such asset, or it has expired.")
        return self.told({"asset": telling.asset(asset)})


class Nothing(View):
    """Any other address."""

    def get(self, request: Request, rest: str) -> Response:
        """Not found; but who asks without a token learns first how to get one."""
        raise NotFound("There is nothing at this address.")

    post = get
