"""The browser app: from signing in to an ordered print, with tokens in memory only."""

import re
import uuid

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from tests.story import people
from tests.story.browser_app import ORDERS, PICKER, App, Wire
from tests.story.looks import Looks
from tests.story.town import Town, eventually
from tests.story.visitor import TIMEOUT
from tests.story.watch import Watch

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.rule("B-05", "AS-43")
@pytest.mark.spec("RFC 8707 §2.2", "RFC 9700 §4.14")
def test_a_stranger_orders_prints_and_no_token_is_left_anywhere(
    town: Town, page: Page, watch: Watch
) -> None:
    app = App(town, page, Wire(page.context), watch)
    app.open()
    app.depart()
    people.sign_up(page, f"erin{uuid.uuid4().hex[:6]}")
    app.allow("profile", "email", PICKER, ORDERS)
    app.waits_for("Which photos shall we print?")
    expect(app.held("access")).to_have_count(2)
    expect(app.held("access").nth(0)).to_contain_text(town.photos)
    expect(app.held("access").nth(1)).to_contain_text(town.shop)
    app.keeps_no_token()
    assert len(app.wire.given("access_token")) == 2

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open your photos").click()
    opened.value.get_by_role("button", name="Add 24 sample photos").click()
    people.pick(opened.value, 3)
    app.waits_for("You picked 3 photos")
    shown = "images => images.every(image => image.naturalWidth > 0)"
    eventually(lambda: page.locator(".picks img").evaluate_all(shown))
    app.keeps_no_token()

    app.make()
    expect(page.get_by_label("Full name")).to_have_value(re.compile("^Erin"))
    app.fill_in(postcode="1")
    page.get_by_role("button", name="Place the order").click()
    app.says("Nothing was ordered")
    expect(page.get_by_text("This is not a postcode of Germany.")).to_be_visible()
    app.fill_in()
    number = app.order()
    watch.forgive("status of 400")
    for step in ("Photos are here", "Print file is made", "Printed", "Shipped"):
        expect(page.locator("li.done", has_text=step)).to_be_visible()

    # The same order stands in the main shop, for the same person.
    with page.expect_popup() as opened:
        page.get_by_role("link", name="See it in the main shop").click()
    people.allow(opened.value)
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(number)


def test_a_reload_forgets_and_says_why(app: App) -> None:
    app.sign_in()
    app.page.reload()
    app.says("It keeps its tokens in memory only")
    expect(app.page.get_by_text("Nothing yet.")).to_be_visible()
    app.keeps_no_token()
    app.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(people.scope(app.page, PICKER)).to_be_checked()  # as she said before
    app.allow(PICKER, ORDERS)
    app.waits_for("Which photos shall we print?")
    expect(app.held("access")).to_have_count(2)


@pytest.mark.spec("OIDC RP-Initiated Logout §2", "RFC 7009 §2.1")
def test_signing_out_gives_everything_back(
    town: Town, page: Page, watch: Watch
) -> None:
    app = App(town, page, Wire(page.context), watch)
    app.open()
    app.depart()
    people.sign_in(page)
    app.allow(PICKER, ORDERS)
    app.waits_for("Which photos shall we print?")
    expect(app.held("access")).to_have_count(2)
    app.page.get_by_role("button", name="Sign out").click()
    app.says("You are signed out, here and at your account.")
    app.keeps_no_token()
    last = {"refresh_token": app.wire.given("refresh_token")[-1]}
    form = {"grant_type": "refresh_token", "client_id": "printshop-kiosk", **last}
    answer = requests.post(f"{town.issuer}/oauth/token", data=form, timeout=TIMEOUT)
    assert answer.json()["error"] == "invalid_grant"
    app.depart()
    people.at(app.page, f"{town.issuer}/sign-in")


@pytest.mark.spec("RFC 7636 §4.1", "RFC 7636 §4.2")
def test_the_challenge_is_that_of_the_appendix(app: App) -> None:
    app.open()
    import_it = "const pkce = await import('/static/printshop_kiosk/pkce.js'); return "
    challenge = f"async (verifier) => {{ {import_it} pkce.codeChallenge(verifier) }}"
    assert app.page.evaluate(challenge, VERIFIER) == CHALLENGE
    make = f"async () => {{ {import_it} pkce.codeVerifier() }}"
    verifiers = [app.page.evaluate(make) for _ in range(9)]
    assert len(set(verifiers)) == len(verifiers)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", one) for one in verifiers)


def test_every_screen_is_accessible(town: Town, app: App) -> None:
    looks = Looks(town)
    app.open()
    looks.at(app.page, "welcome")
    app.sign_in()
    looks.at(app.page, "signed in")
    app.pick(2)
    looks.at(app.page, "picked")
    app.page.get_by_role("button", name="Continue").click()
    expect(app.page.locator("[data-part=total]")).to_contain_text("€")
    looks.at(app.page, "products")
    app.page.get_by_role("button", name="Continue").click()
    app.waits_for("Where shall we send them?")
    looks.at(app.page, "parcel")
    app.fill_in(postcode="1")
    app.page.get_by_role("button", name="Place the order").click()
    app.says("Nothing was ordered")
    looks.at(app.page, "refused")
    app.fill_in()
    app.order()
    looks.at(app.page, "ordered")
    app.watch.forgive("status of 400")
    looks.judge()


def test_the_keyboard_alone_will_do(app: App) -> None:
    app.open()
    page = app.page

    def press(target: Locator, key: str = "Enter") -> None:
        for _ in range(90):
            if target.evaluate("one => one === document.activeElement"):
                return page.keyboard.press(key)
            page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not get to {target}")

    press(page.get_by_role("button", name="Sign in with Photos"))
    people.at(page, f"{app.town.issuer}/consent")
    for name in (PICKER, ORDERS):
        if not people.scope(page, name).is_checked():
            press(people.scope(page, name), "Space")
    press(page.locator("button[name=decision][value=allow]"))
    app.waits_for("Which photos shall we print?")
    link = page.get_by_role("link", name="Open your photos")
    link.wait_for()
    with page.expect_popup() as opened:
        press(link)
    people.pick(opened.value, 1)
    app.waits_for("You picked 1 photo")
    press(page.get_by_role("button", name="Continue"))
    expect(page.locator("[data-part=total]")).to_contain_text("€")
    radio = page.get_by_role("radio", name=re.compile("Print 10"))
    press(radio, "ArrowRight")
    expect(page.get_by_role("radio", name=re.compile("Print 13"))).to_be_checked()
    press(page.get_by_role("button", name="Continue"))
    app.waits_for("Where shall we send them?")
    for label, text in (("Street", "Lindenstr. 9"), ("Postcode", "10969")):
        press(page.get_by_label(label), "End")
        page.keyboard.type(text)
    press(page.get_by_label("Town"), "End")
    page.keyboard.type("Berlin")
    press(page.get_by_role("button", name="Place the order"))
    app.waits_for("Thank you. It is ordered.")
