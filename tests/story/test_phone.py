"""The phone: an app that signs people in by the system browser, played by a page.

RFC 8252. In the page a scheme is taken that browsers allow; over the wire the real one.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Request, Response, Route, expect

from tests.story import people
from tests.story.client import PICKER, Attempt, Client, query_of
from tests.story.looks import Looks
from tests.story.phones import BOTH, ORDERS, PLAYED, SCHEME, Phone
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Visitor

# Wherever a page may keep something, or send it to.
KEPT = """async () => {
    const page = document.documentElement.outerHTML;
    const stores = [localStorage, sessionStorage, await indexedDB.databases()];
    const kept = [...stores, await caches.keys()].map((one) => JSON.stringify(one));
    return [document.cookie, location.href, page, ...kept].join("\\n");
}"""


@pytest.mark.rule("N-01", "N-02", "B-05")
@pytest.mark.spec("RFC 8252 §7.1")
@pytest.mark.spec("RFC 8252 §8.12")
def test_a_print_is_ordered_from_the_phone(phone: Phone) -> None:
    addresses: list[str] = []
    phone.own.on(
        "page", lambda new: new.on("framenavigated", lambda f: addresses.append(f.url))
    )
    sheet = phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")
    assert (
        phone.page.evaluate("window.frames.length") == 0
    )  # a window, never a view inside
    if not sheet.is_closed():  # Chromium closes what a page opened
        sheet.wait_for_event("close")

    # The code was in the handler's address, and was taken out of it at once.
    [arrived] = [
        a for a in addresses if a.startswith(f"{phone.town.shop}/phone/open/?")
    ]
    assert parse_qs(urlsplit(arrived).query)["url"][0].startswith(f"{PLAYED}?code=")
    assert addresses[addresses.index(arrived) + 1] == f"{phone.town.shop}/phone/open/"

    phone.choose_a_photo()
    expect(phone.page.locator("#phone img")).to_have_js_property("complete", True)
    assert phone.page.locator("#phone img").evaluate("img => img.naturalWidth") > 500
    phone.page.get_by_label("Print 13 × 18 cm").check()
    phone.press("Order the print")
    phone.shows("Hello, Alice Ferrand")
    expect(phone.page.locator("[data-orders] li").first).to_contain_text("PS-")

    code, other, *picking = phone.on_air
    assert "grant_type: authorization_code" in code
    assert f"redirect_uri: {PLAYED}" in code
    assert "client_secret" not in code
    assert "grant_type: refresh_token" in other  # the second token: for the shop alone
    assert f"resource: {phone.town.shop}" in other
    assert picking[0].startswith("POST")
    assert "/picker/v1/sessions" in picking[0]


def test_an_order_whose_answer_is_lost_can_only_be_sent_again(phone: Phone) -> None:
    phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")
    phone.choose_a_photo()
    uploads: list[Request] = []

    def see(request: Request) -> None:
        if "/v1/assets" in request.url:
            uploads.append(request)

    phone.page.on("request", see)
    sent: list[str] = []
    told: list[tuple[int, str]] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data or "")
        if len(sent) == 2:  # no answer to what was sent before
            return route.fulfill(status=429, json={"detail": "Wait a minute."})
        answer = route.fetch()
        told.append((answer.status, answer.json()["order"]["id"]))
        return route.abort() if len(sent) == 1 else route.fulfill(response=answer)

    phone.page.route("**/v1/orders*", lose)
    phone.press("Order the print")
    refusal = phone.page.locator("[data-refusal]")
    for tried in (1, 2):
        expect(refusal).to_have_text(re.compile("^We do not know if your order arr"))
        enabled = phone.page.locator("form[data-screen=order] :enabled")
        expect(enabled).to_have_text(["Try again"])
        phone.press("Home screen")
        phone.press("Print Shop")
        phone.shows("Print it")
        assert len(sent) == tried
        phone.press("Try again")
    phone.shows("Hello, Alice Ferrand")
    assert len(uploads) == 1
    assert len(set(sent)) == 1
    (made, number), again = told
    assert (made, again) == (201, (200, number))
    expect(phone.page.locator("[data-orders] li").first).to_contain_text(number)
    # The next order is another one.
    phone.choose_a_photo()
    expect(refusal).to_be_hidden()
    phone.press("Order the print")
    phone.shows("Hello, Alice Ferrand")
    assert told[-1][0] == 201
    phone.watch.forgive("Failed to load resource")


def refusing(status: int) -> Callable[[Route], None]:
    """A server that refuses, or that cannot be reached (0)."""
    problem = {"detail": f"No, {status}."}
    return lambda r: r.fulfill(status=status, json=problem) if status else r.abort()


def test_an_order_that_was_refused_can_be_changed(phone: Phone) -> None:
    phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")
    phone.choose_a_photo()
    for path, status in (("assets", 0), ("assets", 503), ("orders", 400)):
        away = re.compile(f"/v1/{path}")
        phone.page.route(away, refusing(status))
        phone.press("Order the print")
        said = f"No, {status}." if status else "The shop could not be reached"
        expect(phone.page.locator("[data-refusal]")).to_contain_text(said)
        expect(phone.page.get_by_role("button", name="Cancel")).to_be_enabled()
        phone.page.unroute(away)
    phone.page.get_by_label("Print 13 × 18 cm").check()
    phone.press("Order the print")
    phone.shows("Hello, Alice Ferrand")
    phone.watch.forgive("Failed to load resource")


@pytest.mark.rule("B-05")
def test_nothing_is_kept_that_opens_anything(phone: Phone) -> None:
    heard: list[Response] = []

    def hear(response: Response) -> None:
        heard.append(response)

    phone.page.on("response", hear)
    phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")
    expect(phone.page.locator("[data-air] > li")).to_have_count(2)
    told = [one.json()["body"] for one in heard if one.url.endswith("/phone/wire/")]
    names = ("access_token", "refresh_token", "id_token")
    secrets = [body[name] for body in told for name in names if name in body]
    assert len(secrets) == 6  # of two answers of the token endpoint
    kept = phone.page.evaluate(KEPT)
    assert not [secret for secret in secrets if secret in kept]
    assert "eyJ" not in kept
    phone.page.reload()
    phone.press("Print Shop")
    phone.shows("Print Shop")  # it has forgotten who that was
    # Who is signed in at the account is asked all the same: RFC 8252 §8.6.
    with phone.page.expect_popup() as opened:
        phone.press("Continue with Photos account")
    people.at(opened.value, f"{phone.town.issuer}/consent")


@pytest.mark.spec("RFC 7009 §2.1")
def test_signing_out_gives_everything_back(phone: Phone) -> None:
    phone.sign_in(*BOTH)
    phone.shows("Hello, Alice Ferrand")
    phone.press("Sign out")
    phone.shows("Print Shop")
    expect(phone.page.locator("[data-air] > li").first).to_contain_text("/oauth/revoke")
    expect(phone.page.locator("[data-air] > li").first).to_contain_text("200")


def test_a_permission_that_was_not_given_is_asked_for_again(phone: Phone) -> None:
    with phone.page.expect_popup() as opened:
        phone.press("Continue with Photos account")
    people.sign_in(opened.value, "bob")
    people.scope(opened.value, ORDERS).uncheck()
    people.allow(opened.value, PICKER)
    phone.shows("A permission is missing")
    phone.sign_in(*BOTH, by="Try again")
    phone.shows("Hello, Bob Okafor")


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_to_say_no_is_fine(phone: Phone) -> None:
    with phone.page.expect_popup() as opened:
        phone.press("Continue with Photos account")
    people.sign_in(opened.value)
    people.deny(opened.value)
    phone.shows("You said no")
    phone.press("Not now")
    phone.shows("Print Shop")


def test_the_phone_needs_no_mouse(phone: Phone) -> None:
    phone.page.reload()
    phone.page.locator("#phone .app").first.focus()
    phone.page.keyboard.press("Enter")
    phone.shows("Print Shop")
    phone.page.keyboard.press("Tab")
    with phone.page.expect_popup():
        phone.page.keyboard.press("Enter")
    phone.shows("Your browser is open")
    focused = phone.page.evaluate("document.activeElement.textContent")
    assert focused == "Your browser is open"  # a new screen is told to whoever listens


def test_every_screen_is_for_everybody(phone: Phone) -> None:
    looks = Looks(phone.town)
    phone.press("Home screen")
    looks.at(phone.page, "home")
    phone.press("Let Photo Fun steal the answer")
    for summary in phone.page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    looks.at(phone.page, "to be robbed")
    phone.sign_in(*BOTH)
    expect(phone.page.locator("[data-answer]")).to_contain_text("invalid_grant")
    looks.at(phone.page, "robbed")
    phone.press("Pass the answer on to Print Shop")
    phone.shows("This sign-in is spoilt")
    looks.at(phone.page, "spoilt")
    with phone.page.expect_popup() as opened:
        phone.press("Try again")
    looks.at(phone.page, "browser")
    people.allow(opened.value, *BOTH)
    phone.shows("Hello, Alice Ferrand")
    looks.at(phone.page, "signed in")
    with phone.page.expect_popup() as opened:
        phone.press("Choose a photo")
    looks.at(phone.page, "picking")
    opened.value.locator("input[name=photo]").first.check(force=True)
    opened.value.get_by_role("button", name="Done").click()
    phone.shows("Print it")
    looks.at(phone.page, "ordering")
    phone.page.goto(f"{phone.town.shop}/phone/open/")
    looks.at(phone.page)
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
