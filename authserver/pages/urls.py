"""The addresses of the people's pages, one line each."""

from django.urls import path

from authserver.pages.activity import activity
from authserver.pages.apps import apps, remove_access
from authserver.pages.consent import consent
from authserver.pages.developer import (
    client_page,
    developer,
    new_secret,
    register,
    remove_client,
)
from authserver.pages.home import home
from authserver.pages.sign_in import sign_in
from authserver.pages.sign_out import sign_out
from authserver.pages.sign_up import sign_up

urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-up/", sign_up, name="sign_up"),
    path("sign-out/", sign_out, name="sign_out"),
    path("consent/<str:request_id>/", consent, name="consent"),
    path("apps/", apps, name="apps"),
    path("apps/<int:pk>/remove/", remove_access, name="remove_access"),
    path("activity/", activity, name="activity"),
    path("developer/", developer, name="developer"),
    path("developer/new/", register, name="developer_register"),
    path("developer/<str:client_id>/", client_page, name="developer_client"),
    path("developer/<str:client_id>/secret/", new_secret, name="developer_new_secret"),
    path("developer/<str:client_id>/remove/", remove_client, name="developer_remove"),
]
