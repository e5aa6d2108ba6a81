"""The profile: what is stated, what apps are told of it, and what never changes."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from authserver import claims
from authserver.models import Event, User
from tests.authserver.pages.cast import PASSWORD, Browser

STATED = {
    "name": "Alice Ferrand",
    "given_name": "Alice",
    "family_name": "Ferrand",
    "nickname": "Al",
    "birthdate": "1985-11-30",
    "website": "alice.example",
    "zoneinfo": "Europe/Paris",
    "locale": "fr-FR",
    "phone_number": "+33 1 23 45 67 89",
    "street_address": "12 rue Longue",
    "postal_code": "75001",
    "locality": "Paris",
    "region": "",
    "country": "France",
}


def picture(side: int = 40, kind: str = "PNG") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(drawn, kind)
    return SimpleUploadedFile("me", drawn.getvalue())


@pytest.mark.spec("OIDC Core §5.1")
def test_what_is_stated_is_what_apps_are_told(browser: Browser, alice: User) -> None:
    sub = alice.sub
    assert browser.post("/profile/edit/", STATED)["Location"] == "/profile/"
    alice.refresh_from_db()
    told = claims.of(alice, ["profile", "phone", "address"])
    assert told["sub"] == str(sub)
    assert told["nickname"] == "Al"
    assert told["birthdate"] == "1985-11-30"
    assert told["website"] == "https://alice.example"
    assert told["zoneinfo"] == "Europe/Paris"
    assert told["phone_number_verified"] is False
    assert told["address"]["locality"] == "Paris"
    page = browser.get("/profile/").content.decode()
    for said in ("1985-11-30", "75001 Paris", "fr-FR"):
        assert said in page
    event = Event.objects.get(kind=Event.Kind.PROFILE_CHANGED)
    assert "Nickname" in event.reason
    assert "rue" not in event.reason


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "This field is required."),
        ("name", "N" * 201, "at most 200 characters"),
        ("birthdate", "30.11.1985", "Write it as 1985-11-30."),
        ("birthdate", "1985-02-30", "Write it as 1985-11-30."),
        ("birthdate", "\u0661\u0669\u0668\u0665", "Write it as 1985-11-30."),
        ("website", "javascript:alert(1)", "Enter a valid URL."),
        ("website", "ftp://alice.example", "Enter a valid URL."),
        ("zoneinfo", "Mars/Olympus", "Select a valid choice."),
        ("locale", "French", "Such as en-GB."),
        ("locale", "fr_FR", "Such as en-GB."),
        ("phone_number", "01 23", "Begin with +"),
        ("nickname", "nul\0", "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    browser: Browser, alice: User, field: str, value: str, reason: str
) -> None:
    answered = browser.post("/profile/edit/", STATED | {field: value})
    assert answered.status_code == 400
    assert reason in answered.content.decode()
    alice.refresh_from_db()
    assert alice.nickname == ""


@pytest.mark.parametrize("year", ["1985", ""])
def test_a_year_alone_will_do(browser: Browser, alice: User, year: str) -> None:
    browser.post("/profile/edit/", STATED | {"birthdate": year})
    alice.refresh_from_db()
    assert alice.birthdate == year


def test_nobody_states_what_is_not_theirs_to_state(
    browser: Browser, alice: User
) -> None:
    extra = {
        "sub": "1",
        "email": "mallory@example.com",
        "email_verified": "on",
        "phone_number_verified": "on",
        "is_staff": "on",
        "username": "mallory",
        "picture": "https://mallory.example/pixel.gif",
    }
    browser.post("/profile/edit/", STATED | extra)
    before = alice
    alice = User.objects.get(pk=alice.pk)
    assert (alice.sub, alice.email, alice.username) == (
        before.sub,
        "alice@example.com",
        "alice",
    )
    assert {alice.is_staff, alice.email_verified, alice.phone_number_verified} == {
        False
    }
    assert alice.picture == ""


def test_a_picture_is_drawn_again_and_served_by_its_digest(
    browser: Browser, alice: User
) -> None:
    browser.post("/profile/edit/", STATED | {"own_picture": picture(kind="JPEG")})
    alice.refresh_from_db()
    assert alice.picture.startswith("http://localhost:8001/pictures/")
    path = alice.picture.removeprefix("http://localhost:8001")
    assert path in browser.get("/").content.decode()
    served = Browser().get(path)
    assert served["Content-Type"] == "image/png"
    assert "immutable" in served["Cache-Control"]
    assert "authserver_session" not in served.cookies
    with Image.open(io.BytesIO(served.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (256, 256))

    browser.post("/profile/edit/", STATED | {"remove_picture": "on"})
    alice.refresh_from_db()
    assert alice.picture == ""
    assert Browser().get(path).status_code == 404


@pytest.mark.parametrize("name", ["alice", "bob", "BOB", "al ice", "", "a" * 151])
def test_a_user_name_that_cannot_be(browser: Browser, bob: User, name: str) -> None:
    form = {"username": name, "current_password": PASSWORD}
    status = 303 if name == "alice" else 400
    assert browser.post("/profile/user-name/", form).status_code == status
    assert User.objects.filter(username="alice").exists()


@pytest.mark.spec("OIDC Core §5.7")
def test_the_user_name_changes_and_sub_does_not(browser: Browser, alice: User) -> None:
    form = {"username": "alice.f", "current_password": PASSWORD}
    assert browser.post("/profile/user-name/", form)["Location"] == "/profile/"
    renamed = User.objects.get(username="alice.f")
    assert renamed.sub == alice.sub
    assert Browser().sign_in("alice.f").status_code == 303
    assert Browser().sign_in("alice").status_code == 400
    assert browser.get("/").status_code == 200


@pytest.mark.spec("RFC 6749 §10.10")
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/profile/user-name/", {"username": "mallory"}),
        ("/profile/e-mail/", {"email": "mallory@example.com"}),
        ("/profile/delete/", {}),
        ("/password/", {"password": "a long walk by the sea"}),
    ],
)
def test_an_open_browser_is_not_enough(
    browser: Browser, alice: User, path: str, form: dict[str, str]
) -> None:
    for guess in ("", "wrong"):
        answered = browser.post(path, form | {"current_password": guess})
        assert answered.status_code == 400
    for _ in range(10):
        browser.post(path, form | {"current_password": "wrong"})
    answered = browser.post(path, form | {"current_password": PASSWORD})
    assert b"Too many attempts" in answered.content
    before = alice
    alice = User.objects.get(pk=alice.pk)
    assert (alice.username, alice.email, alice.unconfirmed_email, alice.password) == (
        before.username,
        before.email,
        "",
        before.password,
    )
