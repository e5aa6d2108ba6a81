"""The consent page in a real browser: what only a browser can get wrong."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.authserver.pages.cast import (
    PASSWORD,
    authorize,
    people,
    print_shop,
)
from tests.story.chromium import launch

REST = """button => {
  button.style.animation = 'none'; button.offsetWidth; button.style.animation = '';
  const [rest] = button.getAnimations(), box = button.getBoundingClientRect();
  const hit = () => document.elementFromPoint(
    box.x + box.width / 2, box.y + box.height / 2) === button;
  rest.pause(); rest.currentTime = 100; const early = hit();
  rest.finish();
  return [early, hit(), rest.effect.getComputedTiming().endTime];
}"""


FOCUSED = """() => {
  const e = document.activeElement, name = e.labels?.[0]?.innerText || e.innerText;
  return [name.trim(), getComputedStyle(e).outlineWidth];
}"""


class PrintShop(BaseHTTPRequestHandler):
    """Receives Alice when she returns, on a port and so an origin of its own."""

    def do_GET(self) -> None:  # the name http.server asks for
        """Any page."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>Shop</title>Back at the print shop")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[str]:
    """The redirect URI of a print shop that answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), PrintShop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/callback/"
        server.shutdown()


@pytest.fixture
def site(live_server: LiveServer, shop: str) -> str:
    """The server, with everybody in it; no test below asks the database itself."""
    people()
    print_shop(redirect_uris=shop)
    return str(live_server).replace("127.0.0.1", "localhost")


@pytest.fixture
def page(site: str, shop: str) -> Iterator[Page]:
    """Alice's browser, at the consent page."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(
            base_url=site,
            viewport={"width": 1000, "height": 1400},
        )
        page = context.new_page()
        page.goto(authorize("openid profile email", redirect_uri=shop))
        page.get_by_label("User name").fill("alice")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/consent/**")
        yield page
        browser.close()


def query(page: Page) -> dict[str, list[str]]:
    page.wait_for_url("**/callback/**")
    return parse_qs(urlsplit(page.url).query)


def test_allow_goes_back_to_the_print_shop(page: Page) -> None:
    """Chromium applies form-action to every redirect that follows a form."""
    page.get_by_label("See your e-mail address").check()
    page.get_by_role("button", name="Allow").click()
    assert "code" in query(page)


def test_deny_goes_back_to_the_print_shop(page: Page) -> None:
    page.get_by_role("button", name="Deny").click()
    assert query(page)["error"] == ["access_denied"]


@pytest.mark.spec("RFC 6749 §10.13")
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_allow_rests_before_it_can_be_clicked(
    page: Page, motion: Literal["no-preference", "reduce"]
) -> None:
    page.emulate_media(reduced_motion=motion)
    early, late, duration = page.get_by_role("button", name="Allow").evaluate(REST)
    assert (early, late) == (False, True)
    assert 300 <= duration <= 600


def test_enter_in_a_box_decides_nothing(page: Page) -> None:
    box = page.get_by_label("See your e-mail address")
    box.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    assert "/consent/" in page.url
    assert box.is_checked()


def test_the_keyboard_alone_gets_through_in_the_order_of_reading(page: Page) -> None:
    focused, last = [], ""
    page.locator("body").focus()
    while last != "Explain this screen":
        page.keyboard.press("Tab")
        last = page.evaluate(
            "(e => e.labels?.[0]?.innerText || e.innerText.trim())"
            "(document.activeElement)"
        )
        focused.append(last)
        assert len(focused) < 15, focused
    assert focused == [
        "Skip to the content",
        "Photos Account",
        "Switch account",
        "See your name and the rest of your public profile",
        "See your e-mail address",
        "Connected apps",
        "Allow",
        "Deny",
        "Explain this screen",
    ]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert "code" in query(page)


def test_signing_in_and_allowing_need_no_pointer(
    page: Page, site: str, shop: str
) -> None:
    """From the shop's link to the shop's answer, with Tab, Space, Enter and letters."""
    browser = page.context.browser
    assert browser
    other = browser.new_context(base_url=site).new_page()
    other.goto(authorize("openid profile email", redirect_uri=shop))
    reach(other, "User name")
    other.keyboard.type("bob")
    reach(other, "Password")
    other.keyboard.type("wrong")
    other.keyboard.press("Enter")
    other.get_by_text("do not belong together").wait_for()
    reach(other, "Password")
    other.keyboard.type(PASSWORD)
    reach(other, "Sign in")
    other.keyboard.press("Enter")
    other.wait_for_url("**/consent/**")
    reach(other, "Explain this screen")
    other.keyboard.press("Enter")
    assert other.get_by_text("authorization request").is_visible()
    reach(other, "See your e-mail address", backwards=True)
    other.keyboard.press("Space")
    assert other.get_by_label("See your e-mail address").is_checked()
    reach(other, "Allow")
    other.keyboard.press("Space")
    assert "code" in query(other)


def reach(page: Page, name: str, *, backwards: bool = False) -> None:
    """Press Tab until this has the focus, and see that one can see it."""
    for _ in range(25):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        focused, outline = page.evaluate(FOCUSED)
        if focused == name:
            assert outline not in {"", "0px"}, "the focus must be visible"
            return
    raise AssertionError(name)


def test_the_page_is_accessible_with_its_explanation_open(page: Page) -> None:
    page.get_by_text("Explain this screen").click()
    assert Axe().run(page).violations_count == 0


@pytest.mark.rule("AS-07")
@pytest.mark.spec("RFC 6749 §10.13")
def test_no_other_site_can_put_it_into_a_frame(page: Page, site: str) -> None:
    consent, mallory = page.url, "http://mallory.example/"
    page.context.route(
        mallory,
        lambda route: route.fulfill(
            body=f'<iframe src="{consent}"></iframe>', content_type="text/html"
        ),
    )
    page.goto(mallory)
    page.wait_for_timeout(500)
    framed = [frame for frame in page.frames if frame != page.main_frame]
    assert [frame.url for frame in framed] == ["chrome-error://chromewebdata/"]


def test_it_works_without_scripts(page: Page, site: str, shop: str) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(base_url=site, java_script_enabled=False)
    other = context.new_page()
    other.goto(authorize("openid profile", redirect_uri=shop))
    other.get_by_label("User name").fill("bob")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("button", name="Allow").click()
    assert "code" in query(other)
