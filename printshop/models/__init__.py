"""What the shop knows, one file per part of the story."""

from printshop.models.attempts import Attempt
from printshop.models.customers import Connection, Customer
from printshop.models.items import OrderItem, Placement
from printshop.models.orders import Order, OrderStage, Stage
from printshop.models.payments import Charge, Payment
from printshop.models.selections import Original, Selection
from printshop.models.sessions import BrowserSession, ReceivedLogout
from printshop.models.stations import StationVisit

__all__ = [
    "Attempt",
    "BrowserSession",
    "Charge",
    "Connection",
    "Customer",
    "Order",
    "OrderItem",
    "OrderStage",
    "Original",
    "Payment",
    "Placement",
    "ReceivedLogout",
    "Selection",
    "Stage",
    "StationVisit",
]
