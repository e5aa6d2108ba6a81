"""The token endpoint: RFC 6749 §3.2."""

import json
from contextlib import suppress
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauthlib.oauth2 import BearerToken, OAuth2Error
from oauthlib.openid.connect.core.grant_types import (
    AuthorizationCodeGrant,
    RefreshTokenGrant,
)

from authserver import ahead, throttle, tokens
from authserver.device_code import DeviceCodeGrant
from authserver.errors import (
    InvalidRequest,
    OAuthError,
    UnsupportedGrantType,
    refused,
)
from authserver.forms import posted, single
from authserver.registration import DEVICE_CODE
from authserver.tokens import TokenRequest
from authserver.validator import AnswerAgain, Validator

# The grants there are. The implicit grant and the password grant cannot be switched on:
# nothing here could answer them (RFC 9700 §2.1.2, RFC 9700 §2.4).
VALIDATOR = Validator()
GRANTS = {
    "authorization_code": AuthorizationCodeGrant(VALIDATOR),
    "refresh_token": RefreshTokenGrant(VALIDATOR),
    DEVICE_CODE: DeviceCodeGrant(VALIDATOR),
}
OF_ALL = {"grant_type", "client_id", "client_secret", "resource"}
OF_ONE = {
    "authorization_code": {"code", "redirect_uri", "code_verifier"},
    "refresh_token": {"refresh_token", "scope"},
    DEVICE_CODE: {"device_code"},
}
BEARER: Any = BearerToken(
    VALIDATOR,
    cast("Any", tokens.access_token),  # they are given a TokenRequest
    cast("Any", tokens.lifetime),
    cast("Any", tokens.refresh_token),
)

# Where oauthlib gives only a name. One sentence for every reason: which one it was is
# in the log only, since an attacker would learn from it.
SENTENCES = {
    "invalid_grant": "The code or refresh token is unknown, expired, used or revoked, "
    "or does not belong to this client, redirect_uri and code_verifier.",
    "invalid_client": "Client authentication failed.",
    "invalid_scope": "The scope goes beyond what was granted.",
    "unauthorized_client": "This client may not use this grant_type.",
}


@csrf_exempt  # called by clients, not browsers: no cookie is read here
@require_POST
@throttle.of_secrets
def token(request: HttpRequest) -> HttpResponse:
    """A code or a refresh token against tokens, in one commit."""
    try:
        form = _form(request)
        return _answer_ahead(request, form) or _answer_locked(request, form)
    except AnswerAgain as again:
        return JsonResponse(again.answer)
    except OAuthError as problem:
        refused(problem.error, problem)
        return error(problem.error, str(problem), problem.status)
    except OAuth2Error as problem:  # raised late, where only a rollback is right
        refused(str(problem.error), problem.description)
        description = problem.description or ""
        return error(str(problem.error), description, problem.status_code)


def _answer_ahead(request: HttpRequest, form: QueryDict) -> HttpResponse | None:
    """Two statements if all is in order; else None, and nothing has happened."""
    if not ahead.is_worthwhile(single(form, "grant_type")):
        return None
    with suppress(ahead.Unsure):
        body, status = _ask(request, form, is_locked=False)
        if status == 200:  # noqa: PLR2004
            return _json(body)
    return None


def _answer_locked(request: HttpRequest, form: QueryDict) -> HttpResponse:
    """In one transaction, refusals with what they leave behind."""
    with transaction.atomic():
        body, status = _ask(request, form, is_locked=True)
    if status == 200:  # noqa: PLR2004
        return _json(body)
    problem = json.loads(body)
    return error(problem["error"], problem.get("error_description", ""), status)


def _ask(request: HttpRequest, form: QueryDict, *, is_locked: bool) -> tuple[str, int]:
    """The grant's own rules, asked by oauthlib: the body of the answer, its status."""
    asked = TokenRequest.of(form, headers_of(request))
    asked.is_locked = is_locked
    grant = GRANTS[asked.grant_type]
    _, body, status = grant.create_token_response(asked, BEARER)
    return body, status


def _json(body: str) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


def _form(request: HttpRequest) -> QueryDict:
    """The form, with a grant type of ours (RFC 6749 §5.2).

    What this grant does not know is left out (RFC 6749 §3.2): oauthlib would make an
    attribute of each parameter, and read it elsewhere.
    """
    form = posted(request)
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise InvalidRequest("grant_type is missing.")
    if grant_type not in GRANTS:
        raise UnsupportedGrantType(f"grant_type must be one of {', '.join(GRANTS)}.")
    for name in set(form) - OF_ALL - OF_ONE[grant_type]:
        del form[name]
    return form


def headers_of(request: HttpRequest) -> dict[str, str]:
    """What oauthlib needs of the headers, and the address for the activity."""
    return {
        "Authorization": request.META.get("HTTP_AUTHORIZATION", ""),
        "REMOTE_ADDR": request.META.get("REMOTE_ADDR", ""),
    }


def error(name: str, description: str, status: int) -> JsonResponse:
    """RFC 6749 §5.2. Who failed to authenticate is told how to (RFC 9110 §11.6.1)."""
    sentence = description or SENTENCES.get(name, "The request cannot be answered.")
    body = {"error": name, "error_description": sentence}
    response = JsonResponse(body, status=status)
    if status == 401:  # noqa: PLR2004
        response["WWW-Authenticate"] = 'Basic realm="clients"'
    return response
