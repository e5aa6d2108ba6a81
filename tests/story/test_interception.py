"""Somebody steals the code from the redirect. Why is PKCE needed? This is the answer.

Each client of the shop is robbed in turn. The thief sees what travels through the
browser: the answer with its code, and every name that stands in an app for all to read.
What was stolen is useless without the secret that never travelled; where there was
none, as before PKCE, the same theft succeeds.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from subprocess import CalledProcessError

import pytest
from requests import Response

from tests.story.client import PASSWORD, Attempt, Client, query_of
from tests.story.town import Town
from tests.story.visitor import Fields, Visitor

NO_CHALLENGE: dict[str, None] = {"code_challenge": None, "code_challenge_method": None}
PUBLIC = ["browser app", "desktop program", "phone"]


@dataclass
class Door:
    """One of the shop's clients that get a code, and a person who uses it."""

    client: Client
    person: Visitor

    def code(self, attempt: Attempt, **changes: str | None) -> str:
        """The code that comes back in the redirect, where the thief reads it."""
        page = self.person.get(self.client.authorization_url(attempt, **changes))
        page = self.person.follow(page, until=self.client.redirect_uri)
        if 'name="password"' in page.text:
            page = self.person.sign_in(page, "bob", PASSWORD)
            page = self.person.follow(page, until=self.client.redirect_uri)
        if not page.is_redirect:
            decision: Fields = {"scope": ["profile"], "decision": "allow"}
            page = self.person.submit(page, decision, having="decision")
            page = self.person.follow(page, until=self.client.redirect_uri)
        query = query_of(page)
        assert query["state"] == attempt.state
        return query["code"]

    def redeem(self, code: str, **form: str | None) -> Response:
        """A token request for the code; None leaves a parameter out."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client.client_id,
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            **form,
        }
        given = {name: value for name, value in form.items() if value is not None}
        if self.client.client_secret:
            del given["client_id"]
        return self.client.token_request(**given)

    def is_let_in(self, attempt: Attempt, code: str) -> bool:
        """Does the honest app get in with it?"""
        return self.redeem(code, code_verifier=attempt.verifier).status_code == 200

    @property
    def as_a_thief_has_it(self) -> "Door":
        """All that is public of it. The secret of a server is not among that."""
        client = self.client
        return Door(
            Client(client.town, client.client_id, "", client.redirect_uri), self.person
        )


@pytest.fixture(scope="module")
def doors(town: Town) -> dict[str, Door]:
    """The shop's clients by name, all in one browser of Bob's."""
    bob = Visitor(town.issuer)
    registered = {
        "browser app": ("printshop-kiosk", "", f"{town.shop}/kiosk/"),
        "desktop program": (
            "printshop-desktop",
            "",
            "http://127.0.0.1:50123/signed-in",
        ),
        "phone": ("printshop-mobile", "", "com.example.printshop:/signed-in"),
        "main shop": (
            *("printshop", "demo-printshop-client-secret"),
            f"{town.shop}/sign-in/callback/",
        ),
    }
    return {name: Door(Client(town, *told), bob) for name, told in registered.items()}


@pytest.fixture
def attempt() -> Attempt:
    return Attempt(scope="openid profile")


# What the thief says beside the code → whether that spoils the code for the honest app.
Try = Callable[[Attempt, dict[str, Door]], dict[str, str | None]]
TRIES: dict[str, tuple[Try, bool]] = {
    "no verifier": (lambda asked, doors: {}, True),
    "an empty verifier": (lambda asked, doors: {"code_verifier": ""}, True),
    "a verifier of his own": (
        lambda asked, doors: {"code_verifier": secrets.token_urlsafe(48)},
        True,
    ),
    "the challenge, which he saw": (
        lambda asked, doors: {"code_verifier": asked.challenge},
        True,
    ),
    "the verifier, but another redirect_uri": (
        lambda asked, doors: {
            "code_verifier": asked.verifier,
            "redirect_uri": "com.mallory.app:/signed-in",
        },
        True,
    ),
    "the verifier, but another client's name": (
        lambda asked, doors: {
            "code_verifier": asked.verifier,
            "client_id": doors["another"].client.client_id,
        },
        False,
    ),
}


@pytest.mark.rule("AS-10", "AS-13", "AS-14", "N-01")
@pytest.mark.spec("RFC 7636 §4.6")
@pytest.mark.spec("RFC 6749 §4.1.3")
@pytest.mark.parametrize("how", TRIES)
@pytest.mark.parametrize("name", PUBLIC)
def test_a_stolen_code_is_useless_even_to_who_comes_first(
    doors: dict[str, Door], attempt: Attempt, name: str, how: str
) -> None:
    says, spoils = TRIES[how]
    door = doors[name]
    another = doors["desktop program" if name == "phone" else "phone"]
    code = door.code(attempt)
    stolen = door.redeem(code, **says(attempt, doors | {"another": another}))
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert stolen.json().keys() == {"error", "error_description"}
    # One wrong try burns the code: the honest app is not let in either, and knows it.
    assert door.is_let_in(attempt, code) is not spoils
    # It asks again, and gets in: a nuisance, and no theft.
    again = Attempt(scope="openid profile")
    assert door.is_let_in(again, door.code(again))


@pytest.mark.rule("AS-13", "AS-14")
@pytest.mark.spec("RFC 6749 §4.1.3")
@pytest.mark.parametrize("how", TRIES)
def test_the_main_shop_has_a_secret_and_pkce_all_the_same(
    doors: dict[str, Door], attempt: Attempt, how: str
) -> None:
    says, spoils = TRIES[how]
    shop, doors = doors["main shop"], doors | {"another": doors["phone"]}
    code = shop.code(attempt)
    # A thief of the code alone is stopped before the code is looked at.
    stolen = shop.as_a_thief_has_it.redeem(code, **says(attempt, doors))
    assert stolen.status_code in {400, 401}
    assert stolen.json()["error"] in {"invalid_client", "unauthorized_client"} | (
        {"invalid_grant"} if "another client" in how else set()
    )
    if "another client" in how:
        assert shop.is_let_in(attempt, code)
        return
    # One who has the secret too still lacks the verifier, or the right address.
    stolen = shop.redeem(code, **says(attempt, doors))
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert shop.is_let_in(attempt, code) is not spoils


@pytest.mark.rule("AS-15")
@pytest.mark.spec("RFC 6749 §4.1.2")
@pytest.mark.parametrize("name", [*PUBLIC, "main shop"])
def test_a_thief_who_comes_second_spoils_nothing(
    doors: dict[str, Door], attempt: Attempt, name: str
) -> None:
    door = doors[name]
    code = door.code(attempt)
    got = door.redeem(code, code_verifier=attempt.verifier).json()
    for verifier in (None, secrets.token_urlsafe(48)):
        assert door.redeem(code, code_verifier=verifier).status_code in {400, 401}
    # Only who can prove to have asked may raise the alarm of a replayed code.
    assert door.client.userinfo(got["access_token"]).status_code == 200


# Why PKCE: the same theft, from an app as apps were before it.


@pytest.fixture(scope="module")
def old_app(town: Town) -> Door:
    """An app whose "secret" lies in every copy of it, and that does without PKCE.

    Registered as the web server it pretends to be: as a public client it could not.
    """
    client = Client.register(town, "An old photo app", "--no-pkce")
    return Door(client, Visitor(town.issuer))


@pytest.mark.rule("AS-10")
@pytest.mark.spec("RFC 9700 §2.1.1")
def test_without_pkce_the_same_theft_succeeds(old_app: Door, attempt: Attempt) -> None:
    code = old_app.code(attempt, **NO_CHALLENGE)
    # The thief read the secret in his own copy of the app, the code in the redirect.
    stolen = old_app.redeem(code)
    assert stolen.status_code == 200
    tokens = stolen.json()
    assert (
        old_app.client.userinfo(tokens["access_token"]).json()["name"] == "Bob Okafor"
    )
    # The app is refused, and only that tells the server; by then Bob was read.
    assert old_app.redeem(code).json()["error"] == "invalid_grant"
    assert old_app.client.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.rule("AS-12")
@pytest.mark.spec("RFC 7636 §4.6")
def test_the_same_app_with_pkce_is_safe_though_its_secret_is_out(
    old_app: Door, attempt: Attempt
) -> None:
    code = old_app.code(attempt)
    assert old_app.redeem(code).json()["error"] == "invalid_grant"
    code = old_app.code(attempt)
    verifier = secrets.token_urlsafe(48)
    stolen = old_app.redeem(code, code_verifier=verifier)
    assert stolen.json()["error"] == "invalid_grant"
    # Nor can the thief make the server forget that there was a challenge.
    code = old_app.code(attempt, **NO_CHALLENGE)
    pretended = old_app.redeem(code, code_verifier=attempt.verifier)
    assert pretended.json()["error"] == "invalid_grant"


@pytest.mark.rule("AS-10", "AS-11", "AS-40")
@pytest.mark.spec("RFC 9700 §2.1.1")
@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize(
    "changes",
    [
        NO_CHALLENGE,
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
    ],
)
def test_a_public_client_cannot_ask_without_pkce(
    doors: dict[str, Door], attempt: Attempt, name: str, changes: dict[str, str | None]
) -> None:
    door = doors[name]
    url = door.client.authorization_url(attempt, **changes)
    page = Visitor(door.client.town.issuer).get(url)
    assert page.headers["Location"].startswith(f"{door.client.redirect_uri}?error=")
    assert query_of(page)["error"] == "invalid_request"


@pytest.mark.rule("AS-10", "AS-40")
@pytest.mark.parametrize("kind", ["browser", "native", "device"])
def test_a_public_client_cannot_be_registered_without_pkce(
    town: Town, kind: str
) -> None:
    with pytest.raises(CalledProcessError) as refused:
        Client.register(town, "Thoughtless", "--no-pkce", f"--type={kind}")
    assert "must use PKCE" in refused.value.stderr
