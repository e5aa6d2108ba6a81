"""What a token may do: every view names the scope of each method (RFC 6750 §3.1)."""

from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from photos_api.authentication import PhotosRequest
from photos_api.problems import InsufficientScope, MethodNotAllowed, NoCredentials

PICKER = "photospicker.mediaitems.readonly"
LIBRARY_READ = "photoslibrary.readonly.appcreateddata"
SCOPES = {
    PICKER: "see the photos you pick",
    LIBRARY_READ: "see the photos and albums it added itself",
}


class HasScope(BasePermission):
    """The default of every view: no declared scope, no answer."""

    def has_permission(self, request: Request, view: object) -> bool:
        """True, or the refusal that says what is missing."""
        if request.auth is None:
            raise NoCredentials("Request had no access token.")
        declared: dict[str, str] = getattr(view, "scopes", {})
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method not in declared:
            raise MethodNotAllowed(f"{request.method} is not possible here.")
        demand(cast("PhotosRequest", request), declared[method])
        return True


def demand(request: PhotosRequest, scope: str) -> None:
    """Raise InsufficientScope unless the token holds the scope; "" asks for none."""
    if scope and scope not in request.auth.scopes:
        raise InsufficientScope(
            "Request had insufficient authentication scopes.", scope=scope
        )
