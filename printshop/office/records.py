"""What else may be looked at: customers without what they lent, payments."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from printshop.models.customers import Customer
from printshop.models.orders import Stage
from printshop.models.payments import Payment
from printshop.office.site import Reading
from printshop.products import euros


class CustomerOffice(Reading):
    """People. Their tokens are in another table, which is not shown."""

    heading = "Customers"
    fields = ("name", "email", "iss", "sub", "is_active", "created_at")
    list_display = ("__str__", "email", "placed", "created_at")
    search_fields = ("name", "email", "sub")
    ordering = ("-created_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """With the number of their orders."""
        placed = Count("orders", filter=~Q(orders__stage=Stage.DRAFT))
        return Customer.objects.annotate(placed=placed)

    @admin.display(description="orders", ordering="placed")
    def placed(self, customer: Customer) -> int:
        """How many orders, carts left out."""
        return int(vars(customer)["placed"])


class PaymentOffice(Reading):
    """Money, as the shop has written it down."""

    heading = "Payments"
    fields = ("order", "amount", "method", "state", "started_at", "settled_at")
    list_display = ("order", "amount", "method", "state", "started_at", "settled_at")
    list_filter = ("state", "method")
    list_select_related = ("order",)
    search_fields = ("order__number",)
    ordering = ("-started_at",)

    @admin.display(ordering="cents")
    def amount(self, payment: Payment) -> str:
        """In euros."""
        return euros(payment.cents)
