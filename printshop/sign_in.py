"""Signing in: mozilla-django-oidc's hooks, in the protocol's order.

The library is the shell: its two views and its backend. What judges an answer is
ours, since the stock checks let through tokens of other issuers and audiences.
"""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.contrib import auth
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from printshop import cart, id_token, sessions, token_endpoint, userinfo
from printshop.authorization import Return, depart, own_path, redirect_uri
from printshop.failures import SignInFailed
from printshop.id_token import Identity
from printshop.models.attempts import Attempt
from printshop.models.customers import Customer

logger = logging.getLogger("printshop.sign_in")


class ProvenRequest(HttpRequest):
    """A request whose answer the backend has judged: who signed in, by what token."""

    identity: Identity
    id_token: str


class SignIn(OIDCAuthenticationRequestView):  # type: ignore[misc]  # untyped
    """/sign-in/ sends the browser to the provider."""

    def __init__(self, **_: object) -> None:
        """Read no settings: the library wants endpoints, discovery knows them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Begin an attempt; ``next`` travels inside it."""
        next_path = own_path(request.GET.get("next"), reverse("home"))
        return HttpResponseRedirect(ask_who(request, next_path))


def ask_who(request: HttpRequest, next_path: str, login_hint: str = "") -> str:
    """The address where the provider finds out who this is: OIDC Core §3.1.2.1."""
    max_age = "" if settings.MAX_AGE is None else str(settings.MAX_AGE)
    return depart(
        request,
        Attempt.Purpose.SIGN_IN,
        scope=settings.SIGN_IN_SCOPE,
        next_path=next_path,
        login_hint=login_hint,
        max_age=max_age,
    )


class SignInCallback(OIDCAuthenticationCallbackView):  # type: ignore[misc]  # untyped
    """/sign-in/callback/ takes the answer; a bad one changes nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Check the answer, then the tokens, then let the person in."""
        self.returned = Return.parse(request, Attempt.Purpose.SIGN_IN)
        customer = auth.authenticate(request, returned=self.returned)
        if customer is None:
            raise SignInFailed("this account is closed")
        self.user = customer
        return self.login_success()

    def login_success(self) -> HttpResponse:
        """Start the session under a new key, and go on to a clean address."""
        proven = self.request
        sessions.begin(proven, self.user, proven.identity, proven.id_token)
        logger.info("customer %s signed in", self.user.pk)
        return HttpResponseRedirect(self.returned.attempt.next)


class ProviderBackend(OIDCAuthenticationBackend):  # type: ignore[misc]  # untyped
    """Turns an authorization response into a customer, or raises a Failure."""

    def __init__(self) -> None:
        """Set up without the library's endpoint settings: discovery knows them."""
        self.UserModel = get_user_model()

    def authenticate(
        self, request: ProvenRequest, *, returned: Return
    ) -> Customer | None:
        """Token request, ID token, UserInfo, customer: OIDC Core §3.1.2 and on."""
        tokens = self.get_token(returned)
        identity = self.verify_token(
            tokens.id_token,
            nonce=returned.attempt.nonce,
            access_token=tokens.access_token,
        )
        claims = self.get_userinfo(tokens.access_token, tokens.id_token, identity)
        customer = self.update_user(identity, claims)
        if not customer.is_active:
            return None

        request.identity = identity
        self.request = request
        self.store_tokens(tokens.access_token, tokens.id_token)
        return customer

    def get_user(self, user_id: int) -> Customer | None:
        """The customer of a session; a closed account has none."""
        found = Customer.objects.filter(pk=user_id, is_active=True)
        return cart.counted(found).first()

    def get_token(self, returned: Return) -> token_endpoint.Tokens:
        """Redeem the code: RFC 6749 §4.1.3."""
        attempt = returned.attempt
        try:
            return token_endpoint.redeem(
                returned.code,
                code_verifier=attempt.code_verifier,
                redirect_uri=redirect_uri(Attempt.Purpose(attempt.purpose)),
                asked=attempt.scope,
            )
        except token_endpoint.Refused as refused:
            raise SignInFailed(f"the token endpoint answered {refused}") from refused

    def verify_token(self, token: str, *, nonce: str, access_token: str) -> Identity:
        """Every check of OIDC Core §3.1.3.7, in id_token.py."""
        return id_token.verify(
            token, nonce=nonce, access_token=access_token, max_age=settings.MAX_AGE
        )

    def get_userinfo(
        self, access_token: str, id_token: str, payload: Identity
    ) -> Mapping[str, object]:
        """Ask who this is; the answer must be about the same person."""
        return userinfo.ask(access_token, payload)

    def store_tokens(self, access_token: str, id_token: str) -> None:
        """Hand on the ID token, for signing out; the access token did its work."""
        self.request.id_token = id_token

    def update_user(self, user: Identity, claims: Mapping[str, object]) -> Customer:
        """The customer of (iss, sub); an e-mail address finds nobody."""
        customer: Customer = self.UserModel.objects.signed_in(
            user.iss,
            user.sub,
            name=userinfo.words(claims, "name", 200),
            email=userinfo.words(claims, "email", 254),
        )
        return customer
