"""Four types of clients: each is asked for what it has, and told what it needs."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from authserver.models import Client, ClientLogo, Event, User
from tests.authserver.pages.cast import Browser, authorize

FORMS: dict[str, dict[str, Any]] = {
    "web": {
        "redirect_uris": "https://albums.example/cb",
        "post_logout_redirect_uris": "https://albums.example/",
        "backchannel_logout_uri": "https://albums.example/out",
    },
    "browser": {
        "redirect_uris": "https://albums.example/cb",
        "allowed_origins": "https://albums.example",
    },
    "native": {"redirect_uris": "com.example.albums:/cb\nhttp://127.0.0.1/cb"},
    "device": {},
}
COMMON = {
    "name": "Albums",
    "scope": ["openid", "email"],
    "id_token_signed_response_alg": "ES256",
    "client_uri": "https://albums.example/",
}


def register(browser: Browser, kind: str = "web", **changes: Any) -> Any:
    form = COMMON | FORMS.get(kind, {}) | changes
    return browser.post(f"/developer/new/{kind}/", form)


def albums() -> Client:
    return Client.objects.get(name="Albums")


def drawn(
    kind: str = "PNG", size: tuple[int, int] = (60, 30), mode: str = "RGB"
) -> Any:
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind)
    return SimpleUploadedFile("logo", file.getvalue())


@pytest.mark.spec("RFC 6749 §2.1")
@pytest.mark.parametrize(
    ("kind", "public", "asked_for", "not_asked_for"),
    [
        ("web", False, "backchannel_logout_uri", "allowed_origins"),
        ("browser", True, "allowed_origins", "backchannel_logout_uri"),
        ("native", True, "redirect_uris", "allowed_origins"),
        ("device", True, "scope", "redirect_uris"),
    ],
)
def test_each_type_is_explained_asked_and_shaped(
    browser: Browser, kind: str, public: bool, asked_for: str, not_asked_for: str
) -> None:
    assert (
        f'href="/developer/new/{kind}/"'
        in browser.get("/developer/new/").content.decode()
    )
    types = browser.get("/developer/new/").content.decode()
    assert types.count("<dt>PKCE</dt><dd>Required, with S256.</dd>") == 3
    form = browser.get(f"/developer/new/{kind}/").content.decode()
    assert f'name="{asked_for}"' in form
    assert f'name="{not_asked_for}"' not in form
    assert register(browser, kind).status_code == 201
    client = albums()
    assert client.is_public == public
    assert client.application_type == kind
    assert client.id_token_signed_response_alg == "ES256"
    assert ("authorization_code" in client.grant_types) == (kind != "device")


@pytest.mark.parametrize("kind", FORMS)
def test_everything_to_configure_is_on_one_page(browser: Browser, kind: str) -> None:
    page = register(browser, kind).content.decode()
    client = albums()
    told = [
        "http://localhost:8001",
        client.client_id,
        "http://localhost:8001/oauth/token",
        *client.redirect_uris.split(),
        *client.allowed_origins.split(),
        client.backchannel_logout_uri,
        "Good once each",  # refresh tokens
        {
            "web": "authorize_redirect",
            "browser": "crypto.subtle.digest",
            "native": "AuthorizationServiceConfiguration",
            "device": "http://localhost:8001/oauth/device_authorization",
        }[kind],
    ]
    for said in told:
        assert said in page, said


@pytest.mark.parametrize("kind", ["x", "first-party", "WEB", "web%00"])
def test_a_type_that_is_not_there(browser: Browser, kind: str) -> None:
    assert browser.get(f"/developer/new/{kind}/").status_code == 404
    assert register(browser, kind).status_code == 404
    assert not Client.objects.filter(user__username="alice").exists()


def test_a_registration_can_be_changed_and_keeps_its_secret(
    browser: Browser, alice: User
) -> None:
    register(browser)
    client = albums()
    path = f"/developer/{client.client_id}/edit/"
    assert "https://albums.example/cb" in browser.get(path).content.decode()
    form = COMMON | FORMS["web"] | {"redirect_uris": "https://new.example/cb"}
    answered = browser.post(path, form | {"application_type": "native"}, follow=True)
    assert b"https://new.example/cb" in answered.content
    changed = albums()
    assert changed.redirect_uris == "https://new.example/cb"
    assert changed.client_secret == client.client_secret
    assert changed.application_type == "web"
    assert "Redirect URIs" in alice.events.get(kind="client_changed").reason


@pytest.mark.parametrize("redirect_uri", ["", "http://m.example/", "javascript:x"])
def test_a_change_is_judged_like_a_registration(
    browser: Browser, redirect_uri: str
) -> None:
    register(browser)
    path = f"/developer/{albums().client_id}/edit/"
    form = COMMON | FORMS["web"] | {"redirect_uris": redirect_uri}
    assert browser.post(path, form).status_code == 400
    assert albums().redirect_uris == "https://albums.example/cb"


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({}, True),
        ({"id_token_signed_response_alg": "PS256"}, True),
        ({"scope": ["openid", "email", "profile"]}, False),
        ({"post_logout_redirect_uris": "https://mallory.example/"}, False),
        ({"backchannel_logout_uri": "https://mallory.example/"}, False),
        ({"policy_uri": "https://mallory.example/"}, False),
        ({"tos_uri": "https://mallory.example/"}, False),
        ({"redirect_uris": "https://mallory.example/cb"}, False),
        ({"client_uri": "https://mallory.example/"}, False),
        ({"logo": "a logo"}, False),
    ],
)
def test_what_was_verified_is_looked_at_again_when_it_becomes_another(
    browser: Browser, changes: dict[str, Any], stays: bool
) -> None:
    register(browser)
    Client.objects.filter(name="Albums").update(verified_at="2026-01-01 00:00Z")
    if "logo" in changes:
        changes = {"logo": drawn()}
    form = COMMON | FORMS["web"] | changes
    browser.post(f"/developer/{albums().client_id}/edit/", form)
    assert (albums().verified_at is not None) == stays


@pytest.mark.rule("AS-42")
def test_one_of_our_own_is_asked_about_again_once_its_owner_changed_it(
    browser: Browser, bobs: Browser
) -> None:
    register(browser)
    ours = {"skip_authorization": True, "verified_at": "2026-01-01 00:00Z"}
    Client.objects.filter(name="Albums").update(**ours)
    client_id = albums().client_id
    at = {"client_id": client_id, "redirect_uri": "https://albums.example/cb"}
    assert "code=" in bobs.get(authorize("openid", **at))["Location"]
    at["redirect_uri"] = "https://mallory.example/cb"
    form = COMMON | FORMS["web"] | {"redirect_uris": at["redirect_uri"]}
    browser.post(f"/developer/{client_id}/edit/", form)
    assert "/consent/" in bobs.get(authorize("openid email", **at))["Location"]


def test_nobody_else_sees_or_changes_it(browser: Browser, bobs: Browser) -> None:
    register(browser)
    client = albums()
    for path in ("", "edit/", "secret/", "secret/end/", "remove/"):
        for method in (bobs.get, bobs.post):
            status = method(f"/developer/{client.client_id}/{path}").status_code
            assert status in {404, 405}, path
    assert client.client_id not in bobs.get("/developer/").content.decode()
    assert b"There is an app of this name" in register(bobs).content
    albums().refresh_from_db()


def test_the_print_shop_belongs_to_nobody_here(browser: Browser) -> None:
    assert browser.get("/developer/printshop/").status_code == 404
    assert browser.get("/developer/printshop/edit/").status_code == 404


def test_what_happens_to_an_app_is_in_its_owners_activity(
    browser: Browser, alice: User
) -> None:
    register(browser)
    client = albums()
    browser.post(f"/developer/{client.client_id}/secret/")
    browser.post(f"/developer/{client.client_id}/secret/end/")
    browser.post(f"/developer/{client.client_id}/secret/end/")
    browser.post(f"/developer/{client.client_id}/remove/")
    kinds = [event.kind for event in alice.events.all()][:4]
    assert kinds == [
        "client_removed",
        "client_changed",
        "client_changed",
        "client_registered",
    ]
    page = browser.get("/activity/?of=developer").content.decode()
    for said in ("It has a new secret.", "Its old secret was ended.", "Albums"):
        assert said in page


def test_what_went_wrong_is_told_without_telling_of_whom(
    browser: Browser, bob: User
) -> None:
    register(browser)
    Event.objects.record(
        Event.Kind.REFUSED,
        "192.0.2.5",
        user=bob,
        client=albums(),
        reason="redirect_uri differs",
    )
    page = browser.get(f"/developer/{albums().client_id}/").content.decode()
    assert "What went wrong lately" in page
    assert "redirect_uri differs" in page
    assert "192.0.2.5" not in page
    assert "bob" not in page


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_drawn_again_and_shown_where_people_decide(
    browser: Browser, kind: str
) -> None:
    assert register(browser, logo=drawn(kind)).status_code == 201
    client = albums()
    logo = ClientLogo.objects.get(client=client)
    path = f"/logos/{client.client_id}/{logo.digest}.png"
    served = Browser().get(path)
    with Image.open(io.BytesIO(served.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (256, 256))
    assert "immutable" in served["Cache-Control"]
    assert served["Content-Type"] == "image/png"
    assert not served.cookies
    asked = browser.ask(
        "openid",
        client_id=client.client_id,
        redirect_uri="https://albums.example/cb",
        prompt="consent",
    )
    assert path in browser.get(f"/consent/{asked}/").content.decode()

    edit = f"/developer/{client.client_id}/edit/"
    assert b"Remove the present logo" in browser.get(edit).content
    browser.post(edit, COMMON | FORMS["web"] | {"remove_logo": "on"})
    assert Browser().get(path).status_code == 404


def _bytes(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (_bytes(b"x" * 1_048_577), "larger than 1 MB"),
        (_bytes(b"<svg onload='alert(1)'/>"), "not a PNG, JPEG or WebP"),
        (_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40), "not a PNG, JPEG or WebP"),
        (_bytes(b""), "empty"),
        (drawn("GIF"), "not a PNG, JPEG or WebP"),
        (drawn("PNG", (5000, 4000), "1"), "16 million pixels"),
        (drawn("PNG", (20000, 10000), "1"), "16 million pixels"),
    ],
)
def test_a_logo_that_cannot_be(
    browser: Browser, file: SimpleUploadedFile, reason: str
) -> None:
    file.seek(0)
    answered = register(browser, logo=file)
    assert answered.status_code == 400
    assert reason in answered.content.decode()
    assert not Client.objects.filter(name="Albums").exists()


def test_every_cut_of_a_picture_is_an_answer(browser: Browser) -> None:
    whole = drawn("JPEG", (200, 200)).read()
    for length in range(1, len(whole), 97):
        status = register(browser, logo=_bytes(whole[:length])).status_code
        assert status in {201, 400}
        Client.objects.filter(name="Albums").delete()


@pytest.mark.parametrize("path", ["x/y", "printshop/" + "0" * 64, "%00/" + "0" * 64])
def test_a_logo_that_is_not_there(browser: Browser, path: str) -> None:
    assert Browser().get(f"/logos/{path}.png").status_code == 404
