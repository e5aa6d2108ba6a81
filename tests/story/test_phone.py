"""The phone: an app that signs people in by the system browser, played by a page.

RFC 8252. In the page a scheme is taken that browsers allow; over the wire the real one.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import (
    BrowserContext,
    Page,
    Playwright,
    Response,
    expect,
)

from tests.story import chromium, people
from tests.story.client import PICKER, Attempt, Client, query_of
from tests.story.conftest import PATIENCE
from tests.story.looks import Looks
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Visitor
from tests.story.watch import Watch

ORDERS = "printshop.orders"
BOTH = ("profile", PICKER, ORDERS)
SCHEME = "com.example.printshop:/signed-in"
PLAYED = "web+printshop:signed-in"
# Wherever a page may keep something, or send it to.
KEPT = """async () => {
    const page = document.documentElement.outerHTML;
    const stores = [localStorage, sessionStorage, await indexedDB.databases()];
    const kept = [...stores, await caches.keys()].map((one) => JSON.stringify(one));
    return [document.cookie, location.href, page, ...kept].join("\\n");
}"""


@pytest.fixture
def own(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """Somebody's own browser, in which pages may take schemes."""
    own = chromium.launch_with_profile(playwright, tmp_path)
    own.set_default_timeout(PATIENCE)
    yield own
    own.close()
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def watch(own: BrowserContext) -> Iterator[Watch]:
    watch = Watch(own)
    yield watch
    watch.forgive(f"asked a stranger: {re.escape(PLAYED)}")  # it goes to the phone
    watch.judge()


@pytest.fixture
def page(own: BrowserContext, watch: Watch, town: Town) -> Page:
    """The page that plays the phone, with the app on its screen."""
    [page] = own.pages
    page.goto(f"{town.shop}/phone/")
    press(page, "Print Shop")
    return page


def press(page: Page, name: str) -> None:
    """A button of the phone, or beside it."""
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(
    page: Page, *ticking: str, by: str = "Continue with Photos account"
) -> Page:
    """Sign in in the browser that the app opens; returns its window."""
    with page.expect_popup() as opened:
        press(page, by)
    sheet = opened.value
    sheet.wait_for_url(re.compile("/(sign-in|consent)/"))
    if "/sign-in/" in sheet.url:
        people.sign_in(sheet)
    people.allow(sheet, *ticking)
    return sheet


def screen(page: Page, title: str) -> None:
    """The phone shows this screen."""
    title_shown = page.locator("#phone [data-screen]:not([hidden]) h2")
    expect(title_shown).to_have_text(title)


def on_air(page: Page) -> list[str]:
    """What the phone sent and what came back, the oldest first."""
    lines = page.locator("[data-air] > li")
    told = [" ".join(line.split()) for line in lines.all_inner_texts()]
    return [*reversed(told)]


@pytest.mark.rule("N-01", "N-02", "B-05")
@pytest.mark.spec("RFC 8252 §7.1")
@pytest.mark.spec("RFC 8252 §8.12")
def test_a_print_is_ordered_from_the_phone(
    town: Town, own: BrowserContext, page: Page
) -> None:
    addresses: list[str] = []
    own.on(
        "page", lambda new: new.on("framenavigated", lambda f: addresses.append(f.url))
    )
    sheet = sign_in(page, *BOTH)
    screen(page, "Hello, Alice Ferrand")
    assert page.evaluate("window.frames.length") == 0  # a window, never a view inside
    if not sheet.is_closed():  # Chromium closes what a page opened
        sheet.wait_for_event("close")

    # The code was in the handler's address, and was taken out of it at once.
    [arrived] = [a for a in addresses if a.startswith(f"{town.shop}/phone/open/?")]
    assert parse_qs(urlsplit(arrived).query)["url"][0].startswith(f"{PLAYED}?code=")
    assert addresses[addresses.index(arrived) + 1] == f"{town.shop}/phone/open/"

    with page.expect_popup() as opened:
        press(page, "Choose a photo")
    picker = opened.value
    expect(picker.get_by_role("heading", level=1)).to_contain_text("Print Shop for the")
    picker.locator("input[name=photo]").first.check(force=True)
    picker.get_by_role("button", name="Done").click()
    screen(page, "Print it")
    expect(page.locator("#phone img")).to_have_js_property("complete", True)
    assert page.locator("#phone img").evaluate("img => img.naturalWidth") > 500
    page.get_by_label("Print 13 × 18 cm").check()
    press(page, "Order the print")
    screen(page, "Hello, Alice Ferrand")
    expect(page.locator("[data-orders] li").first).to_contain_text("PS-")

    code, other, *picking = on_air(page)
    assert "grant_type: authorization_code" in code
    assert f"redirect_uri: {PLAYED}" in code
    assert "client_secret" not in code
    assert "grant_type: refresh_token" in other  # the second token: for the shop alone
    assert f"resource: {town.shop}" in other
    assert picking[0].startswith("POST")
    assert "/picker/v1/sessions" in picking[0]


