"""The UserInfo endpoint: OIDC Core §5.3."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authserver import claims, forms, tokens
from authserver.errors import (
    InsufficientScope,
    InvalidRequest,
    InvalidToken,
    OAuthError,
)
from authserver.scopes import OPENID

FORM = "application/x-www-form-urlencoded"


class NoToken(Exception):
    """Nothing was presented: a challenge without an error (RFC 6750 §3.1)."""


@csrf_exempt  # called by clients, not browsers: no cookie is read here
@require_http_methods(["GET", "HEAD", "POST"])  # OIDC Core §5.3.1
def userinfo(request: HttpRequest) -> HttpResponse:
    """The claims about a person that the scopes of an access token open, and those
    that were asked for here one by one (OIDC Core §5.5).
    """
    try:
        found = tokens.presented(_bearer(request))
        if found is None:
            raise InvalidToken("The access token is unknown, expired or revoked.")
        if OPENID not in found.scope.split():
            raise InsufficientScope("The access token is not for OpenID Connect.")
        if not tokens.is_for_us(found):
            raise InvalidToken("The access token is for another resource server.")
    except NoToken:
        return _challenge("", 401)
    except OAuthError as problem:
        return _challenge(_parameters(problem), problem.status)
    wanted = found.requested_claims.get("userinfo")
    return JsonResponse(claims.of(found.user, found.scope.split(), wanted))


def _bearer(request: HttpRequest) -> str:
    """The token, from the header or a form body, one of them (RFC 6750 §2).

    Never from the address, where it would be logged (RFC 9700 §4.3.2).
    """
    if "access_token" in request.GET:
        raise InvalidRequest("An access token does not belong in the address.")
    header, posted = request.headers.get("Authorization", ""), ""
    if request.method == "POST" and request.content_type == FORM:
        posted = forms.body(request).get("access_token", "")
    scheme, _, credentials = header.partition(" ")
    sent = [credentials.strip()] if scheme.lower() == "bearer" else []
    sent += [posted] if posted else []
    match sent:
        case []:
            raise NoToken
        case [token] if token:
            return token
    raise InvalidRequest("Exactly one access token must be presented.")


def _parameters(problem: OAuthError) -> str:
    scope = f', scope="{OPENID}"' if isinstance(problem, InsufficientScope) else ""
    return f', error="{problem.error}", error_description="{problem}"{scope}'


def _challenge(parameters: str, status: int) -> HttpResponse:
    """RFC 6750 §3: the refusal is in the header; no token is repeated."""
    response = HttpResponse(status=status)
    response["WWW-Authenticate"] = f'Bearer realm="userinfo"{parameters}'
    return response
