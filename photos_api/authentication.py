"""Who asks at the API: the bearer of an access token (RFC 6750 §2.1).

A cookie means nothing here, and a token means nothing at the pages.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from photos_api import introspection
from photos_api.access_tokens import AccessToken
from photos_api.models import Person
from photos_api.problems import InvalidRequest, InvalidToken

B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1
IN_THE_URL = ("access_token", "oauth_token")
FORM = "application/x-www-form-urlencoded"


class PhotosRequest(Request):
    """A request that may be answered: whose photos, which app asks, and for what."""

    user: Person
    auth: AccessToken
    parameters: dict[str, Any]  # the query, as its declaration has it
    message: dict[str, Any]  # the body, likewise


CHECKS: dict[str, Callable[[str], AccessToken]] = {
    "local": AccessToken.verify,
    "introspection": lambda text: introspection.of_issuer().verify(text),
}


class BearerAuthentication(BaseAuthentication):
    """The token from the Authorization header, and from nowhere else."""

    def authenticate(self, request: Request) -> tuple[Person, AccessToken] | None:
        """The owner and the token; None when nobody introduced themselves."""
        if any(name in request.query_params for name in IN_THE_URL):
            # RFC 9700 §4.3.2: URLs end up in logs and histories.
            raise InvalidRequest("An access token must not be sent in the URL")
        text = bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
        if text and _form_holds_token(request):  # RFC 6750 §2: one method at a time
            raise InvalidRequest("The access token was sent in two ways at once")
        if text is None:
            return None
        token = CHECKS[settings.TOKEN_CHECK](text)
        person = partial(Person.objects.known, iss=token.iss, sub=token.sub)
        # Whoever needs no more than the token says asks the database nothing here.
        return cast("Person", SimpleLazyObject(person)), token


def bearer_token(header: str) -> str | None:
    """The token of an Authorization header; None if it is of another scheme."""
    scheme, _, text = header.strip().partition(" ")
    if scheme.lower() != "bearer":
        return None
    text = text.strip(" ")
    if not text or " " in text or "," in text:
        raise InvalidRequest("The Authorization header must hold one token")
    if not B64TOKEN.fullmatch(text):
        raise InvalidToken("The access token is malformed")
    return text


def _form_holds_token(request: Request) -> bool:
    """Is there a token in the body too (RFC 6750 §2.2)? Alone, it is ignored there."""
    if not (request.content_type or "").lower().startswith(FORM):
        return False
    return "access_token" in request._request.POST  # noqa: SLF001 # DRF parses JSON only
