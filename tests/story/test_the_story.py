"""The whole story in a browser: from a new account to a printed order."""

import re
import uuid
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.story import people
from tests.story.client import PICKER
from tests.story.town import Town
from tests.story.watch import Watch

OFFLINE = "offline_access"


def newcomer() -> str:
    return f"carol{uuid.uuid4().hex[:6]}"


@pytest.mark.spec("RFC 6749 §1.2")
def test_a_stranger_orders_prints_of_sample_photos(
    town: Town, page: Page, tmp_path: Path
) -> None:
    # 1–4. The shop sends a stranger to the authorization server, which asks them.
    page.goto(town.shop)
    page.get_by_role("link", name="Continue with Photos account").click()
    people.at(page, town.issuer)
    people.sign_up(page, newcomer())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Print Shop asks")
    people.allow(page)
    people.at(page, f"{town.shop}/choose")

    # The photos are lent separately: what was allowed above opens none.
    page.get_by_role("link", name="Connect your photos").click()
    people.allow(page, PICKER)
    people.at(page, f"{town.shop}/choose")

    # The picker is another site: signed in there without a question, and empty.
    page.get_by_role("button", name="Choose photos").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open your photos").click()
    picker = opened.value
    people.at(picker, town.photos)
    picker.get_by_role("button", name="Add 24 sample photos").click()
    expect(picker.locator("main img")).to_have_count(24, timeout=60_000)
    people.pick(picker, 3)

    # 5–7. The shop fetches its own copies, prints and delivers.
    people.make_prints(page, town)
    people.give_address(page)
    people.pay(page, people.DECLINED_CARD)
    expect(page.locator(".notice.error")).to_contain_text("declined")
    people.pay(page)
    number = people.order_number(page)
    people.reaches(page, "Shipped")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the print file").click()
    file = tmp_path / f"{number}.pdf"
    download.value.save_as(file)
    with pikepdf.open(file) as pdf:
        assert len(pdf.pages) == 3
        for sheet in pdf.pages:
            [image] = [
                one for name, one in sheet.get_images().items() if name[1] == "P"
            ]
            points = float(sheet.bleedbox[2]) - float(sheet.bleedbox[0])
            assert int(image.Width) / (points / 72) == pytest.approx(300, abs=1)

    # It stands among the person's orders, and nobody else can see it.
    page.goto(f"{town.shop}/orders/")
    expect(page.get_by_role("link", name=number)).to_be_visible()


def test_alice_orders_again_without_being_asked_again(town: Town, page: Page) -> None:
    people.shop_sign_in(page, town)
    people.connect(page, town, PICKER, OFFLINE)
    people.choose(page, town, 2)
    people.make_prints(page, town)
    people.give_address(page)
    people.pay(page)
    people.reaches(page, "Rendered")
    first = people.order_number(page)
    people.choose(page, town, 1)
    people.make_prints(page, town)
    people.give_address(page)
    people.pay(page)
    assert people.order_number(page) != first


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_who_denies_is_welcome_all_the_same(
    town: Town, page: Page, watch: Watch
) -> None:
    page.goto(f"{town.shop}/sign-in/?next=/choose/")
    people.sign_up(page, newcomer())
    people.allow(page)
    people.at(page, town.shop)
    page.goto(f"{town.shop}/connect/")
    people.deny(page)
    people.at(page, town.shop)
    expect(page.locator("main")).to_contain_text("We see none of your photos")
    watch.forgive("status of 40[03]")
    page.goto(town.shop)
    expect(page.locator("main")).to_contain_text("Good to see you")


def test_who_denies_to_sign_in_stays_a_stranger(
    town: Town, page: Page, watch: Watch
) -> None:
    page.goto(f"{town.shop}/sign-in/")
    people.sign_up(page, newcomer())
    people.deny(page)
    people.at(page, town.shop)
    watch.forgive("status of 40[03]")
    page.goto(f"{town.shop}/orders/")
    people.at(page, town.issuer)


