"""Products, quotes and assets: what one needs before ordering."""

from typing import cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from printshop.orders_api import assets, replies, telling
from printshop.orders_api.asked import METHODS, QuoteMessage
from printshop.orders_api.authentication import OrdersRequest
from printshop.orders_api.messages import Spoken, read
from printshop.orders_api.problems import NotFound
from printshop.products import PRODUCTS
from printshop.quotes import Line, Quote


class View(APIView):
    """A view of the orders resource; what it does not name is for nobody."""

    http_method_names = ["get", "head", "post"]


def integrator(request: Request) -> OrdersRequest:
    """The request of somebody who was let in."""
    return cast("OrdersRequest", request)


def told(declared: type[Spoken], values: telling.Told, status: int = 200) -> Response:
    """An answer in its declared shape."""
    return Response(declared(values).data, status)


class Products(View):
    """`GET /v1/products`"""

    def get(self, request: Request) -> Response:
        """Everything the shop makes."""
        products = [telling.product(one) for one in PRODUCTS.values()]
        return told(replies.ProductsReply, {"products": products})


class ProductDetail(View):
    """`GET /v1/products/{sku}`"""

    def get(self, request: Request, sku: str) -> Response:
        """One of them."""
        if sku not in PRODUCTS:
            raise NotFound("There is no such product.")
        one = telling.product(PRODUCTS[sku])
        return told(replies.OneProductReply, {"product": one})


class Quotes(View):
    """`POST /v1/quotes`"""

    def post(self, request: Request) -> Response:
        """What these items would cost; nothing is remembered."""
        asked = read(request, QuoteMessage)
        lines = tuple(
            Line(item["product"], len(item["assets"]), item["copies"])
            for item in asked["items"]
        )
        names = [item.get("merchant_reference", "") for item in asked["items"]]
        methods = METHODS
        if method := asked.get("shipping_method"):
            methods = {method: METHODS[method]}
        quotes = [telling.quote(Quote(lines, way), names) for way in methods.values()]
        return told(replies.QuotesReply, {"quotes": quotes})


class Assets(View):
    """`POST /v1/assets`: the bytes of a photo, as they are."""

    def post(self, request: Request) -> Response:
        """Keep it for a day; in an order it stays."""
        asset = assets.receive(integrator(request))
        return told(replies.OneAssetReply, {"asset": telling.asset(asset)}, 201)


class AssetDetail(View):
    """`GET /v1/assets/{id}`"""

    def get(self, request: Request, asset_id: str) -> Response:
        """What is known of it."""
        mine = assets.sent_by(integrator(request))
        if (asset := mine.filter(pk=asset_id).first()) is None:
            raise NotFound("There is no such asset, or it has expired.")
        return told(replies.OneAssetReply, {"asset": telling.asset(asset)})


class Nothing(View):
    """Any other address."""

    def get(self, request: Request, rest: str) -> Response:
        """Not found; but who asks without a token learns first how to get one."""
        raise NotFound("There is nothing at this address.")

    post = get
