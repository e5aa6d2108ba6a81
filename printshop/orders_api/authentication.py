"""Who orders: the bearer of an access token, for a customer of the shop.

RFC 6750 §2.1. A cookie means nothing here, and a token means nothing at the pages.
"""

import re

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from printshop.access_tokens import AccessToken
from printshop.models import Customer
from printshop.orders_api.problems import (
    Forbidden,
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    NoCredentials,
)

SCOPE = "printshop.orders"
B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


class OrdersRequest(Request):
    """A request that may be answered: which customer, and which integrator asks."""

    user: Customer
    auth: AccessToken


class BearerAuthentication(BaseAuthentication):
    """The token from the Authorization header, and from nowhere else."""

    def authenticate(self, request: Request) -> tuple[Customer, AccessToken] | None:
        """The customer and the token; None when nobody introduced themselves."""
        if "access_token" in request.query_params:
            # RFC 9700 §4.3.2: URLs end up in logs and histories.
            raise InvalidRequest("An access token must not be sent in the URL")
        text = bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
        if text is None:
            return None
        token = AccessToken.verify(text)
        if SCOPE not in token.scopes:
            raise InsufficientScope(
                "The access token is for something else", scope=SCOPE
            )
        return customer_of(token), token


class IsIntegrator(BasePermission):
    """The default of every view: no token, no answer."""

    def has_permission(self, request: Request, view: object) -> bool:
        """True, or the refusal that says where to get a token."""
        if request.auth is None:
            raise NoCredentials("There was no access token.", scope=SCOPE)
        return True


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


def customer_of(token: AccessToken) -> Customer:
    """The customer whose account it is; a closed account is nobody's.

    Being named by somebody else's program makes nobody a customer. The shop's own are
    its doors: who signed in there has come to the shop.
    """
    customer = Customer.objects.filter(iss=token.iss, sub=token.sub).first()
    if customer is None and token.client_id in settings.OWN_CLIENTS:
        customer = Customer.objects.met(token.iss, token.sub)
    if customer is None or not customer.is_active:
        raise Forbidden("This person is no customer of the shop: they sign in first.")
    return customer
