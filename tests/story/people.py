"""What people do with a browser, as sentences."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.story.town import Town

PASSWORD = "print-shop-demo"
NEW_PASSWORD = "a-long-and-winding-passphrase"  # of whoever signs up
CARD, DECLINED_CARD = "4242 4242 4242 4242", "4000 0000 0000 0002"


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
    page.locator("[name=password]").fill(NEW_PASSWORD)
    page.locator("main form button[type=submit]:visible").click()


def scope(page: Page, name: str) -> Locator:
    """The checkbox of one permission on the consent page."""
    return page.locator(f"input[name=scope][value='{name}']")


def allow(page: Page, *ticking: str) -> None:
    """Tick these permissions on the consent page, and allow.

    A single permission has no box: it is allowed or denied as a whole.
    """
    yes = page.locator("button[name=decision][value=allow]")
    yes.wait_for()
    if page.locator("input[name=scope]").count():
        for name in ticking:
            scope(page, name).check()
    yes.click()


def deny(page: Page) -> None:
    """Say no on the consent page."""
    page.locator("button[name=decision][value=deny]").click()


def at(page: Page, address: str) -> None:
    """The browser has come to this site, or to this page and what is below it."""
    start = re.escape(address.rstrip("/"))
    expect(page).to_have_url(re.compile(rf"^{start}([/?#]|$)"))


def shop_sign_in(
    page: Page, town: Town, username: str = "alice", password: str = PASSWORD
) -> None:
    """Sign in at the shop as one of the demo's people, allowing what it asks."""
    page.goto(f"{town.shop}/sign-in/")
    at(page, f"{town.issuer}/sign-in")
    sign_in(page, username, password)
    expect(page).not_to_have_url(re.compile("/sign-in/"))
    if page.url.startswith(f"{town.issuer}/consent"):
        allow(page)
    at(page, town.shop)


def connect(page: Page, town: Town, *ticking: str) -> None:
    """Lend the shop one's photos; a signed-in customer."""
    lasting = "?missing=offline_access" if "offline_access" in ticking else ""
    page.goto(f"{town.shop}/connect/{lasting}")
    if page.url.startswith(f"{town.issuer}/consent"):
        allow(page, *ticking)
    at(page, town.shop)


def disconnect(page: Page) -> None:
    """Take everything back, on the page that shows what was lent."""
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator("main")).to_contain_text("Disconnected.")


def choose(page: Page, town: Town, count: int) -> None:
    """Pick the first photos of the library, in the tab that opens for it."""
    page.goto(f"{town.shop}/choose/")
    page.get_by_role("button", name="Choose photos").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open your photos").click()
    pick(opened.value, count)


def pick(picker: Page, count: int) -> None:
    """Tick photos in the picker, and be done."""
    expect(picker.get_by_role("heading", level=1)).to_contain_text(
        "Pick photos for Print Shop"
    )
    boxes = picker.locator("input[name=photo]")
    for number in range(count):
        boxes.nth(number).check(force=True)  # the picture lies over its box
    picker.get_by_role("button", name="Done").click()


def products(page: Page) -> Locator:
    """Where it is said what to make; it comes when the photos have been fetched."""
    return page.get_by_role("heading", name="What shall we make?")


def make_prints(page: Page, town: Town) -> None:
    """Take one print of each photo, as it is offered, and go on to the address."""
    at(page, f"{town.shop}/choose")
    products(page).wait_for(timeout=60_000)
    page.get_by_role("button", name="Put into the cart").click()
    page.get_by_role("link", name="Continue to the address").click()


def give_address(page: Page) -> None:
    """An address in Berlin."""
    page.get_by_label("Full name").fill("Alice Ferrand")
    page.get_by_label("Street and number").fill("Lindenstraße 9")
    page.get_by_label("Postcode").fill("10969")
    page.get_by_label("Town").fill("Berlin")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_role("button", name="Continue to payment").click()


def pay(page: Page, card: str = CARD) -> None:
    """Pay with one of the test bank's cards."""
    page.locator("[name=card_number]").fill(card)
    page.get_by_role("button", name=re.compile("^Pay ")).click()


def order_number(page: Page) -> str:
    """The number of the order that is shown."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Order ")
    return page.url.rstrip("/").rpartition("/")[2]


def reaches(page: Page, stage: str) -> None:
    """The order gets so far; without script the page renews itself."""
    done = page.locator("ol.stages li.done", has_text=stage)
    expect(done).to_be_visible(timeout=60_000)


def sign_out(page: Page) -> None:
    """Leave the shop by the button in its header."""
    page.get_by_role("button", name="Sign out").first.click()