@pytest.mark.rule("B-05")
def test_nothing_is_kept_that_opens_anything(town: Town, page: Page) -> None:
    heard: list[Response] = []

    def hear(response: Response) -> None:
        heard.append(response)

    page.on("response", hear)
    sign_in(page, *BOTH)
    screen(page, "Hello, Alice Ferrand")
    expect(page.locator("[data-air] > li")).to_have_count(2)
    told = [one.json()["body"] for one in heard if one.url.endswith("/phone/wire/")]
    names = ("access_token", "refresh_token", "id_token")
    secrets = [body[name] for body in told for name in names if name in body]
    assert len(secrets) == 6  # of two answers of the token endpoint
    kept = page.evaluate(KEPT)
    assert not [secret for secret in secrets if secret in kept]
    assert "eyJ" not in kept
    page.reload()
    press(page, "Print Shop")
    screen(page, "Print Shop")  # it has forgotten who that was
    # Who is signed in at the account is asked all the same: RFC 8252 §8.6.
    with page.expect_popup() as opened:
        press(page, "Continue with Photos account")
    people.at(opened.value, f"{town.issuer}/consent")


@pytest.mark.spec("RFC 7009 §2.1")
def test_signing_out_gives_everything_back(page: Page) -> None:
    sign_in(page, *BOTH)
    screen(page, "Hello, Alice Ferrand")
    press(page, "Sign out")
    screen(page, "Print Shop")
    expect(page.locator("[data-air] > li").first).to_contain_text("/oauth/revoke")
    expect(page.locator("[data-air] > li").first).to_contain_text("200")


@pytest.mark.spec("RFC 8252 §7.2")
def test_without_the_scheme_there_is_the_claimed_address(
    town: Town, own: BrowserContext, page: Page, watch: Watch
) -> None:
    # Nobody let the page take the scheme: the answer goes nowhere, and nothing is lost.
    decline = "Page.setRPHRegistrationMode"
    own.new_cdp_session(page).send(decline, {"mode": "none"})
    sheet = sign_in(page, *BOTH)
    watch.forgive("does not have a registered handler")
    screen(page, "Your browser is open")
    sheet.close()
    sign_in(page, *BOTH, by="Use the claimed https address")
    screen(page, "Hello, Alice Ferrand")
    assert f"redirect_uri: {town.shop}/phone/open/" in on_air(page)[0]
    watch.forgive("does not have a registered handler")


@pytest.mark.spec("RFC 8252 §7.2")
def test_a_browser_without_handlers_uses_the_claimed_address_at_once(
    own: BrowserContext, page: Page
) -> None:
    own.add_init_script("delete Navigator.prototype.registerProtocolHandler")
    page.reload()
    press(page, "Print Shop")
    expect(page.locator("[data-only-claimed]")).to_be_visible()
    expect(page.locator("#way-scheme")).to_be_disabled()
    sign_in(page, *BOTH)
    screen(page, "Hello, Alice Ferrand")


