"""The revocation endpoint: RFC 7009 §2."""

import json

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauthlib.oauth2 import RevocationEndpoint

from authserver import throttle
from authserver.endpoints.token import error, headers_of
from authserver.errors import OAuthError, refused
from authserver.forms import posted
from authserver.validator import Validator

ENDPOINT = RevocationEndpoint(Validator())


@csrf_exempt  # called by clients, not browsers: no cookie is read here
@require_POST
@throttle.of_secrets
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token of the calling client; 200 also if there is none (RFC 7009 §2.2)."""
    try:
        form = posted(request).urlencode()
    except OAuthError as problem:
        refused(problem.error, problem)
        return error(problem.error, str(problem), problem.status)
    with transaction.atomic():
        _, body, status = ENDPOINT.create_revocation_response(
            request.path, "POST", form, headers_of(request)
        )
    if not body:
        return HttpResponse(status=status)
    problem_of_oauthlib = json.loads(body)
    name = problem_of_oauthlib["error"]
    return error(name, problem_of_oauthlib.get("error_description", ""), status)
