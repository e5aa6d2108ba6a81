"""Any OpenID Provider will do: the story at npm oidc-provider, which is certified.

Nothing of the shop or the photo service was changed for it: they are told another
issuer, and what that one calls them, by environment variables.
"""

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests import node
from tests.story import people
from tests.story.elsewhere import PROVIDER_NAME, SHOP, SIGNED, Elsewhere, elsewhere
from tests.story.town import eventually
from tests.story.visitor import Visitor
from tests.story.watch import Watch

MISSING = "THE STORY ELSEWHERE WAS NOT PROVEN: npm cannot install oidc-provider here"
# Its pages ask for a typeface on the web, and have no icon.
ITS_PAGES = r"fonts\.googleapis\.com|favicon\.ico"
SOON = 63  # seconds a token lives that the shop renews, a minute early, after three


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """The other provider, and the two that trust it."""
    try:
        node.install()
    except (OSError, subprocess.SubprocessError):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with elsewhere(tmp_path_factory.mktemp("elsewhere") / "data") as town:
        yield town


@pytest.fixture
def watch(watch: Watch) -> Iterator[Watch]:
    """As everywhere, but for the provider's own pages."""
    yield watch
    watch.forgive(ITS_PAGES)


@pytest.fixture
def carol(town: Elsewhere, page: Page) -> str:
    """Somebody the shop has never seen, signed in there."""
    name = f"carol-{uuid.uuid4().hex[:6]}"
    page.goto(town.shop)
    page.get_by_role("link", name=f"Continue with {PROVIDER_NAME}").first.click()
    people.at(page, town.issuer)
    sign_in(page, name)
    allow(page)
    people.at(page, f"{town.shop}/choose")
    return name


def sign_in(page: Page, name: str) -> None:
    """The provider's page, where any password will do."""
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("anything")
    page.get_by_role("button", name="Sign-in").click()


def allow(page: Page) -> None:
    """Its page that asks for consent, to all or to nothing."""
    page.get_by_role("button", name="Continue").click()


def connect(page: Page, town: Elsewhere) -> None:
    """Lend the shop what was just asked for."""
    people.at(page, town.issuer)
    allow(page)
    people.at(page, town.shop)


def bring_photos(page: Page, town: Elsewhere, folder: Path) -> None:
    """Put two photos into one's library, where the same provider says who one is."""
    files = [folder / f"{name}.jpg" for name in ("sea", "tower")]
    for file in files:
        Image.effect_noise((1800, 1200), 40).convert("RGB").save(file)
    library = page.context.new_page()
    library.goto(f"{town.photos}/sign-in/?next=/upload/")
    allow(library)
    library.set_input_files("#files", files)
    expect(library.get_by_role("link", name="To your photos")).to_be_visible()
    library.close()


@pytest.mark.spec("OIDC Core §3.1")
def test_somebody_orders_prints(
    town: Elsewhere, page: Page, carol: str, tmp_path: Path
) -> None:
    expect(page.get_by_role("button", name=re.compile("Sign out"))).to_contain_text(
        f"{carol} Diaz"
    )
    page.get_by_role("link", name="Connect your photos").click()
    connect(page, town)
    bring_photos(page, town, tmp_path)
    people.choose(page, town, 2)
    people.make_prints(page, town)
    people.give_address(page)
    people.pay(page)
    people.reaches(page, "Rendered")


@pytest.mark.spec("OIDC Core §11")
@pytest.mark.spec("RFC 6749 §6")
def test_what_is_lent_for_longer_is_refreshed(
    town: Elsewhere, page: Page, carol: str
) -> None:
    main = page.locator("main")
    page.get_by_role("link", name="Connect your photos").click()
    connect(page, town)
    page.goto(f"{town.shop}/connection/")
    expect(main).to_contain_text("for this visit only")
    town.set_lifetime(SOON)
    page.get_by_role("link", name="Stay connected").click()
    connect(page, town)
    town.set_lifetime(300)
    page.goto(f"{town.shop}/connection/")
    expect(main).to_contain_text("Fetch them while you are away")
    refreshed = {"event": "grant", "grant_type": "refresh_token", "client_id": SHOP}
    before = town.count(**refreshed)
    time.sleep(SOON - 60)
    for _ in range(2):  # the second time, the new token is good
        page.goto(f"{town.shop}/choose/")
        page.get_by_role("button", name="Choose photos").click()
        expect(page.get_by_role("link", name="Open your photos")).to_be_visible()
    assert town.count(**refreshed) == before + 1
    # What was lent stays lent.
    page.goto(f"{town.shop}/connection/")
    expect(main).to_contain_text("Fetch them while you are away")


@pytest.mark.spec("RFC 7009 §2.1")
def test_disconnecting_takes_everything_back(
    town: Elsewhere, page: Page, carol: str
) -> None:
    page.goto(f"{town.shop}/connect/?missing=offline_access")
    connect(page, town)
    page.goto(f"{town.shop}/connection/")
    before = town.count(event="revoked")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator("main")).to_contain_text("Not connected")
    expect(page.locator("main")).not_to_contain_text("could not be told")
    assert town.count(event="revoked") == before + 1


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_who_denies_is_welcome_all_the_same(
    town: Elsewhere, page: Page, watch: Watch, carol: str
) -> None:
    page.get_by_role("link", name="Connect your photos").click()
    people.at(page, town.issuer)
    page.get_by_role("link", name="Cancel").click()
    people.at(page, town.shop)
    expect(page.locator("main")).to_contain_text("We see none of your photos")
    watch.forgive("status of 40[03]")
    page.goto(town.shop)
    expect(page.locator("main")).to_contain_text("Good to see you")


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_ends_it_on_both_sides(
    town: Elsewhere, page: Page, carol: str
) -> None:
    people.sign_out(page)
    people.at(page, town.issuer)
    page.get_by_role("button", name="Yes, sign me out").click()
    people.at(page, f"{town.shop}/sign-out/done")
    expect(page.locator("main")).to_contain_text(f"your {PROVIDER_NAME} account")
    page.goto(f"{town.shop}/orders/")
    people.at(page, town.issuer)
    expect(page.locator("[name=login]")).to_be_visible()


@pytest.mark.spec("OIDC Back-Channel Logout §2.5")
def test_signing_out_elsewhere_ends_it_here(
    town: Elsewhere, page: Page, carol: str
) -> None:
    library = page.context.new_page()
    library.goto(f"{town.photos}/sign-in/")
    allow(library)
    people.at(library, town.photos)
    before = town.count(event="backchannel", client_id=SHOP)
    library.goto(f"{town.photos}/sign-out/")
    library.locator("main").get_by_role("button", name="Sign out").click()
    people.at(library, town.issuer)
    library.get_by_role("button", name="Yes, sign me out").click()
    people.at(library, town.photos)
    eventually(lambda: town.count(event="backchannel", client_id=SHOP) == before + 1)
    page.goto(f"{town.shop}/orders/")
    people.at(page, town.issuer)
    assert town.count(event="backchannel.error") == 0


@pytest.mark.spec("OIDC Core §3.1.3.7")
@pytest.mark.parametrize("signing", SIGNED)
def test_whatever_way_it_signs(town: Elsewhere, signing: str) -> None:
    with town.another_shop(signing) as shop:
        dora = Visitor(shop)
        page = dora.follow(dora.get("/sign-in/?next=/orders/"))
        page = dora.submit(page, {"login": "dora", "password": "x"}, having="login")
        page = dora.follow(dora.submit(dora.follow(page), {}, having="prompt"))
    assert page.url == f"{shop}/orders/"
    assert "dora Diaz" in page.text
