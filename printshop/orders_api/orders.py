"""Orders: placing, listing, and looking how far they are."""

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from rest_framework.request import Request
from rest_framework.response import Response

from printshop.models import Order
from printshop.models.orders import OrderQuerySet
from printshop.orders_api import asked, placing, replies, telling
from printshop.orders_api.authentication import OrdersRequest
from printshop.orders_api.methods import Method, View, integrator
from printshop.orders_api.problems import NotFound


class Orders(View):
    """`/v1/orders`"""

    methods = {
        "GET": Method(
            "orders.list",
            "The orders this program placed for this customer, the newest first.",
            replies.OrdersReply,
            query=asked.PageMessage,
        ),
        "POST": Method(
            "orders.create",
            "Place an order. Sent again with the same idempotencyKey it is the same "
            "order, and with another body a conflict.",
            replies.OutcomeReply,
            body=asked.OrderMessage,
            made=True,
        ),
    }

    def get(self, request: Request) -> Response:
        """One more than is shown: so we know if there are more."""
        page = self.asked(request)
        mine = orders_of(integrator(request)).placed()
        if reference := page.get("merchant_reference"):
            mine = mine.filter(reference=reference)
        end = page["skip"] + page["top"]
        some = telling.told_with(mine.order_by("-created_at", "-pk"))
        found = list(some[page["skip"] : end + 1])
        values: telling.Told = {
            "orders": [telling.order(one) for one in found[: page["top"]]],
            "has_more": len(found) > page["top"],
        }
        if values["has_more"]:
            query = {"top": page["top"], "skip": end}
            query |= {"merchantReference": reference} if reference else {}
            address = f"{settings.URL}{reverse('api_orders')}"
            values["next_url"] = f"{address}?{urlencode(query)}"
        return self.told(values)

    def post(self, request: Request) -> Response:
        """It is paid for on the integrator's account."""
        message, who = self.asked(request), integrator(request)
        mark = placing.fingerprint(request.data)
        order, is_new = placing.place(who.user, who.auth.client_id, message, mark)
        values = telling.order(found(who, order.number))
        outcome = "AlreadyExists"
        if is_new:
            issues = values["status"]["issues"]
            outcome = "CreatedWithIssues" if issues else "Created"
        answer = {"outcome": outcome, "order": values}
        return self.told(answer, 201 if is_new else 200)


class OrderDetail(View):
    """`/v1/orders/{id}`"""

    methods = {"GET": Method("orders.get", "All about one.", replies.OutcomeReply)}

    def get(self, request: Request, number: str) -> Response:
        """As it is now."""
        order = found(integrator(request), number)
        return self.told({"outcome": "Ok", "order": telling.order(order)})


def orders_of(who: OrdersRequest) -> OrderQuerySet:
    """Those which this integrator placed for this customer."""
    return Order.objects.of(who.user).filter(client_id=who.auth.client_id)


def found(who: OrdersRequest, number: str) -> Order:
    """An order with everything that is told of it; raises NotFound."""
    order = telling.told_with(orders_of(who).filter(number=number)).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order
