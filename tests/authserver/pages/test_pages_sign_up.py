"""Creating an account through the page."""

import pytest
from pytest_django.fixtures import Settings

from authserver.models import Client, User
from authserver.pages.sign_up import SignUpForm
from tests.authserver.pages.cast import CAROL, Browser

WRONG = b"do not belong together"


@pytest.fixture
def browser(alice: User) -> Browser:
    return Browser()


def test_a_new_account_is_signed_in_and_continues(
    browser: Browser, shop: Client, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]  # as it really is
    request_id = browser.ask()
    answered = browser.post(f"/sign-up/?request={request_id}", CAROL)
    assert answered["Location"].endswith(f"/consent/{request_id}/")
    assert b"Carol Diaz" in browser.get(f"/consent/{request_id}/").content
    carol = User.objects.get(username="carol")
    assert carol.password.startswith("argon2$")
    assert {carol.is_staff, carol.is_superuser, carol.email_verified} == {False}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("username", "alice", "This name is taken."),
        ("username", "ALICE", "This name is taken."),
        ("username", "\uff41lice", "This name is taken."),
        ("username", "carol<b>", "Enter a valid username"),
        ("username", "", "This field is required."),
        ("username", "c" * 151, "at most 150 characters"),
        ("username", "carol\0", "Null characters are not allowed."),
        ("name", "", "This field is required."),
        ("name", "N" * 201, "at most 200 characters"),
        ("email", "carol", "Enter a valid email address."),
        ("password", "", "This field is required."),
        ("password", "short", "too short"),
        ("password", "password1", "too common"),
        ("password", "8314159265", "entirely numeric"),
        ("password", "carol@example", "too similar to the email"),
    ],
)
def test_a_bad_registration_is_refused_with_a_reason(
    browser: Browser, field: str, value: str, reason: str
) -> None:
    answered = browser.post("/sign-up/", CAROL | {field: value})
    assert answered.status_code == 400
    assert reason in answered.content.decode()
    assert not User.objects.filter(email="carol@example.com").exists()


@pytest.mark.rule("AS-56")
def test_who_has_which_name_is_told_to_nobody_who_asks_for_many(
    browser: Browser, alice: User
) -> None:
    nobody = {"name": "", "email": "", "password": ""}
    asked = [
        browser.post("/sign-up/", nobody | {"username": "alice"}) for _ in range(30)
    ]
    assert {answered.status_code for answered in asked} == {400}
    refused = [
        browser.post("/sign-up/", nobody | {"username": name})
        for name in ("alice", "free")
    ]
    assert [answered.status_code for answered in refused] == [429, 429]
    assert b"is taken" not in refused[0].content
    browser.sign_in()
    form = {"username": "ALICE", "current_password": "print-shop-demo"}
    assert b"Wait five" in browser.post("/profile/user-name/", form).content
    elsewhere = Browser(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/sign-up/", CAROL).status_code == 303


def test_nobody_signs_up_as_staff(browser: Browser) -> None:
    browser.post(
        "/sign-up/", CAROL | {"is_staff": "on", "is_superuser": "on", "sub": "1"}
    )
    carol = User.objects.get(username="carol")
    assert {carol.is_staff, carol.is_superuser} == {False}


def test_two_who_take_one_name_at_once_get_an_answer(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = {"username__iexact": "carol"}
    filter_ = User.objects.filter
    monkeypatch.setattr(
        User.objects,
        "filter",
        lambda **by: User.objects.none() if by == taken else filter_(**by),
    )
    monkeypatch.setattr(SignUpForm, "validate_unique", lambda _: None)
    assert browser.post("/sign-up/", CAROL).status_code == 303
    answered = Browser().post("/sign-up/", CAROL)
    assert answered.status_code == 400
    assert b"This name is taken." in answered.content
