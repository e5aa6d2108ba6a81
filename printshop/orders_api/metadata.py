"""Who we are and where to get a token for us: RFC 9728."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from printshop.orders_api.authentication import SCOPE


@cache_control(public=True, max_age=3600)
@require_safe
def protected_resource(request: HttpRequest) -> JsonResponse:
    """The metadata of RFC 9728 §2; `resource` is the audience we demand of tokens."""
    return JsonResponse(
        {
            "resource": settings.URL,
            "resource_name": "Print Shop orders",
            "authorization_servers": [settings.ISSUER],
            "bearer_methods_supported": ["header"],
            "scopes_supported": [SCOPE],
        }
    )