@pytest.mark.spec("RFC 6749 §3.3")
def test_a_partial_grant_is_a_grant(town: Town, page: Page) -> None:
    page.goto(f"{town.shop}/sign-in/?next=/choose/")
    people.sign_up(page, newcomer())
    people.allow(page)
    page.get_by_role("link", name="Connect your photos").click()
    expect(people.scope(page, OFFLINE)).to_have_count(0)  # nobody wants it yet
    people.allow(page, PICKER)
    page.goto(f"{town.shop}/connection/")
    main = page.locator("main")
    expect(main).to_contain_text("See the photos you pick")
    expect(main).not_to_contain_text("Fetch them while you are away")
    # Lasting access is asked for when it is wanted, and may be refused alone.
    page.get_by_role("link", name="Stay connected").click()
    assert not people.scope(page, OFFLINE).is_checked()
    people.allow(page)
    expect(main).to_contain_text("for this visit only")
    page.get_by_role("link", name="Stay connected").click()
    people.allow(page, OFFLINE)
    expect(main).to_contain_text("Fetch them while you are away")
    # Photos cannot be refused there: without them the rest makes no sense.
    people.disconnect(page)
    page.goto(f"{town.shop}/connect/?missing=offline_access")
    expect(people.scope(page, PICKER)).to_be_disabled()
    people.allow(page)
    page.goto(f"{town.shop}/choose/")
    expect(page.get_by_role("button", name="Choose photos")).to_be_visible()


@pytest.mark.spec("RFC 7009 §2.1")
def test_disconnecting_takes_everything_back(town: Town, page: Page) -> None:
    page.goto(f"{town.shop}/sign-in/?next=/choose/")
    people.sign_up(page, newcomer())
    people.allow(page)
    people.connect(page, town, PICKER, OFFLINE)
    page.goto(f"{town.shop}/connection/")
    people.disconnect(page)
    expect(page.locator("main")).to_contain_text("Not connected")
    page.goto(f"{town.issuer}/apps/")
    expect(page.locator("main")).not_to_contain_text(re.compile("photos you pick"))
    # To connect again means to be asked again.
    page.goto(f"{town.shop}/connect/")
    people.at(page, f"{town.issuer}/consent")


def test_access_can_be_taken_back_at_the_account(
    town: Town, page: Page, watch: Watch
) -> None:
    page.goto(f"{town.shop}/sign-in/?next=/choose/")
    people.sign_up(page, newcomer())
    people.allow(page)
    people.connect(page, town, PICKER, OFFLINE)
    page.goto(f"{town.issuer}/apps/")
    page.get_by_role("button", name=re.compile("Remove access")).first.click()
    expect(page.locator("main")).not_to_contain_text("See the photos")
    page.goto(f"{town.shop}/choose/")
    choose = page.get_by_role("button", name="Choose photos")
    if choose.count():  # the shop learns it when it next asks
        choose.click()
    expect(page.get_by_role("link", name=re.compile("[Cc]onnect"))).not_to_have_count(0)
    watch.forgive("status of 4")


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_ends_it_on_both_sides(town: Town, page: Page) -> None:
    people.shop_sign_in(page, town)
    people.sign_out(page)
    if page.url.startswith(town.issuer):  # it may ask whether that is meant
        page.locator("main form button[type=submit]").click()
    people.at(page, town.shop)
    page.goto(f"{town.shop}/orders/")
    people.at(page, f"{town.issuer}/sign-in")
    page.goto(f"{town.issuer}/apps/")
    people.at(page, f"{town.issuer}/sign-in")


def test_the_story_needs_no_script(town: Town, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    watch = Watch(context)
    page = context.new_page()
    page.goto(town.shop)
    page.get_by_role("link", name="Continue with Photos account").click()
    people.sign_up(page, newcomer())
    people.allow(page)
    page.get_by_role("link", name="Connect your photos").click()
    people.allow(page, PICKER)
    picker = context.new_page()
    picker.goto(town.photos)
    if picker.get_by_role("link", name="Sign in").count():
        picker.get_by_role("link", name="Sign in").first.click()
    picker.get_by_role("button", name="Add 24 sample photos").click(timeout=60_000)
    page.get_by_role("button", name="Choose photos").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open your photos").click()
    people.pick(opened.value, 2)
    expect(opened.value.locator("main")).to_contain_text("Print Shop")
    people.make_prints(page, town)
    people.give_address(page)
    people.pay(page)
    people.reaches(page, "Rendered")
    context.close()
    watch.judge()
