"""Orders: placing, listing and looking, and what can still be done with one."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from printshop import cancelling
from printshop.models import Order
from printshop.models.orders import OrderQuerySet
from printshop.orders_api import asked, placing, rebilling, replies, telling
from printshop.orders_api.authentication import OrdersRequest
from printshop.orders_api.messages import Message, Text, read, read_query
from printshop.orders_api.problems import Conflict, NotFound
from printshop.orders_api.views import View, integrator, told

LARGEST_PAGE, FURTHEST = 100, 1_000_000


class PageMessage(Message):
    """Which orders."""

    top = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=10)
    skip = serializers.IntegerField(min_value=0, max_value=FURTHEST, default=0)
    merchant_reference = Text(max_length=255, required=False)


class Orders(View):
    """`/v1/orders`"""

    def get(self, request: Request) -> Response:
        """A page of them, the newest first."""
        page = read_query(request, PageMessage)
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
            if reference:
                query["merchantReference"] = reference
            address = reverse("api_orders")
            values["next_url"] = f"{settings.URL}{address}?{urlencode(query)}"
        return told(replies.OrdersReply, values)

    def post(self, request: Request) -> Response:
        """Place one; sent again with the same key, it is the same order."""
        message = read(request, asked.OrderMessage)
        who, mark = integrator(request), placing.fingerprint(request.data)
        order, is_new = placing.place(who.user, who.auth.client_id, message, mark)
        values = telling.order(found(who, order.number))
        outcome = "AlreadyExists"
        if is_new:
            issues = values["status"]["issues"]
            outcome = "CreatedWithIssues" if issues else "Created"
        return told(
            replies.OutcomeReply,
            {"outcome": outcome, "order": values},
            201 if is_new else 200,
        )


class OrderDetail(View):
    """`GET /v1/orders/{id}`"""

    def get(self, request: Request, number: str) -> Response:
        """All about it."""
        order = found(integrator(request), number)
        return told(
            replies.OutcomeReply, {"outcome": "Ok", "order": telling.order(order)}
        )


class Actions(View):
    """`GET /v1/orders/{id}/actions`"""

    def get(self, request: Request, number: str) -> Response:
        """What can still be done with it."""
        order = found(integrator(request), number)
        is_open = "Yes" if Order.objects.changeable(order).exists() else "No"
        values = {
            "cancel": {"is_available": is_open},
            "update_recipient": {"is_available": is_open},
            "update_shipping_method": {"is_available": is_open},
            "update_metadata": {"is_available": "Yes"},
        }
        return told(replies.ActionsReply, values)


class Action(View):
    """`POST /v1/orders/{id}/actions/{action}`: what is asked, done in one step."""

    message: type[Message] = asked.NothingMessage
    outcome = "Updated"

    def post(self, request: Request, number: str) -> Response:
        """The order as it is then; 409 if it is too late."""
        who = integrator(request)
        order = found(who, number)
        message = read(request, self.message)
        if not self.act(order, message):
            raise Conflict("It is too late for that: see what its actions say.")
        values = telling.order(found(who, number))
        return told(replies.OutcomeReply, {"outcome": self.outcome, "order": values})

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Do it; False if it is too late."""
        raise NotImplementedError


class Cancel(Action):
    """Stop it, and have the money back."""

    outcome = "Cancelled"

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Nothing of it may be printed."""
        return cancelling.cancel(order)


class UpdateRecipient(Action):
    """Send it elsewhere."""

    message = asked.UpdatedRecipientMessage

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Nothing of it may be printed."""
        recipient = asked.recipient_fields(message["recipient"])
        return Order.objects.redirect(order, recipient)


class UpdateShippingMethod(Action):
    """Send it faster, or cheaper; the bill follows."""

    message = asked.ShippingMessage

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Nothing of it may be printed."""
        return rebilling.reship(order, asked.METHODS[message["shipping_method"]])


class UpdateMetadata(Action):
    """Remember something else."""

    message = asked.MetadataMessage

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """At any time."""
        return Order.objects.remember(order, message["metadata"])


def orders_of(who: OrdersRequest) -> OrderQuerySet:
    """Those which this integrator placed for this customer."""
    return Order.objects.of(who.user).filter(client_id=who.auth.client_id)


def found(who: OrdersRequest, number: str) -> Order:
    """An order with everything that is told of it; raises NotFound."""
    order = telling.told_with(orders_of(who).filter(number=number)).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order
