"""The addresses of authserver, one line each."""

from django.urls import include, path

from authserver import admin, health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("authserver.pages.urls")),  # the people's pages
    path("admin/", admin.site.urls),  # staff
]

handler400 = "authserver.pages.errors.bad_request"
handler403 = "authserver.pages.errors.permission_denied"
handler404 = "authserver.pages.errors.page_not_found"
handler500 = "authserver.pages.errors.server_error"
