"""The authorization response: RFC 6749 §4.1.2, always with ``iss`` (RFC 9207 §2)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from oauthlib.oauth2 import AuthorizationCodeGrant

from authserver import claims, redirect_uris, tokens
from authserver.authorization_request import (
    AuthorizationRequest,
    Granted,
    ReturnAddress,
)
from authserver.errors import OAuthError
from authserver.models import Authorization, Client, Session
from authserver.scopes import OFFLINE_ACCESS
from authserver.tokens import TokenRequest
from authserver.validator import Validator

VALIDATOR = Validator()
GRANT = AuthorizationCodeGrant(VALIDATOR)
# The one line of script on this server, for the form_post answer; its hash is in the
# page's Content-Security-Policy.
SUBMIT = "document.forms[0].submit()"
SUBMIT_HASH = "'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='"


class ToClient(HttpResponseRedirect):
    """303: a form with credentials is not sent on (RFC 9700 §4.12)."""

    status_code = 303

    def __init__(self, uri: str) -> None:
        # Registered, so safe to go to: private-use schemes too (RFC 8252 §7.1).
        self.allowed_schemes = [urlsplit(uri).scheme]
        super().__init__(uri)


def success(
    request: HttpRequest,
    asked: AuthorizationRequest,
    client: Client,
    session: Session,
    granted: Granted,
) -> HttpResponse:
    """Remember what was granted, make a code, and send it to the client."""
    with transaction.atomic():
        authorization = remember(client, session, asked.everything, granted)
        code = _code(asked, authorization, session, granted)
    return _answer(request, asked.return_address, {"code": code})


def as_before(
    request: HttpRequest,
    asked: AuthorizationRequest,
    session: Session,
    authorization: Authorization,
) -> HttpResponse:
    """Send a code where all of it was allowed before: nothing is left to remember.

    Consent that is taken back at this moment spoils the code when it is redeemed.
    """
    code = _code(asked, authorization, session, asked.everything)
    return _answer(request, asked.return_address, {"code": code})


def failure(
    request: HttpRequest, address: ReturnAddress, error: str, description: str
) -> HttpResponse:
    """Send an error to the client, by the name the registry gives it."""
    parameters = {"error": error, "error_description": description}
    return _answer(request, address, parameters)


def way_back(
    request: HttpRequest, client: Client, address: ReturnAddress, problem: OAuthError
) -> HttpResponse:
    """Show an error instead, and let the person take it to the client, or not."""
    parameters = {"error": problem.error, "error_description": str(problem)}
    parameters = _complete(address, parameters)
    uri = address.redirect_uri
    context: dict[str, Any] = {
        "client": client,
        "sentence": str(problem),
        "host": redirect_uris.host(uri),
        "is_form": address.response_mode == "form_post",
        "uri": uri,
        "address": _with_query(uri, parameters),
        "parameters": parameters,
    }
    response = render(request, "client_error.html", context, status=400)
    response._csp_replace = {  # type: ignore[attr-defined]  # noqa: SLF001  # as django-csp's decorators do
        "form-action": [redirect_uris.origin(uri)]
    }
    return _not_kept(response)


def remember(
    client: Client, session: Session, asked: Granted, granted: Granted
) -> Authorization:
    """Keep an answer in the one live Authorization of this person and client; in a
    transaction.

    What was asked and not granted is remembered no longer, though it was allowed
    before. Nothing is written if nothing is new.
    """
    own = {"user": session.user, "client": client}
    live = Authorization.objects.live().select_for_update().filter(**own)
    authorization = live.first() or _first(live, own)
    authorization.client = client  # known: not read again
    names = authorization.claim_names.difference(asked.claims).union(granted.claims)
    scopes = authorization.scopes.difference(asked.scopes).union(granted.scopes)
    if (scopes, names) != (authorization.scopes, authorization.claim_names):
        authorization.scope = " ".join(sorted(scopes))
        authorization.claims = " ".join(sorted(names))
        authorization.save(update_fields=["scope", "claims", "updated"])
    return authorization


def _granted_earlier(
    asked: AuthorizationRequest, authorization: Authorization, granted: Granted
) -> list[str]:
    """What ``include_granted_scopes`` adds: no more than the client may ask for today.

    Nothing for a public client: anybody could use its name, and the page did not show
    it (RFC 8252 §8.6).
    """
    client = authorization.client
    if client.is_public or not asked.include_granted_scopes:
        return []
    more = authorization.scopes.intersection(client.scopes).difference(granted.scopes)
    return tokens.fitting(sorted(more), asked.resource)


def _first(live: QuerySet[Authorization], own: dict[str, Any]) -> Authorization:
    """A new one, unless a parallel answer has just made it."""
    try:
        with transaction.atomic():
            return Authorization.objects.create(**own)
    except IntegrityError:
        return live.get()


def _code(
    asked: AuthorizationRequest,
    authorization: Authorization,
    session: Session,
    granted: Granted,
) -> str:
    """Bound to client, redirect URI, challenge, nonce, session, scopes and resource."""
    issuing = TokenRequest(settings.URL)
    issuing.client, issuing.user = authorization.client, session.user
    more = _granted_earlier(asked, authorization, granted)
    granted = replace(granted, scopes=(*granted.scopes, *more))
    issuing.issued = {
        "redirect_uri": asked.redirect_uri,
        "scope": " ".join(granted.scopes),
        "requested_scope": " ".join(asked.scopes),
        "scope_spelling": asked.spelling,
        "code_challenge": asked.code_challenge,
        "code_challenge_method": "S256" if asked.code_challenge else "",
        "nonce": asked.nonce,
        "resource": tokens.audience(frozenset(granted.scopes), asked.resource),
        "requested_claims": claims.allowed(
            asked.claims, granted.scopes, granted.claims
        ),
        "authorization": authorization,
        "session": session,
        "auth_time": session.auth_time,
        "acr": session.acr,
        "offline": OFFLINE_ACCESS in granted.scopes,
    }
    code = GRANT.create_authorization_code(issuing)
    VALIDATOR.save_authorization_code(authorization.client.client_id, code, issuing)
    return str(code["code"])


def _answer(
    request: HttpRequest, address: ReturnAddress, parameters: dict[str, str]
) -> HttpResponse:
    parameters = _complete(address, parameters)
    if address.response_mode == "form_post":
        return _not_kept(_form_post(request, address.redirect_uri, parameters))
    return _not_kept(ToClient(_with_query(address.redirect_uri, parameters)))


def _complete(address: ReturnAddress, parameters: dict[str, str]) -> dict[str, str]:
    """With what every response says."""
    state = {"state": address.state} if address.state else {}
    return parameters | {"iss": settings.URL} | state  # RFC 9207 §2


def _not_kept(response: HttpResponse) -> HttpResponse:
    """Neither by a cache nor in a Referer (RFC 9700 §4.2.4)."""
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


def _with_query(uri: str, parameters: dict[str, str]) -> str:
    """The registered URI with its own query kept (RFC 6749 §3.1.2)."""
    parts = urlsplit(uri)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit(parts._replace(query=query))


def _form_post(
    request: HttpRequest, uri: str, parameters: dict[str, str]
) -> HttpResponse:
    """A page that posts the answer (OAuth 2.0 Form Post Response Mode)."""
    context: dict[str, Any] = {"uri": uri, "parameters": parameters, "submit": SUBMIT}
    context["host"] = redirect_uris.host(uri)
    response = render(request, "form_post.html", context)
    response._csp_replace = {  # type: ignore[attr-defined]  # noqa: SLF001  # as django-csp's decorators do
        "form-action": [redirect_uris.origin(uri)],
        "script-src": [SUBMIT_HASH],
    }
    return response