@pytest.mark.spec("RFC 8252 §7.2")
def test_of_a_claimed_address_nothing_can_be_stolen(page: Page) -> None:
    press(page, "Let Photo Fun steal the answer")
    page.locator("#way-claimed").check()
    sign_in(page, *BOTH)
    screen(page, "Hello, Alice Ferrand")


@pytest.mark.rule("N-01")
@pytest.mark.spec("RFC 7636 §4.6")
@pytest.mark.parametrize(
    "how", ["with a verifier that it makes up", "without a verifier"]
)
def test_another_app_takes_the_answer_and_gets_nothing(page: Page, how: str) -> None:
    page.get_by_label(how).check()
    press(page, "Let Photo Fun steal the answer")
    sign_in(page, *BOTH)
    screen(page, "Photo Fun")
    expect(page.locator("[data-answer]")).to_contain_text("400\nerror: invalid_grant")
    expect(page.locator("[data-sent]")).to_contain_text("code: ")
    verifiers = len(
        re.findall("code_verifier", page.locator("[data-sent]").inner_text())
    )
    assert verifiers == (how != "without a verifier")
    expect(page.locator("[data-verdict]")).to_have_text(re.compile("No token"))
    # The honest app learns that somebody was there, and the next try works.
    press(page, "Pass the answer on to Print Shop")
    screen(page, "This sign-in is spoilt")
    sign_in(page, *BOTH, by="Try again")
    screen(page, "Hello, Alice Ferrand")


@pytest.mark.rule("N-02", "B-06")
@pytest.mark.spec("RFC 6749 §10.12")
def test_an_answer_to_nothing_that_was_asked_is_not_looked_at(
    own: BrowserContext, page: Page, town: Town
) -> None:
    state = asks(page)
    mallory = own.new_page()
    for answer in (
        f"{PLAYED}?code=stolen&state=guessed&iss={town.issuer}",
        f"{PLAYED}?code=stolen&iss={town.issuer}",
        f"web+printshop:elsewhere?code=stolen&state={state}&iss={town.issuer}",
        f"{SCHEME}?code=stolen&state={state}&iss={town.issuer}",
        f"https://mallory.example/?code=stolen&state={state}&iss={town.issuer}",
        "",
    ):
        mallory.goto(f"{town.shop}/phone/open/?{urlencode({'url': answer})}")
        expect(mallory).to_have_url(f"{town.shop}/phone/open/")  # it was handed on
    mallory.wait_for_timeout(200)
    screen(page, "Your browser is open")  # and still waits
    assert not on_air(page)


@pytest.mark.rule("N-02", "CL-03")
@pytest.mark.spec("RFC 9207 §2.4")
def test_an_answer_of_another_server_is_refused(
    own: BrowserContext, page: Page, town: Town
) -> None:
    mallory = own.new_page()
    for iss in ({"iss": "http://localhost:1"}, {"iss": ""}, {}):
        answer = urlencode({"code": "stolen", "state": asks(page), **iss})
        url = urlencode({"url": f"{PLAYED}?{answer}"})
        mallory.goto(f"{town.shop}/phone/open/?{url}")
        screen(page, "That did not work")
        press(page, "Not now")
    assert not on_air(page)


def asks(page: Page) -> str:
    """The app has its browser opened; returns the state of what it asks."""
    with page.expect_popup():
        press(page, "Continue with Photos account")
    href = page.locator("[data-screen=browser] [data-address]").get_attribute("href")
    [state] = parse_qs(urlsplit(href or "").query)["state"]
    return state


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
def test_who_signed_in_is_believed_only_after_four_checks(page: Page) -> None:
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
        told = page.evaluate(CLAIMS, {"changes": changes, "now": now})
        assert told == said, changes


