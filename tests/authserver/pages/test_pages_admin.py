"""Staff's pages: everything can be managed, and no secret is shown."""

import json

import pytest

from authserver.models import Client, SigningKey, User
from tests.authserver.pages.cast import CALLBACK, Browser


def test_only_staff_enters_the_administration(browser: Browser, staff: Browser) -> None:
    assert Browser().get("/admin/")["Location"].startswith("/admin/login/")
    login = Browser().get("/admin/login/?next=/admin/")
    assert login["Location"] == "/sign-in/?next=/admin/"
    assert Browser().post("/admin/login/", {"username": "admin"}).status_code == 302
    assert browser.get("/admin/login/").status_code == 403
    assert staff.get("/admin/").status_code == 200


@pytest.mark.rule("AS-10")
def test_the_administration_lists_clients_without_pkce(
    staff: Browser, shop: Client
) -> None:
    Client.objects.create(name="Old app", pkce_required=False)
    listed = staff.get("/admin/authserver/client/?pkce_required__exact=0")
    assert b"Old app" in listed.content
    assert b"Print Shop" not in listed.content


def test_the_administration_shows_no_secret(
    staff: Browser, shop: Client, alice: User
) -> None:
    key = SigningKey.objects.first()
    paths = [
        f"client/{shop.pk}/change/",
        f"user/{alice.pk}/change/",
        "client/",
        "user/",
        "signingkey/",
        *([f"signingkey/{key.pk}/change/"] if key else []),
    ]
    shop.refresh_from_db()
    hidden = (shop.client_secret, alice.password)
    for path in paths:
        page = staff.get(f"/admin/authserver/{path}").content.decode()
        assert not any(secret in page for secret in hidden), path
        assert "sealed" not in page


@pytest.mark.rule("AS-03")
@pytest.mark.spec("RFC 9700 §2.6")
@pytest.mark.parametrize(
    "uri", ["http://mallory.example/", "javascript:alert(1)", "https://a.example/#f"]
)
def test_the_administration_judges_registrations_like_everybody(
    staff: Browser, shop: Client, uri: str
) -> None:
    path = f"/admin/authserver/client/{shop.pk}/change/"
    form = {
        "name": "Print Shop",
        "application_type": "web",
        "client_type": "confidential",
        "redirect_uris": uri,
        "grant_types": json.dumps(["authorization_code"]),
        "token_endpoint_auth_methods": json.dumps(["client_secret_basic"]),
        "scope": "openid",
        "access_token_lifetime": "300",
        "response_modes": json.dumps(["query"]),
        "id_token_signed_response_alg": "RS256",
    }
    assert staff.post(path, form).status_code == 200
    shop.refresh_from_db()
    assert shop.redirect_uris == CALLBACK
    form["redirect_uris"] = "https://shop.example/cb"
    assert staff.post(path, form).status_code == 302
    shop.refresh_from_db()
    assert shop.redirect_uris == "https://shop.example/cb"
    assert shop.client_secret, "saving does not touch the secret"
