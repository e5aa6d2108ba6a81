"""Signing in to the pages: OpenID Connect, authorization code flow with PKCE.

Authlib does discovery, PKCE, state, nonce and the ID token's signature, issuer and
times. What it leaves to us stands here: that the metadata and the answer are our
issuer's, that there is an ID token and that it is meant for us.
"""

from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from joserfc.errors import JoseError

from photos_api.models import Person
from photos_api.pages import sessions
from photos_api.pages.addresses import own_path
from photos_api.pages.answers import explain, issuer_is_silent

REDIRECT_URI = f"{settings.URL}/sign-in/callback/"
ALGORITHMS = ["RS256", "ES256"]
LONGEST = 2000  # characters of any value in the answer
LONGEST_NAME = 255  # characters of a sid
PATIENCE = 5  # seconds

_oauth = OAuth()
_oauth.register(
    "account",
    client_id=settings.CLIENT_ID,
    client_secret=settings.CLIENT_SECRET,
    server_metadata_url=f"{settings.ISSUER}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid profile",
        "code_challenge_method": "S256",  # RFC 7636 §4.2
        "default_timeout": PATIENCE,
    },
)

# What can go wrong while the issuer is asked: silence, or an answer of another shape.
SILENCE = (requests.RequestException, ValueError, RuntimeError)


class SignedIn(BaseBackend):
    """Whom a session remembers; nobody signs in with a password here."""

    def get_user(self, user_id: int) -> Person | None:
        """The person, if we still know them."""
        return Person.objects.filter(pk=user_id).first()


class SignInFailed(Exception):
    """The answer is not one we can believe; the sentence is for a person."""


def client() -> DjangoOAuth2App:
    """Our client at the issuer; raises one of SILENCE when the issuer is not there."""
    account: DjangoOAuth2App = _oauth.create_client("account")
    metadata = account.load_server_metadata()
    if metadata.get("issuer") != settings.ISSUER:  # OIDC Discovery §4.3
        raise ValueError("the metadata speaks of another issuer")
    metadata["id_token_signing_alg_values_supported"] = ALGORITHMS
    return account


@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to the authorization endpoint (OIDC Core §3.1.2.1)."""
    try:
        account = client()
        departure = account.create_authorization_url(REDIRECT_URI)
    except SILENCE:
        return issuer_is_silent(request)
    onward = own_path(request.GET.get("next", ""))
    account.save_authorize_data(
        request, redirect_uri=REDIRECT_URI, next=onward, **departure
    )
    return HttpResponseRedirect(departure["url"])


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """The browser is back: judge the answer and fetch the ID token."""
    try:
        onward = _departure(request)
        person, token = _person(request)
        _begin(request, person, token["userinfo"])
    except SignInFailed as failure:
        return explain(request, "You are not signed in", str(failure), status=400)
    except SILENCE:
        return issuer_is_silent(request)
    request.session["id_token"] = token["id_token"]
    return HttpResponseRedirect(onward)


def _departure(request: HttpRequest) -> str:
    """Where to go on, once the answer is known to belong to a question of ours."""
    answer = request.GET
    if any(len(values) > 1 or len(values[0]) > LONGEST for _, values in answer.lists()):
        raise SignInFailed("The answer names something twice.")
    account = _oauth.create_client("account")
    departure = account.framework.get_state_data(request.session, answer.get("state"))
    if departure is None:  # RFC 6749 §10.12
        raise SignInFailed(
            "This sign-in was not started in this browser, or too long ago."
        )
    if answer.get("iss") != settings.ISSUER:  # RFC 9207 §2.4
        raise SignInFailed("The answer comes from somebody we did not ask.")
    if "error" in answer:
        account.framework.clear_state_data(request.session, answer["state"])
        raise SignInFailed("Photos Account did not let you in, or you said no.")
    if not answer.get("code"):
        raise SignInFailed("The answer is incomplete.")
    return str(departure["next"])


def _begin(request: HttpRequest, person: Person, claims: dict[str, Any]) -> None:
    """Sign in, tied to the issuer's session that the ID token names, if it does."""
    sid, iat = claims.get("sid", ""), claims.get("iat")
    named = isinstance(sid, str) and len(sid) <= LONGEST_NAME and sid.isprintable()
    if not (named and isinstance(iat, int)):
        raise SignInFailed("Photos Account did not say when you signed in, or where.")
    if not sessions.begin(request, person, sid=sid, iat=iat):
        raise SignInFailed("You signed out of Photos Account in the meantime.")


def _person(request: HttpRequest) -> tuple[Person, dict[str, Any]]:
    """Whom the ID token speaks of (OIDC Core §3.1.3.7), and what UserInfo adds."""
    expected = {
        "iss": {"essential": True, "value": settings.ISSUER},
        "aud": {"essential": True, "value": settings.CLIENT_ID},
    }
    account = client()
    try:
        token: dict[str, Any] = account.authorize_access_token(
            request, claims_options=expected, leeway=30
        )
        about = account.userinfo(token=token)
    except (AuthlibBaseError, JoseError) as error:
        raise SignInFailed("Photos Account did not confirm who you are.") from error
    claims = token.get("userinfo")  # Authlib's name for those of the ID token
    if not claims or not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise SignInFailed("Photos Account did not say who you are.")
    if about.get("sub") != claims["sub"]:  # OIDC Core §5.3.2
        raise SignInFailed("Photos Account told us about somebody else.")
    name = about.get("name")
    person = Person.objects.met(
        iss=settings.ISSUER,
        sub=claims["sub"][:255],
        name=name[:255] if isinstance(name, str) else "",
    )
    return person, token
