"""What this server can do: RFC 8414 §2 and OIDC Discovery §3, from one source."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from authserver import claims, documents, scopes
from authserver.authorization_checks import RESPONSE_MODES
from authserver.authorization_claims import ACR
from authserver.authorization_openid import DISPLAYS, PROMPTS, UI_LOCALES
from authserver.client_authentication import AuthMethod
from authserver.endpoints.token import GRANTS
from authserver.keys import ALGORITHMS, Purpose

SECRETS = [AuthMethod.BASIC, AuthMethod.POST]


@require_safe
def metadata(request: HttpRequest) -> HttpResponseBase:
    """The same document at both well-known addresses."""
    return documents.answer(request, "metadata", _document, "application/json")


def _document() -> dict[str, Any]:
    """Everything listed works, and everything that works is listed."""
    return {
        "issuer": settings.URL,
        **{name: settings.URL + reverse(view) for name, view in _ENDPOINTS.items()},
        "scopes_supported": list(scopes.catalogue()),
        "response_types_supported": ["code"],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": list(AuthMethod),
        "revocation_endpoint_auth_methods_supported": list(AuthMethod),
        "introspection_endpoint_auth_methods_supported": SECRETS,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,  # RFC 9207 §3
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(ALGORITHMS[Purpose.ID_TOKEN]),
        "claims_supported": [*_ID_TOKEN_CLAIMS, *claims.SUPPORTED],
        "claim_types_supported": ["normal"],
        "acr_values_supported": [ACR],
        "display_values_supported": list(DISPLAYS),
        "prompt_values_supported": list(PROMPTS),
        "ui_locales_supported": list(UI_LOCALES),
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "backchannel_logout_supported": True,  # OIDC Back-Channel Logout §2.1
        "backchannel_logout_session_supported": True,
    }


_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "device_authorization_endpoint": "device_authorization",  # RFC 8628 §4
    "revocation_endpoint": "revoke",
    "introspection_endpoint": "introspect",
    "userinfo_endpoint": "userinfo",
    "end_session_endpoint": "logout",
    "jwks_uri": "jwks",
}
_ID_TOKEN_CLAIMS = ("iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "sid")
