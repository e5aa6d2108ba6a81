"""An authorization request, checked in order: RFC 6749 §4.1.1, OIDC Core §3.1.2.1.

``return_address`` decides who is asking and where an answer may go; until then nothing
is redirected (RFC 6749 §4.1.2.1). ``parse`` checks the rest, before any page is shown.
"""

import re

from django.conf import settings
from django.http import QueryDict

from authserver import authorization_openid, pkce, scopes
from authserver.authorization_request import AuthorizationRequest, ReturnAddress
from authserver.client_authentication import CLIENT
from authserver.errors import (
    InvalidRequest,
    InvalidScope,
    InvalidTarget,
    RegistrationNotSupported,
    RequestNotSupported,
    RequestUriNotSupported,
    Shown,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from authserver.forms import checked
from authserver.models import Client, ResourceScope, ResourceServer

RESPONSE_MODES = ("query", "form_post")
MAX_STATE = 2000
SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §3.3


def client_of(parameters: QueryDict) -> Client:
    """The client that asks; raises Shown."""
    match parameters.getlist("client_id"):
        case [client_id] if client_id and "\0" not in client_id:
            client = CLIENT.get(client_id[:256])
        case []:
            raise Shown("The request does not say which app sent it (client_id).")
        case _:
            raise Shown("The request names its app twice or not at all (client_id).")
    if client is None or not client.is_usable(None):
        raise Shown("No app is registered here under the client_id of this request.")
    return client


def return_address(parameters: QueryDict, client: Client) -> ReturnAddress:
    """Where the answer goes; raises Shown (RFC 9700 §2.1, RFC 9700 §4.11.2)."""
    match parameters.getlist("redirect_uri"):
        case [redirect_uri] if client.redirect_uri_allowed(redirect_uri):
            pass
        case []:
            raise Shown("The request does not say where to return to (redirect_uri).")
        case _:
            raise Shown(
                "The address to return to (redirect_uri) is not one that the app "
                "registered, character for character."
            )
    states, modes = parameters.getlist("state"), parameters.getlist("response_mode")
    state = states[0] if len(states) == 1 and _fits(states[0]) else ""
    mode = modes[0] if len(modes) == 1 else "query"
    if mode not in response_modes(client):
        mode = response_modes(client)[0]
    return ReturnAddress(redirect_uri, state, mode)


def response_modes(client: Client) -> list[str]:
    """How answers may travel to this client; query, the default, first."""
    return [mode for mode in RESPONSE_MODES if mode in client.response_modes]


def parse(
    parameters: QueryDict, client: Client, address: ReturnAddress
) -> AuthorizationRequest:
    """Everything else; raises OAuthError, to be sent to ``address``."""
    asked = checked(parameters)
    _refuse_what_is_not_supported(asked)
    if not _fits(asked.get("state", "")):
        raise InvalidRequest("state is too long.")
    _check_response(asked, client)
    spelling = scopes_asked(asked.get("scope", ""), client)
    resource = resource_asked(asked.getlist("resource"), set(spelling))
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=address.redirect_uri,
        state=address.state,
        response_mode=address.response_mode,
        code_challenge=_code_challenge(asked, client),
        scopes=tuple(spelling),
        spelling=spelling,
        resource=resource,
        **authorization_openid.parse(asked, client, "openid" in spelling),
    )


def _fits(state: str) -> bool:
    return len(state) <= MAX_STATE and "\0" not in state


def _refuse_what_is_not_supported(asked: QueryDict) -> None:
    """By name, never silently (OIDC Core §6, OIDC Core §7.2.1)."""
    if "request" in asked:
        raise RequestNotSupported("Request objects are not supported.")
    if "request_uri" in asked:
        raise RequestUriNotSupported("Request objects are not supported.")
    if "registration" in asked:
        raise RegistrationNotSupported("Clients are registered beforehand.")


def _check_response(asked: QueryDict, client: Client) -> None:
    match asked.get("response_type"):
        case None:
            raise InvalidRequest("response_type is missing.")
        case "code":
            pass
        case _:  # RFC 9700 §2.1.2
            raise UnsupportedResponseType("The only response_type is code.")
    modes = response_modes(client)
    if asked.get("response_mode", "query") not in modes:
        raise InvalidRequest(f"response_mode must be {' or '.join(modes)}.")
    if "authorization_code" not in client.grant_types:
        raise UnauthorizedClient("This client may not use authorization codes.")


def _code_challenge(asked: QueryDict, client: Client) -> str:
    """RFC 7636 §4.3, and S256 only (RFC 9700 §2.1.1)."""
    challenge: str = asked.get("code_challenge") or ""
    if not challenge:
        if client.is_public or client.pkce_required:
            raise InvalidRequest("code_challenge is missing.")
        return ""
    if asked.get("code_challenge_method") != "S256":  # absent means plain
        raise InvalidRequest("code_challenge_method must be S256.")
    if not pkce.well_formed(challenge):
        raise InvalidRequest(
            "code_challenge must have 43 to 128 unreserved characters."
        )
    return challenge


def scopes_asked(scope: str, client: Client) -> dict[str, str]:
    """Short name → spelling; only what exists and the client registered."""
    asked = scope.split(" ") if scope else []
    if not asked:  # RFC 6749 §3.3: fail rather than assume
        raise InvalidScope("scope is missing.")
    if len(scope) > scopes.MAX_LENGTH or not all(map(SCOPE_TOKEN.fullmatch, asked)):
        raise InvalidScope("scope is malformed.")
    spelling = scopes.short_names(asked)
    if not set(spelling) <= client.scopes & set(scopes.catalogue()):
        raise InvalidScope("A scope is unknown or not registered for this client.")
    return spelling


def resource_asked(resources: list[str], asked: set[str]) -> tuple[str, ...]:
    """Only registered resource servers or this one, and nothing that others own.

    RFC 8707 §2; a scope of a resource server that ``resource`` leaves out would be in
    a token that is not for it (RFC 9068 §3).
    """
    if not resources:
        return ()
    others = set(resources) - {settings.URL}  # which has UserInfo
    known = ResourceServer.objects.filter(identifier__in=list(others)[:10])
    if len(others) != known.count():
        raise InvalidTarget("resource names no resource server known here.")
    of_others = ResourceScope.objects.filter(name__in=asked).exclude(
        resource_server__in=known
    )
    if of_others.exists():
        raise InvalidScope("A scope belongs to none of the resource servers named.")
    return tuple(dict.fromkeys(resources))
