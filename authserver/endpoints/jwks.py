"""The JWK Set: RFC 7517 §5, OIDC Core §10.1.1."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from authserver import documents, keys


@require_safe
def jwks(request: HttpRequest) -> HttpResponseBase:
    """Public keys, next and retired ones too: a rotation is never a surprise."""
    kind = "application/jwk-set+json"
    return documents.answer(request, "jwks", keys.published, kind)
