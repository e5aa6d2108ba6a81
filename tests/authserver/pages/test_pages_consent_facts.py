"""What the consent page says about who asks, and of what it is told apart."""

import json

import pytest
from django.utils import timezone

from authserver.models import Authorization, Client, User
from tests.authserver.pages.cast import (
    LIBRARY,
    PICKER,
    Browser,
    answer,
    authorize,
)


def page(browser: Browser, scope: str = "openid profile", **changes: str) -> str:
    request_id = browser.ask(scope, prompt="consent", **changes)
    return str(browser.get(f"/consent/{request_id}/").content.decode())


@pytest.mark.rule("AS-42")
@pytest.mark.parametrize("home", ["https://shop.example/about", ""])
def test_who_asks_is_judged_by_what_we_know(
    browser: Browser, shop: Client, bob: User, home: str
) -> None:
    Client.objects.update(client_uri=home)
    since = timezone.localdate().strftime("%-d %B %Y")
    known = page(browser)
    assert "Verified: we know who runs it" in known
    assert f"Known here since {since}" in known
    assert ("Home page" in known) == bool(home)
    assert ("shop.example</a>" in known) == bool(home)

    Client.objects.update(user=bob)
    unknown = page(browser)
    assert "Registered by the developer <strong>bob</strong>, not looked at" in unknown
    assert "Verified" not in unknown
    assert ("Says its home page is" in unknown) == bool(home)

    Client.objects.update(verified_at=timezone.now())
    assert "Verified: we know who runs it" in page(browser)


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 8252 §8.6")
def test_a_client_that_anybody_can_pass_for_is_marked(
    browser: Browser, shop: Client
) -> None:
    assert "any program could use its name" not in page(browser)
    public = {"client_type": "public", "token_endpoint_auth_methods": ["none"]}
    Client.objects.update(application_type="native", **public)
    assert "any program could use its name" in page(browser)


def test_who_you_are_your_data_and_your_absence_are_told_apart(
    browser: Browser, shop: Client
) -> None:
    said = page(browser, f"offline_access {PICKER} openid email {LIBRARY}")
    order = [
        "<legend>Who you are</legend>",
        "See your e-mail address",
        "<legend>Your data in Photos</legend>",
        "See the photos you pick for it",
        "See photos it added itself",
        "<legend>While you are away</legend>",
        "Keep this access after you sign out",
        "It cannot",
    ]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    assert "Your data in" not in page(browser, "openid email")


@pytest.mark.spec("OIDC Core §5.5")
def test_a_claim_asked_for_by_itself_is_a_row_that_can_be_refused(
    browser: Browser, shop: Client
) -> None:
    asked = {"userinfo": {"birthdate": {"essential": True}, "nickname": None}}
    claims = json.dumps(asked)
    Client.objects.update(scope=f"{shop.scope} address phone")
    said = page(browser, "openid", claims=claims)
    assert "See your date of birth" in said
    ticked = said[said.index('value="birthdate"') :].partition(">")[0]
    assert "checked" in ticked
    assert "disabled" not in ticked
    assert "checked" not in said[said.index('value="nickname"') :].partition(">")[0]
    assert "<code>nickname birthdate</code>" in said, "explained"

    request_id = browser.ask("openid", prompt="consent", claims=claims)
    form = {"decision": "allow", "claim": ["nickname", "email", "phone_number"]}
    assert answer(browser.post(f"/consent/{request_id}/", form))["code"]
    assert Authorization.objects.get().claims == "nickname"
    assert "See your nickname" in browser.get("/apps/").content.decode()
    activity = browser.get("/activity/").content.decode()
    assert "See your nickname" in activity
    assert "See your date of birth" not in activity


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "RFC 7636 §4.3"),
        ({"nonce": "n-0S6"}, "OIDC Core §3.1.2.1"),
        ({"resource": "http://localhost:8002"}, "RFC 8707 §2"),
    ],
)
def test_the_explanation_names_what_was_sent(
    browser: Browser, shop: Client, changes: dict[str, str], told: str
) -> None:
    said = page(browser, f"openid {PICKER}", **changes)
    closed = said.index('<details class="explain')
    assert "open" not in said[closed:].partition(">")[0], "closed for ordinary users"
    assert told in said[closed:]
    for name in changes:
        assert f"<code>{name}</code>" in said


def test_allow_and_deny_weigh_the_same(browser: Browser) -> None:
    said = page(browser)
    buttons = said[said.index('class="answers"') :].partition("</div>")[0]
    assert buttons.index(">Allow<") < buttons.index(">Deny<")
    assert buttons.count('class="') == 2, "the list's, and the one that rests"


def test_everything_removed_is_asked_for_as_if_new(browser: Browser) -> None:
    browser.decide(browser.ask("openid profile email"), "allow", "profile")
    assert "You allowed this before" in page(browser)
    browser.post(f"/apps/{Authorization.objects.get().pk}/remove/")
    assert "You allowed this before" not in page(browser)
    assert browser.get(authorize("openid"))["Location"].startswith("/consent/")
