"""The introspection endpoint: RFC 7662 §2."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from authserver import throttle, tokens
from authserver.client_authentication import (
    Credentials,
    authenticate,
    authenticate_resource_server,
)
from authserver.endpoints.token import error
from authserver.errors import InvalidClient, InvalidRequest, OAuthError, refused
from authserver.forms import posted
from authserver.models import AccessToken, Client, ResourceServer

INACTIVE = {"active": False}


@csrf_exempt  # called by servers, not browsers: no cookie is read here
@require_POST  # RFC 7662 §2.1; a token in an address would be logged
@throttle.of_secrets
def introspect(request: HttpRequest) -> HttpResponse:
    """What a token means, to those it was meant for or issued to, and nobody else."""
    try:
        form = posted(request)
        caller = _caller(request, form.get("client_id"), form.get("client_secret"))
        if "token" not in form:
            raise InvalidRequest("token is missing.")
    except OAuthError as problem:
        refused(problem.error, problem)
        return error(problem.error, str(problem), problem.status)
    found = tokens.presented(form.get("token") or "")
    if found is None or not _may_know(caller, found):
        return JsonResponse(INACTIVE)  # RFC 7662 §2.2: and nothing more
    return JsonResponse(_meaning(found))


def _caller(
    request: HttpRequest, client_id: str | None, client_secret: str | None
) -> Client | ResourceServer:
    """A resource server, or a client that can keep a secret (RFC 7662 §2.1)."""
    authorization = request.headers.get("Authorization", "")
    credentials = Credentials.parse(authorization, client_id or "", client_secret or "")
    if server := authenticate_resource_server(credentials):
        return server
    client = authenticate(credentials)
    if client.is_public:
        raise InvalidClient("A client that keeps no secret may not introspect.")
    return client


def _may_know(caller: Client | ResourceServer, token: AccessToken) -> bool:
    """RFC 7662 §4: the audience, or the client it was issued to."""
    if isinstance(caller, ResourceServer):
        return caller.identifier in token.resource
    return bool(token.application_id == caller.pk)


def _meaning(token: AccessToken) -> dict[str, Any]:
    return {
        "active": True,
        "token_type": "Bearer",
        "iss": settings.URL,
        "sub": str(token.user.sub),
        "aud": token.resource or [settings.URL],
        "client_id": token.application.client_id,
        "scope": token.scope,
        "iat": int(token.created.timestamp()),
        "exp": int(token.expires.timestamp()),
        "jti": str(token.jti),
        "sid": str(token.session.sid),
        "auth_time": int(token.auth_time.timestamp()),
        "acr": token.acr,
    }
