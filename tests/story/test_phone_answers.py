"""How the answer comes back to the phone's app, and who else may get or send one."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.story.phones import BOTH, PLAYED, SCHEME, Phone


@pytest.mark.spec("RFC 8252 §7.2")
def test_without_the_scheme_there_is_the_claimed_address(phone: Phone) -> None:
    # Nobody let the page take the scheme: the answer goes nowhere, and nothing is lost.
    decline = "Page.setRPHRegistrationMode"
    phone.own.new_cdp_session(phone.page).send(decline, {"mode": "none"})
    sheet = phone.sign_in(*BOTH)
    phone.watch.forgive("does not have a registered handler")
    phone.shows("Your browser is open")
    sheet.close()
    phone.sign_in(*BOTH, by="Use the claimed https address")
    phone.shows("Hello, Alice Ferrand")
    assert f"redirect_uri: {phone.town.shop}/phone/open/" in phone.on_air[0]
    phone.watch.forgive("does not have a registered handler")


@pytest.mark.spec("RFC 8252 §7.2")
def test_a_browser_without_handlers_uses_the_claimed_address_at_once(
    phone: Phone,
) -> None:
    phone.own.add_init_script("delete Navigator.prototype.registerProtocolHandler")
    phone.page.reload()
    phone.press("Print Shop")
    expect(phone.page.locator("[data-only-claimed]")).to_be_visible()
    expect(phone.page.locator("#way-scheme")).to_be_disabled()
    phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")


@pytest.mark.spec("RFC 8252 §7.2")
def test_of_a_claimed_address_nothing_can_be_stolen(phone: Phone) -> None:
    phone.press("Let Photo Fun steal the answer")
    phone.page.locator("#way-claimed").check()
    phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")


@pytest.mark.rule("N-01")
@pytest.mark.spec("RFC 7636 §4.6")
@pytest.mark.parametrize(
    "how", ["with a verifier that it makes up", "without a verifier"]
)
def test_another_app_takes_the_answer_and_gets_nothing(phone: Phone, how: str) -> None:
    phone.page.get_by_label(how).check()
    phone.press("Let Photo Fun steal the answer")
    phone.sign_in(*BOTH)
    phone.shows("Photo Fun")
    expect(phone.page.locator("[data-answer]")).to_contain_text(
        "400\nerror: invalid_grant"
    )
    expect(phone.page.locator("[data-sent]")).to_contain_text("code: ")
    verifiers = len(
        re.findall("code_verifier", phone.page.locator("[data-sent]").inner_text())
    )
    assert verifiers == (how != "without a verifier")
    expect(phone.page.locator("[data-verdict]")).to_have_text(re.compile("No token"))
    # The honest app learns that somebody was there, and the next try works.
    phone.press("Pass the answer on to Print Shop")
    phone.shows("This sign-in is spoilt")
    phone.sign_in(*BOTH, by="Try again")
    phone.shows("Hello, Alice Ferrand")


@pytest.mark.rule("N-02", "B-06")
@pytest.mark.spec("RFC 6749 §10.12")
def test_an_answer_to_nothing_that_was_asked_is_not_looked_at(phone: Phone) -> None:
    state = phone.asks()
    mallory = phone.own.new_page()
    for answer in (
        f"{PLAYED}?code=stolen&state=guessed&iss={phone.town.issuer}",
        f"{PLAYED}?code=stolen&iss={phone.town.issuer}",
        f"web+printshop:elsewhere?code=stolen&state={state}&iss={phone.town.issuer}",
        f"{SCHEME}?code=stolen&state={state}&iss={phone.town.issuer}",
        f"https://mallory.example/?code=stolen&state={state}&iss={phone.town.issuer}",
        "",
    ):
        mallory.goto(f"{phone.town.shop}/phone/open/?{urlencode({'url': answer})}")
        expect(mallory).to_have_url(
            f"{phone.town.shop}/phone/open/"
        )  # it was handed on
    mallory.wait_for_timeout(200)
    phone.shows("Your browser is open")  # and still waits
    assert not phone.on_air


@pytest.mark.rule("N-02", "CL-03")
@pytest.mark.spec("RFC 9207 §2.4")
def test_an_answer_of_another_server_is_refused(phone: Phone) -> None:
    mallory = phone.own.new_page()
    for iss in ({"iss": "http://localhost:1"}, {"iss": ""}, {}):
        answer = urlencode({"code": "stolen", "state": phone.asks(), **iss})
        url = urlencode({"url": f"{PLAYED}?{answer}"})
        mallory.goto(f"{phone.town.shop}/phone/open/?{url}")
        phone.shows("That did not work")
        phone.press("Not now")
    assert not phone.on_air


CLAIMS = """async ({ changes, now }) => {
    const path = "/static/printshop_phone/authorization.js";
    const { checkedClaims } = await import(path);
    const good = { iss: "https://issuer", aud: "app", exp: 1000, nonce: "n" };
    const text = btoa(JSON.stringify({ ...good, ...changes })).replaceAll("=", "");
    const token = `e30.${text.replaceAll("+", "-").replaceAll("/", "_")}.x`;
    const [metadata, app] = [{ issuer: "https://issuer" }, { clientId: "app" }];
    try {
        return checkedClaims(token, metadata, app, { nonce: "n" }, now).iss;
    } catch (error) {
        return error.message;
    }
}"""


@pytest.mark.spec("OIDC Core §3.1.3.7")
def test_who_signed_in_is_believed_only_after_four_checks(phone: Phone) -> None:
    cases: list[tuple[dict[str, object], int, str]] = [
        ({}, 999, "https://issuer"),
        ({"aud": ["app"]}, 999, "https://issuer"),
        ({"iss": "https://issuer/"}, 999, "iss differs"),
        ({"aud": "another"}, 999, "aud differs"),
        ({"aud": ["app", "another"]}, 999, "aud differs"),
        ({"aud": None}, 999, "aud differs"),
        ({}, 1000, "the ID token has expired"),
        ({"exp": None}, 999, "the ID token has expired"),
        ({"nonce": "m"}, 999, "nonce differs"),
        ({"nonce": None}, 999, "nonce differs"),
    ]
    for changes, now, said in cases:
        told = phone.page.evaluate(CLAIMS, {"changes": changes, "now": now})
        assert told == said, changes
