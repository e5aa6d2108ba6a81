"""What people do with a browser, as sentences."""

import re

from playwright.sync_api import Page, expect

from tests.story.town import Town

PASSWORD = "print-shop-demo"


def sign_in(page: Page, username: str = "alice", password: str = PASSWORD) -> None:
    """Fill in the authorization server's sign-in page."""
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_up(page: Page, username: str) -> None:
    """Make an account, starting at the sign-in page."""
    page.get_by_role("link", name="Create an account").click()
    page.locator("[name=username]").fill(username)
    page.locator("[name=name]").fill(f"{username.title()} Example")
    page.locator("[name=email]").fill(f"{username}@example.com")
    page.locator("[name=password]").fill("a-long-and-winding-passphrase")
    page.locator("main form button[type=submit]:visible").click()


def allow(page: Page, *, ticking: tuple[str, ...] = ()) -> None:
    """Tick these scopes on the consent page, and allow."""
    for scope in ticking:
        page.locator(f"input[name=scope][value='{scope}']").check()
    page.locator("button[name=decision][value=allow]").click()


def deny(page: Page) -> None:
    """Say no on the consent page."""
    page.locator("button[name=decision][value=deny]").click()


def at(page: Page, site: str) -> None:
    """The browser has come to this site."""
    expect(page).to_have_url(re.compile(f"^{re.escape(site)}(/|$)"))


def shop_sign_in(page: Page, town: Town, username: str = "alice") -> None:
    """From the shop's front page to the shop, signed in as one of the demo's people."""
    page.goto(f"{town.shop}/sign-in/")
    if page.url.startswith(town.shop):
        page.get_by_role("button", name=re.compile("Continue with")).first.click()
    at(page, town.issuer)
    if page.locator("[name=password]").count():
        sign_in(page, username)
    if page.locator("button[name=decision]").count():
        allow(page)
    at(page, town.shop)
