"""What a token may do: every view names the scope of each method (RFC 6750 §3.1)."""

import time
from collections.abc import Sequence
from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from photos_api.access_tokens import AccessToken
from photos_api.authentication import PhotosRequest
from photos_api.problems import (
    InsufficientScope,
    InsufficientUserAuthentication,
    MethodNotAllowed,
    NoCredentials,
)

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
        told = cast("PhotosRequest", request)
        demand(told, *method.scopes)
        demand_sign_in(told.auth, method.max_age, method.acr_values)
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


def demand_sign_in(
    token: AccessToken, max_age: int | None, acr_values: Sequence[str] = ()
) -> None:
    """Raise InsufficientUserAuthentication unless the person signed in so recently.

    In seconds, and in one of these ways; a token that does not say is not enough. The
    challenge is what the app then asks the authorization server for (RFC 9470 §4).
    """
    now = time.time()
    is_recent = max_age is None or (
        token.auth_time is not None and now - token.auth_time <= max_age
    )
    if is_recent and (not acr_values or token.acr in acr_values):
        return
    wanted = {"acr_values": " ".join(acr_values)}
    if max_age is not None:
        wanted["max_age"] = str(max_age)
    raise InsufficientUserAuthentication(
        "For this, the person must sign in again."
        if not is_recent
        else "For this, the person must sign in in another way.",
        **wanted,
    )
