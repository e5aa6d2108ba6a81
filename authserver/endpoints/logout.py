"""The end-session endpoint: OIDC RP-Initiated Logout §2."""

from dataclasses import asdict, dataclass
from typing import Self
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authserver import hints, redirect_uris, sessions
from authserver.authorization_response import ToClient
from authserver.endpoints.authorization import MAX_QUERY, SeeOther
from authserver.errors import InvalidRequest, OAuthError, refused
from authserver.forms import checked, single
from authserver.models import Client
from authserver.pages import errors as pages
from authserver.sessions import current_session

HANDED_ON = "request"  # the parameter of a request that came by POST
SALT = "authserver.logout"
MOMENT = 60  # seconds in which a browser follows a redirect


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """A request whose hint, client and return address were checked."""

    sid: str  # the session that the hint names; "" without one
    client_id: str
    target: str
    state: str

    @classmethod
    def parse(cls, asked: QueryDict) -> Self:
        """Raises OAuthError."""
        token = asked.get("id_token_hint")
        hint = hints.read(token) if token else None
        client = _client(hint, asked.get("client_id", ""))
        target = _target(client, hint, asked.get("post_logout_redirect_uri", ""))
        return cls(
            sid=hint.sid if hint else "",
            client_id=client.client_id if client else "",
            target=target,
            state=asked.get("state", ""),
        )

    @classmethod
    def handed_on(cls, signed: str) -> Self:
        """What a POST before this GET has found; raises OAuthError."""
        try:
            return cls(**signing.loads(signed, salt=SALT, max_age=MOMENT))
        except signing.BadSignature:
            raise InvalidRequest("The request has grown old on the way.") from None

    def hand_on(self) -> str:
        """As the parameter of an address: the hint itself is not in it."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)


@csrf_exempt  # clients send people here by POST too; only a hint ends a session
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])  # OIDC RP-Initiated Logout §2
def logout(request: HttpRequest) -> HttpResponse:
    """End this browser's session if a hint of this very session comes; else ask.

    Another session is never touched, whatever ID token is shown.
    """
    try:
        asked = _asked(request)
    except OAuthError as problem:
        refused(problem.error, problem)
        return pages.refused(request, str(problem))
    if request.method == "POST":  # from another site it brings no cookie
        return _as_get(request, asked)
    session = current_session(request)
    if not asked.sid or (session and str(session.sid) != asked.sid):
        return SeeOther(reverse("sign_out"))  # OIDC RP-Initiated Logout §2: ask
    client = Client.objects.filter(client_id=asked.client_id).first()
    sessions.end_session(request, client)
    if not asked.target or client is None:
        return SeeOther(reverse("sign_out"))
    address = _with_state(asked.target, asked.state)
    if session is None and client.is_self_registered:
        return _way_back(request, client, address)
    return _to_client(address)


def _asked(request: HttpRequest) -> LogoutRequest:
    """From the query, or the form, or both together; raises OAuthError."""
    parameters = request.GET.copy()
    parameters.update(request.POST)
    asked = checked(parameters)
    if request.method != "POST" and HANDED_ON in asked:
        return LogoutRequest.handed_on(single(asked, HANDED_ON))
    return LogoutRequest.parse(asked)


def _client(hint: hints.Hint | None, client_id: str) -> Client | None:
    """Named by the hint; ``client_id`` is the same (OIDC RP-Initiated Logout §2)."""
    if hint and client_id and client_id != hint.client_id:
        raise InvalidRequest("client_id is not the one of id_token_hint.")
    name = hint.client_id if hint else client_id
    client = Client.objects.filter(client_id=name[:256]).first() if name else None
    if name and (client is None or not client.is_usable(None)):
        raise InvalidRequest("No app is registered here under this client_id.")
    return client


def _target(client: Client | None, hint: hints.Hint | None, uri: str) -> str:
    """Registered, and only with a hint (OIDC RP-Initiated Logout §3)."""
    if not uri or client is None or hint is None:
        return ""
    if not client.post_logout_redirect_uri_allowed(uri):
        raise InvalidRequest(
            "The address to return to (post_logout_redirect_uri) is not one that the "
            "app registered, character for character."
        )
    return uri


def _with_state(uri: str, state: str) -> str:
    query = urlencode({"state": state}) if state else ""
    separator = "&" if "?" in uri else "?"
    return f"{uri}{separator}{query}" if query else uri


def _way_back(request: HttpRequest, client: Client, address: str) -> HttpResponse:
    """A button instead: no session ended, so perhaps nobody wanted to sign out.

    Anybody can register an app, and has an ID token of their own for a hint; a link
    would lead from here to wherever they like (RFC 9700 §4.11.2).
    """
    host = redirect_uris.host(address)
    context = {"client": client, "address": address, "host": host}
    return render(request, "signed_out.html", context)


def _to_client(address: str) -> HttpResponse:
    response = ToClient(address)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _as_get(request: HttpRequest, asked: LogoutRequest) -> HttpResponse:
    """The same by GET, which brings the cookie; no token in the address."""
    query = urlencode({HANDED_ON: asked.hand_on()})
    if len(query) > MAX_QUERY:
        return pages.refused(request, "The request is too long.")
    return SeeOther(f"{reverse('logout')}?{query}")
