"""What the middleware has added to a request by the time a page sees it."""

from django.http import HttpRequest

from printshop.models.customers import Customer


class CustomerRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Customer


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for; the first, if that is not said clearly."""
    page = request.GET.get("page", "")
    number = int(page) if page.isdecimal() and 0 < len(page) < len("10000") else 1
    return max(number, 1)