def test_a_permission_that_was_not_given_is_asked_for_again(page: Page) -> None:
    with page.expect_popup() as opened:
        press(page, "Continue with Photos account")
    people.sign_in(opened.value, "bob")
    people.scope(opened.value, ORDERS).uncheck()
    people.allow(opened.value, PICKER)
    screen(page, "A permission is missing")
    sign_in(page, *BOTH, by="Try again")
    screen(page, "Hello, Bob Okafor")


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_to_say_no_is_fine(page: Page) -> None:
    with page.expect_popup() as opened:
        press(page, "Continue with Photos account")
    people.sign_in(opened.value)
    people.deny(opened.value)
    screen(page, "You said no")
    press(page, "Not now")
    screen(page, "Print Shop")


def test_the_phone_needs_no_mouse(page: Page) -> None:
    page.reload()
    page.locator("#phone .app").first.focus()
    page.keyboard.press("Enter")
    screen(page, "Print Shop")
    page.keyboard.press("Tab")
    with page.expect_popup():
        page.keyboard.press("Enter")
    screen(page, "Your browser is open")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "Your browser is open"  # a new screen is told to whoever listens


def test_every_screen_is_for_everybody(town: Town, page: Page) -> None:
    looks = Looks(town)
    press(page, "Home screen")
    looks.at(page, "home")
    press(page, "Let Photo Fun steal the answer")
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    looks.at(page, "to be robbed")
    sign_in(page, *BOTH)
    expect(page.locator("[data-answer]")).to_contain_text("invalid_grant")
    looks.at(page, "robbed")
    press(page, "Pass the answer on to Print Shop")
    screen(page, "This sign-in is spoilt")
    looks.at(page, "spoilt")
    with page.expect_popup() as opened:
        press(page, "Try again")
    looks.at(page, "browser")
    people.allow(opened.value, *BOTH)
    screen(page, "Hello, Alice Ferrand")
    looks.at(page, "signed in")
    with page.expect_popup() as opened:
        press(page, "Choose a photo")
    looks.at(page, "picking")
    opened.value.locator("input[name=photo]").first.check(force=True)
    opened.value.get_by_role("button", name="Done").click()
    screen(page, "Print it")
    looks.at(page, "ordering")
    page.goto(f"{town.shop}/phone/open/")
    looks.at(page)
    looks.judge()


# The same over the wire, with the scheme that a real phone would know.


@pytest.mark.rule("N-01", "AS-02")
@pytest.mark.spec("RFC 8252 §7.1")
@pytest.mark.spec("RFC 8707 §2.2")
def test_the_same_with_the_real_scheme(town: Town) -> None:
    app = Client(town, "printshop-mobile", "", SCHEME)
    attempt = Attempt(scope=f"openid profile {PICKER} {ORDERS}")
    answer = app.allow(Visitor(town.issuer), attempt, "bob")
    # What an operating system reads, and gives to the app that registered it.
    assert answer.headers["Location"].startswith(f"{SCHEME}?")
    query = query_of(answer)
    assert query["state"] == attempt.state
    assert query["iss"] == town.issuer
    public = {"client_id": "printshop-mobile"}
    got = app.exchange(query["code"], attempt, resource=town.photos, **public).json()
    refreshed = app.refresh(got["refresh_token"], resource=town.shop, **public).json()
    assert refreshed["refresh_token"] != got["refresh_token"]
    photos, shop = (
        {"Authorization": f"Bearer {token['access_token']}"}
        for token in (got, refreshed)
    )
    sessions = f"{town.photos}/picker/v1/sessions"
    orders = f"{town.shop}/v1/orders"
    assert requests.post(sessions, json={}, headers=photos, timeout=TIMEOUT).ok
    assert requests.get(orders, headers=shop, timeout=TIMEOUT).ok
    for url, headers in ((sessions, shop), (orders, photos)):
        assert requests.get(url, headers=headers, timeout=TIMEOUT).status_code in {
            401,
            405,
        }
