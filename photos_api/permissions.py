"""What a token may do: every view names the scope of each method (RFC 6750 §3.1)."""

from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from photos_api.authentication import PhotosRequest
from photos_api.problems import InsufficientScope, MethodNotAllowed, NoCredentials

PICKER = "photospicker.mediaitems.readonly"
LIBRARY_READ = "photoslibrary.readonly.appcreateddata"
LIBRARY_ADD = "photoslibrary.appendonly"
LIBRARY_EDIT = "photoslibrary.edit.appcreateddata"
LIBRARY_SHARE = "photoslibrary.sharing"  # no longer granted to anybody
SCOPES = {
    PICKER: "see the photos you pick",
    LIBRARY_READ: "see the photos and albums it added itself",
    LIBRARY_ADD: "add photos and albums",
    LIBRARY_EDIT: "change the photos and albums it added itself",
}


class HasScope(BasePermission):
    """The default of every view: no declared method, no answer."""

    def has_permission(self, request: Request, view: object) -> bool:
        """True, or the refusal that says what is missing."""
        if request.auth is None:
            raise NoCredentials("Request had no access token.")
        method = getattr(view, "methods", {}).get(verb(request))
        if method is None:
            raise MethodNotAllowed(f"{request.method} is not possible here.")
        demand(cast("PhotosRequest", request), *method.scopes)
        return True


def verb(request: Request) -> str:
    """The HTTP method a request is declared under: HEAD is a GET without a body."""
    return "GET" if request.method == "HEAD" else request.method or ""


def demand(request: PhotosRequest, *scopes: str) -> None:
    """Raise InsufficientScope unless the token holds one of them; none asks for none.

    The challenge names the first, which is the narrowest.
    """
    if scopes and request.auth.scopes.isdisjoint(scopes):
        raise InsufficientScope(
            "Request had insufficient authentication scopes.", scope=scopes[0]
        )
