"""What a method of the orders resource takes and gives: declared once, beside its view.

The same declaration checks what comes, shapes what goes, and describes both to clients.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from printshop.orders_api.authentication import OrdersRequest
from printshop.orders_api.messages import Message, Spoken, read_body, read_query


@dataclass(frozen=True, slots=True)
class Method:
    """One method, under the name that the description gives it."""

    id: str  # "orders.create"
    about: str
    reply: type[Spoken]
    body: type[Message] | None = None  # JSON
    query: type[Message] | None = None
    photo: bool = False  # the body is a photo
    made: bool = False  # 201, when something was made


@method_decorator(never_cache, name="dispatch")
class View(APIView):
    """A view that declares its methods by verb; what it does not name is for nobody."""

    http_method_names = ["get", "head", "post"]
    methods: dict[str, Method] = {}

    @property
    def declared(self) -> Method:
        """The method that is called."""
        verb = self.request.method or ""
        return self.methods["GET" if verb == "HEAD" else verb]

    def asked(self, request: Request) -> dict[str, Any]:
        """The body, or else the query, checked against its declaration."""
        if self.declared.body is not None:
            return read_body(request, self.declared.body)
        return read_query(request, self.declared.query or Message)

    def told(self, values: dict[str, Any], status: int = 200) -> Response:
        """An answer in its declared shape."""
        return Response(self.declared.reply(values).data, status)


def integrator(request: Request) -> OrdersRequest:
    """The request of somebody who was let in."""
    return cast("OrdersRequest", request)
