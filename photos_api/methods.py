"""What a method of the API takes, gives and demands: declared once, beside its view.

The same declaration validates requests, guards them and describes them to clients.
"""

from dataclasses import dataclass
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from photos_api import reading_log
from photos_api.access_tokens import AccessToken
from photos_api.calls import as_it_was_meant, read_body, read_query
from photos_api.masks import Mask, mask_for, selected
from photos_api.messages import Message, NoParameters, Reply
from photos_api.permissions import verb
from photos_api.quotas import Quotas


@dataclass(frozen=True, slots=True)
class Method:
    """One method, under the name that the discovery document gives it.

    ``scopes``: a token must hold one of them; with none, any live token will do.
    ``max_age`` and ``acr_values``: how many seconds ago the person may have signed in,
    and in which ways (RFC 9470 §3).
    Without a ``reply`` the answer is an empty object, or no JSON at all.
    """

    id: str  # "albums.list"
    scopes: tuple[str, ...]
    query: type[Message] = NoParameters
    body: type[Message] | None = None
    reply: type[Reply] | None = None
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()


class MethodView(APIView):
    """A view that declares its methods by verb; what it does not name is for nobody.

    Handlers find ``request.parameters`` and ``request.message`` checked already.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    methods: dict[str, Method] = {}
    mask: Mask = {}  # of this request
    throttle_classes = [Quotas]
    counts = "requests"  # against which of them

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """First who asks and if they may, then whether what they ask makes sense."""
        as_it_was_meant(request)
        super().initial(request, *args, **kwargs)
        method = self.methods[verb(request)]
        request.parameters = read_query(request, method.query)  # type: ignore[attr-defined]
        request.message = read_body(request, method.body) if method.body else {}  # type: ignore[attr-defined]
        fields = request.query_params.get("fields")
        self.mask = mask_for(method.reply or Reply, fields) if fields else {}

    def app_of(self, request: Request) -> str:
        """Whose quotas it is counted against."""
        return cast("AccessToken", request.auth).client_id

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Of an answer, only what was wanted; refusals are told whole."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response) and not response.exception:
            reading_log.told(request, response.data)
            if self.mask:
                response.data = selected(response.data, self.mask)
        return response
