"""The addresses of photos_api, one line each."""

from django.urls import include, path

from photos_api import health, media_bytes, metadata
from photos_api.description import batch, discovery, openapi

urlpatterns = [
    path("library/v1/", include("photos_api.library.urls")),
    path("picker/v1/", include("photos_api.picker.urls")),
    path(
        "library/$discovery/rest",
        discovery.rest,
        {"surface": "library"},
        name="library_discovery",
    ),
    path(
        "picker/$discovery/rest",
        discovery.rest,
        {"surface": "picker"},
        name="picker_discovery",
    ),
    path("discovery/v1/apis/<str:name>/<str:version>/rest", discovery.by_name),
    path("openapi.json", openapi.openapi, name="openapi"),
    path("library/batch", batch.refuse),
    path("picker/batch", batch.refuse),
    path("bytes/<str:address>", media_bytes.MediaBytes.as_view()),
    path(
        ".well-known/oauth-protected-resource", metadata.protected_resource
    ),  # RFC 9728 §3
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("photos_api.pages.urls")),
]

handler400 = "photos_api.errors.bad_request"
handler403 = "photos_api.errors.permission_denied"
handler404 = "photos_api.errors.not_found"
handler500 = "photos_api.errors.server_error"
