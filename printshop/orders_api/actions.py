"""What can still be done with an order, until it is printed."""

from abc import ABC, abstractmethod
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from printshop import cancelling
from printshop.models import Order
from printshop.orders_api import asked, rebilling, replies, telling
from printshop.orders_api.messages import Message
from printshop.orders_api.methods import Method, View, integrator
from printshop.orders_api.orders import found
from printshop.orders_api.problems import Conflict


class Actions(View):
    """`/v1/orders/{id}/actions`"""

    methods = {
        "GET": Method("actions.list", "What can still be done.", replies.ActionsReply)
    }

    def get(self, request: Request, number: str) -> Response:
        """Each with its answer; somebody may be faster."""
        order = found(integrator(request), number)
        is_open = "Yes" if Order.objects.changeable(order).exists() else "No"
        values = {
            "cancel": {"is_available": is_open},
            "update_recipient": {"is_available": is_open},
            "update_shipping_method": {"is_available": is_open},
            "update_metadata": {"is_available": "Yes"},
        }
        return self.told(values)


class Action(View, ABC):
    """`/v1/orders/{id}/actions/{action}`: what is asked, done in one step."""

    outcome = "Updated"

    def post(self, request: Request, number: str) -> Response:
        """The order as it is then; 409 if it is too late."""
        who = integrator(request)
        order = found(who, number)
        if not self.act(order, self.asked(request)):
            raise Conflict("It is too late for that: see what its actions say.")
        values = telling.order(found(who, number))
        return self.told({"outcome": self.outcome, "order": values})

    @abstractmethod
    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Do it; False if it is too late."""


def changes(name: str, about: str, body: type[Message]) -> dict[str, Method]:
    """The methods of an action."""
    return {"POST": Method(f"actions.{name}", about, replies.OutcomeReply, body)}


class Cancel(Action):
    """Stop it, and have the money back."""

    methods = changes(
        "cancel", "Stop it; its price is paid back.", asked.NothingMessage
    )
    outcome = "Cancelled"

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Nothing of it may be printed."""
        return cancelling.cancel(order)


class UpdateRecipient(Action):
    """Send it elsewhere."""

    methods = changes(
        "updateRecipient", "Send it elsewhere.", asked.UpdatedRecipientMessage
    )

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Nothing of it may be printed."""
        recipient = asked.recipient_fields(message["recipient"])
        return Order.objects.redirect(order, recipient)


class UpdateShippingMethod(Action):
    """Send it faster, or cheaper; the bill follows."""

    methods = changes(
        "updateShippingMethod",
        "Send it faster, or cheaper; its charge changes.",
        asked.ShippingMessage,
    )

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """Nothing of it may be printed."""
        return rebilling.reship(order, asked.METHODS[message["shipping_method"]])


class UpdateMetadata(Action):
    """Remember something else."""

    methods = changes(
        "updateMetadata", "Replace what is noted about it.", asked.MetadataMessage
    )

    def act(self, order: Order, message: dict[str, Any]) -> bool:
        """At any time."""
        return Order.objects.remember(order, message["metadata"])
