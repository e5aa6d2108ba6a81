"""The addresses of authserver, one line each."""

from django.urls import include, path

from authserver import admin, health
from authserver.endpoints.authorization import authorize
from authserver.endpoints.device_authorization import device_authorization
from authserver.endpoints.introspection import introspect
from authserver.endpoints.jwks import jwks
from authserver.endpoints.logout import logout
from authserver.endpoints.metadata import metadata
from authserver.endpoints.revocation import revoke
from authserver.endpoints.token import token
from authserver.endpoints.userinfo import userinfo
from authserver.pages.device import device, device_decision

urlpatterns = [
    path("oauth/authorize", authorize, name="authorize"),  # RFC 6749 §3.1
    path("oauth/token", token, name="token"),  # RFC 6749 §3.2
    path(
        "oauth/device_authorization",  # RFC 8628 §3.1
        device_authorization,
        name="device_authorization",
    ),
    path("oauth/revoke", revoke, name="revoke"),  # RFC 7009 §2
    path("oauth/introspect", introspect, name="introspect"),  # RFC 7662 §2
    path("oauth/userinfo", userinfo, name="userinfo"),  # OIDC Core §5.3
    path("oauth/logout", logout, name="logout"),  # OIDC RP-Initiated Logout §2
    path("oauth/jwks", jwks, name="jwks"),  # RFC 7517 §5
    path(".well-known/openid-configuration", metadata),  # OIDC Discovery §4
    path(".well-known/oauth-authorization-server", metadata),  # RFC 8414 §3
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("device/", device, name="device"),  # RFC 8628 §3.3
    path("device/<int:pk>/", device_decision, name="device_decision"),
    path("", include("authserver.pages.urls")),  # the people's pages
    path("admin/", admin.site.urls),  # staff
]

handler400 = "authserver.pages.errors.bad_request"
handler403 = "authserver.pages.errors.permission_denied"
handler404 = "authserver.pages.errors.page_not_found"
handler500 = "authserver.pages.errors.server_error"
