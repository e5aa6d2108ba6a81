"""The end-session endpoint: OIDC RP-Initiated Logout §2."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authserver import hints, sessions
from authserver.authorization_response import ToClient
from authserver.endpoints.authorization import MAX_QUERY, SeeOther
from authserver.errors import InvalidRequest, OAuthError, refused
from authserver.forms import checked
from authserver.models import Client
from authserver.pages import errors as pages
from authserver.sessions import current_session


@csrf_exempt  # clients send people here by POST too; only a hint ends a session
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])  # OIDC RP-Initiated Logout §2
def logout(request: HttpRequest) -> HttpResponse:
    """End this browser's session if a hint of this very session comes; else ask.

    Another session is never touched, whatever ID token is shown.
    """
    if request.method == "POST":  # from another site it brings no cookie
        return _as_get(request)
    try:
        asked = checked(request.GET)
        token = asked.get("id_token_hint")
        hint = hints.read(token) if token else None
        client = _client(hint, asked.get("client_id", ""))
        target = _target(client, hint, asked.get("post_logout_redirect_uri", ""))
    except OAuthError as problem:
        refused(problem.error, problem)
        return pages.refused(request, str(problem))
    session = current_session(request)
    if hint is None or (session and str(session.sid) != hint.sid):
        return SeeOther(reverse("sign_out"))  # OIDC RP-Initiated Logout §2: ask
    sessions.end_session(request, client)
    if not target:
        return SeeOther(reverse("sign_out"))
    return _to_client(target, asked.get("state", ""))


def _client(hint: hints.Hint | None, client_id: str) -> Client | None:
    """Named by the hint; ``client_id`` is the same (OIDC RP-Initiated Logout §2)."""
    if hint and client_id and client_id != hint.client_id:
        raise InvalidRequest("client_id is not the one of id_token_hint.")
    name = hint.client_id if hint else client_id
    client = Client.objects.filter(client_id=name[:256]).first() if name else None
    if name and client is None:
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


def _to_client(uri: str, state: str) -> HttpResponse:
    query = urlencode({"state": state}) if state else ""
    separator = "&" if "?" in uri else "?"
    response = ToClient(f"{uri}{separator}{query}" if query else uri)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _as_get(request: HttpRequest) -> HttpResponse:
    query = "&".join(filter(None, (request.GET.urlencode(), request.POST.urlencode())))
    if len(query) > MAX_QUERY:
        return pages.refused(request, "The request is too long.")
    return SeeOther(f"{reverse('logout')}?{query}")
