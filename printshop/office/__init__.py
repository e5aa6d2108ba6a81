"""The back office: the print queue, for those who stand at the press.

Django's admin, without its password form: staff sign in as every customer does, and
are known by PRINTSHOP_STAFF. Everything is to be read; only the press is to be told.
"""

from printshop.models.customers import Customer
from printshop.models.orders import Order
from printshop.models.payments import Payment
from printshop.office.orders import OrderOffice
from printshop.office.records import CustomerOffice, PaymentOffice
from printshop.office.site import office

__all__ = ["office"]

office.register(Order, OrderOffice)
office.register(Payment, PaymentOffice)
office.register(Customer, CustomerOffice)
