"""Every page of an account, judged by axe in both colour schemes and two widths."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.tokens import default_token_generator
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from authserver import mail, registration
from authserver.models import Client, Event, User
from tests.authserver.pages.cast import PASSWORD, authorize, people, print_shop
from tests.story.chromium import launch
from tests.story.looks import examine

MISTAKEN = (
    "/oauth/authorize?client_id=albums-web&redirect_uri=https://albums.example/cb"
)
SIGNED_OUT = (
    MISTAKEN,
    f"{MISTAKEN}&response_mode=form_post",
    "/sign-in/",
    "/sign-up/",
    "/sign-out/",
    "/password/forgotten/",
    "/password/forgotten/sent/",
    "/profile/deleted/",
    "/oauth/authorize",
    authorize(),
)
SIGNED_IN = (
    "/",
    "/profile/",
    "/profile/edit/",
    "/profile/user-name/",
    "/profile/e-mail/",
    "/profile/delete/",
    "/password/",
    "/apps/",
    "/sessions/",
    "/activity/",
    "/device/",
    "/developer/",
    "/developer/new/",
    *(f"/developer/new/{kind}/" for kind in registration.KINDS),
    "/sign-out/",
    "/no-such-page",
)
Judge = Callable[[str], None]


@pytest.fixture
def site(live_server: LiveServer) -> str:
    alice, _ = people()
    print_shop()
    for kind in registration.KINDS:
        uris = "" if kind == "device" else "https://albums.example/cb"
        client = Client(name=f"Albums {kind}", user=alice, application_type=kind)
        client.client_id, client.redirect_uris = f"albums-{kind}", uris
        registration.shape(client).save()
    for happened in Event.Kind:
        Event.objects.record(happened, "2001:db8::1", user=alice, client=client)
    return str(live_server).replace("127.0.0.1", "localhost")


@pytest.fixture
def links(site: str) -> tuple[str, ...]:
    """Where letters lead."""
    alice = User.objects.get(username="alice")
    token = default_token_generator.make_token(alice)
    return (
        f"/password/{alice.sub}/{token}/",
        f"/password/{alice.sub}/used-up/",
        f"/profile/e-mail/{mail.confirmation(alice)}/",
    )


@pytest.fixture
def page(site: str, links: tuple[str, ...]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_context(base_url=site).new_page()
        browser.close()


@pytest.fixture
def judge(page: Page) -> Judge:
    """Look at a page in every way; nothing may be wrong, nor wider than the window."""

    def look(path: str) -> None:
        page.goto(path)
        for box in page.locator("details").all():
            box.evaluate("details => details.open = true")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} pixels wide"
        for scheme in ("light", "dark"):
            # Without motion, or a colour is judged on its way to another.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = examine(page, scheme)
            assert found.violations_count == 0, found.generate_report()

    return look


def test_pages_for_strangers(judge: Judge, links: tuple[str, ...]) -> None:
    for path in (*SIGNED_OUT, *links):
        judge(path)


def test_pages_for_their_owner(judge: Judge, page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    details = [f"/developer/albums-{kind}/" for kind in registration.KINDS]
    asked = authorize("openid profile email offline_access")
    for path in (*SIGNED_IN, *details, "/developer/albums-web/edit/", asked):
        judge(path)
