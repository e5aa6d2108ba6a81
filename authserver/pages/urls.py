"""The addresses of the people's pages, one line each."""

from django.urls import path

from authserver.pages.activity import activity
from authserver.pages.addresses import change_email, confirm_email, send_again
from authserver.pages.apps import apps, remove_access
from authserver.pages.consent import consent
from authserver.pages.deletion import account_deleted, delete_account
from authserver.pages.developer import (
    choose_type,
    client_page,
    developer,
    edit,
    end_old_secret,
    new_secret,
    register,
    remove_client,
)
from authserver.pages.forgotten import forgotten, forgotten_sent, reset_password
from authserver.pages.home import home
from authserver.pages.password import password
from authserver.pages.pictures import logo, picture
from authserver.pages.profile import change_username, edit_profile, profile
from authserver.pages.sessions import sessions, sign_out_elsewhere, sign_out_there
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
    path("sessions/", sessions, name="sessions"),
    path("sessions/others/end/", sign_out_elsewhere, name="sign_out_elsewhere"),
    path("sessions/<uuid:sid>/end/", sign_out_there, name="sign_out_there"),
    path("activity/", activity, name="activity"),
    path("profile/", profile, name="profile"),
    path("profile/edit/", edit_profile, name="edit_profile"),
    path("profile/user-name/", change_username, name="change_username"),
    path("profile/e-mail/", change_email, name="change_email"),
    path("profile/e-mail/send/", send_again, name="send_again"),
    path("profile/e-mail/<str:token>/", confirm_email, name="confirm_email"),
    path("profile/delete/", delete_account, name="delete_account"),
    path("profile/deleted/", account_deleted, name="account_deleted"),
    path("password/", password, name="password"),
    path("password/forgotten/", forgotten, name="forgotten"),
    path("password/forgotten/sent/", forgotten_sent, name="forgotten_sent"),
    path("password/<uuid:sub>/<str:token>/", reset_password, name="reset_password"),
    path("pictures/<slug:digest>.png", picture, name="picture"),
    path("logos/<str:client_id>/<slug:digest>.png", logo, name="logo"),
    path("developer/", developer, name="developer"),
    path("developer/new/", choose_type, name="developer_new"),
    path("developer/new/<slug:kind>/", register, name="developer_register"),
    path("developer/<str:client_id>/", client_page, name="developer_client"),
    path("developer/<str:client_id>/edit/", edit, name="developer_edit"),
    path("developer/<str:client_id>/secret/", new_secret, name="developer_new_secret"),
    path(
        "developer/<str:client_id>/secret/end/",
        end_old_secret,
        name="developer_end_old_secret",
    ),
    path("developer/<str:client_id>/remove/", remove_client, name="developer_remove"),
]
