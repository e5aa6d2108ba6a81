"""What we rely on in django-oauth-toolkit, and what must stay closed in it."""

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import Client as DjangoClient
from django.urls import Resolver404, resolve
from oauth2_provider.models import (
    get_access_token_model,
    get_application_model,
    get_device_grant_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)
from oauth2_provider.scopes import get_scopes_backend

from authserver import models
from tests.authserver.parties import Browser, Caller

pytestmark = pytest.mark.django_db


def test_all_six_models_are_ours_and_it_has_no_table_of_its_own() -> None:
    assert get_application_model() is models.Client
    assert get_grant_model() is models.AuthorizationCode
    assert get_access_token_model() is models.AccessToken
    assert get_refresh_token_model() is models.RefreshToken
    assert get_id_token_model() is models.IDToken
    assert get_device_grant_model() is models.DeviceGrant
    tables = connection.introspection.table_names()
    assert not [table for table in tables if table.startswith("oauth2_provider")]


@pytest.mark.rule("X-07")
def test_its_deployment_checks_find_nothing() -> None:
    found = run_checks(include_deployment_checks=True)
    ours = [f for f in found if f.id and f.id.startswith(("oauth2", "authserver"))]
    assert not ours


@pytest.mark.rule("AS-20")
@pytest.mark.parametrize(
    "path",
    [
        *("applications/", "applications/register/", "authorized_tokens/", "token/"),
        *("register/", "authorize/", "introspect/", "logout/", "userinfo/"),
    ],
)
def test_none_of_its_own_pages_is_mounted(path: str) -> None:
    for prefix in ("/", "/oauth/", "/o/"):
        with pytest.raises(Resolver404):
            resolve(prefix + path)


@pytest.mark.rule("AS-31")
@pytest.mark.spec("RFC 6749 §3.3")
def test_default_scopes_are_none_and_available_ones_the_clients(
    registrations: None,
) -> None:
    backend = get_scopes_backend()
    photos = models.Client.objects.get(client_id="photos")
    assert backend.get_default_scopes(application=photos) == []
    assert backend.get_available_scopes(application=photos) == ["openid", "profile"]
    assert "photospicker.mediaitems.readonly" in backend.get_all_scopes()


def test_no_row_is_written_for_an_id_token(tokens: dict[str, str]) -> None:
    assert "id_token" in tokens
    assert not models.IDToken.objects.exists()


def test_a_post_without_a_form_approves_nothing(browser: Browser) -> None:
    strict = DjangoClient(enforce_csrf_checks=True, SERVER_NAME="localhost")
    strict.cookies = browser.cookies
    page = browser.authorize()["Location"]
    assert strict.post(page, {"decision": "allow"}).status_code == 403
    assert not models.AuthorizationCode.objects.exists()


def test_rows_say_nothing_of_what_they_guard(
    shop: Caller, tokens: dict[str, str]
) -> None:
    for model in (models.AccessToken, models.RefreshToken, models.AuthorizationCode):
        for row in model.objects.all():
            assert str(row).split()[-1] == str(row.pk)
