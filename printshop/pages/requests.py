"""What the middleware has added to a request by the time a page sees it."""

from django.http import HttpRequest

from printshop.models.customers import Customer


class CustomerRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Customer
