"""The JWK Set: RFC 7517 §5, OIDC Core §10.1.1."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from authserver import keys


@cache_control(public=True, max_age=300)
@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """Public keys, next and retired ones too: a rotation is never a surprise."""
    return JsonResponse(keys.published(), content_type="application/jwk-set+json")
