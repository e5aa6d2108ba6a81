"""The picker in a real browser: by keyboard alone, in large libraries, without JS."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from photo_browser import fill, look_at, page_of, scrolled
from photo_server import Server
from playwright.sync_api import Browser, Locator, Page, expect

MOST_ELEMENTS = 2500
ALBUM = """
from photos_api import albums
from photos_api.models import Album, App, Person, Photo
App.objects.get_or_create(pk="printshop", name="Print Shop")
owner = Person.objects.get(sub={name!r})
album = Album.objects.create(owner=owner, title="Our trip")
photos = Photo.objects.in_bulk({ids!r})
albums.add(album, [photos[i] for i in {ids!r}])
told = album.pk
"""
TICKED = """() => {
  const boxes = [...document.querySelectorAll("#timeline input:checked")];
  const place = (box) => box.parentElement.querySelector(".tick").dataset.place;
  const found = boxes.map((box) => [Number(place(box)), box.value]);
  return found.sort((a, b) => a[0] - b[0]);
}"""
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement.parentElement);
  return [style.outlineStyle, Number.parseFloat(style.outlineWidth)];
}"""


@pytest.fixture(scope="package")
def dora(browser: Browser, server: Server) -> list[str]:
    """She has two hundred photos, four a day, the newest first; an album of five."""
    with page_of(browser, server, "dora"):
        ids = fill(server, "dora", 200, hours=6)
    server.run(ALBUM.format(name="dora", ids=[ids[i] for i in (7, 3, 5, 1, 9)]))
    return ids


@pytest.fixture
def page(browser: Browser, server: Server, dora: list[str]) -> Iterator[Page]:
    """Her browser at a picker for at most fifty photos."""
    with page_of(browser, server, "dora") as page:
        open_picker(server, page, "dora", 50)
        yield page


def begin(server: Server, name: str, most: int) -> str:
    """The print shop asks somebody for photos; the address of the picker."""
    config = {"pickingConfig": {"maxItemCount": most}}
    session = server.post("/picker/v1/sessions", config, sub=name).json()
    return str(session["pickerUri"])


def open_picker(server: Server, page: Page, name: str, most: int) -> None:
    page.goto(begin(server, name, most))
    expect(wall(page).and_(page.locator("[tabindex='0']"))).to_have_count(1)
    expect(page.get_by_role("slider", name="Month")).to_be_attached()


def picked(server: Server, page: Page, name: str = "dora") -> list[str]:
    """What the print shop is told after Done, in its order."""
    page.get_by_role("heading", name="Done: go back to the other window").wait_for()
    session = page.url.split("/pick/")[1].split("/")[0]
    bearer = {"Authorization": f"Bearer {server.token(sub=name)}"}
    query = {"sessionId": session, "pageSize": "100"}
    ids: list[str] = []
    while "pageToken" not in query or query["pageToken"]:
        address = f"{server.url}/picker/v1/mediaItems"
        told = requests.get(address, query, headers=bearer, timeout=60).json()
        ids += [item["id"] for item in told.get("mediaItems", [])]
        query["pageToken"] = told.get("nextPageToken", "")
    return ids


def wall(page: Page) -> Locator:
    return page.locator("#timeline input[name=photo]")


def ticked(page: Page) -> list[str]:
    """What is ticked on the wall, in the order of picking."""
    found: Any = page.evaluate(TICKED)
    assert [place for place, _ in found] == list(range(1, len(found) + 1))
    return [pk for _, pk in found]


def count(page: Page) -> Locator:
    return page.locator("#count")


def said(page: Page) -> Locator:
    return page.locator("#said")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def to_the_photos(page: Page) -> None:
    """By the tab key alone."""
    for _ in range(40):
        press(page, "Tab")
        if page.evaluate("document.activeElement.name") == "photo":
            return
    raise AssertionError("no photo is in the tab order")


def focused(page: Page) -> str:
    pk: str = page.evaluate("document.activeElement.value")
    return pk


def moved(page: Page, key: str) -> str:
    """Where a key leads; pressed again where the next photo was not drawn yet."""
    before = focused(page)
    for _ in range(600):
        press(page, key)
        if focused(page) != before:
            return focused(page)
        page.wait_for_timeout(50)
    raise AssertionError(f"{key} leads nowhere")


# By keyboard alone


def test_photos_are_picked_and_shared_by_keyboard_alone(
    server: Server, page: Page, dora: list[str]
) -> None:
    to_the_photos(page)
    assert focused(page) == dora[0]
    press(page, "ArrowRight", "ArrowRight", "Space")  # the third
    press(page, "ArrowLeft", "ArrowLeft", "Space")  # the first
    press(page, "Enter")  # is no Done
    expect(count(page)).to_have_text("2 of at most 50 picked")
    press(page, "Space", "ArrowRight", "Space")  # not the first, but the second
    assert ticked(page) == [dora[2], dora[1]]
    for _ in range(10):
        press(page, "Tab")
        if page.evaluate("document.activeElement.id") == "done":
            break
    press(page, "Enter")
    assert picked(server, page) == [dora[2], dora[1]]


def test_one_photo_is_in_the_tab_order_and_is_seen_to_have_the_focus(
    page: Page,
) -> None:
    to_the_photos(page)
    style, width = page.evaluate(OUTLINE)
    assert style == "solid"
    assert width >= 3
    press(page, "ArrowDown")
    expect(page.locator("#timeline :focus")).to_be_in_viewport(ratio=1)
    assert page.locator("#timeline input[tabindex='0']").count() == 1
    press(page, "Shift+Tab", "Tab")
    assert page.evaluate("document.activeElement.name") == "photo"


def test_arrows_go_as_far_as_there_are_photos(page: Page, dora: list[str]) -> None:
    """The wall is drawn while the keyboard walks along it; nothing is skipped."""
    to_the_photos(page)
    seen = [focused(page), *(moved(page, "ArrowRight") for _ in range(60))]
    assert seen == dora[:61]
    for _ in range(30):
        moved(page, "ArrowDown")
    below = page.evaluate("scrollY")
    assert below > 1000
    expect(page.locator("#timeline :focus")).to_be_in_viewport()
    for _ in range(60):
        if focused(page) not in dora[:12]:
            moved(page, "ArrowUp")
    press(page, *["ArrowUp"] * 12)  # to the first row, and no further
    assert focused(page) in dora[:12]
    press(page, "Home")
    assert focused(page) == dora[0]


def test_a_range_grows_and_shrinks_with_the_shift_key(
    page: Page, dora: list[str]
) -> None:
    to_the_photos(page)
    press(page, "ArrowRight", "Space", "ArrowRight")
    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    expect(count(page)).to_contain_text("5 of")
    assert ticked(page) == [dora[i] for i in (1, 2, 3, 4, 5)]
    press(page, "Shift+ArrowLeft", "Shift+ArrowLeft")
    expect(count(page)).to_contain_text("3 of")
    assert ticked(page) == [dora[i] for i in (1, 2, 3)]
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "Space")
    press(page, "ArrowRight", "ArrowRight", "Shift+Space")
    expect(count(page)).to_contain_text("6 of")
    assert ticked(page) == [dora[i] for i in (1, 2, 3, 6, 7, 8)]


def test_a_day_is_picked_by_one_key_and_taken_back_by_it(
    page: Page, dora: list[str]
) -> None:
    to_the_photos(page)
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    day = page.evaluate("document.activeElement.closest('li').dataset.day")
    press(page, "d")
    expect(count(page)).to_contain_text("4 of")
    days = page.evaluate(
        "[...document.querySelectorAll('li:has(:checked)')].map(li => li.dataset.day)"
    )
    assert days == [day] * 4
    press(page, "d")
    expect(count(page)).to_have_text("")


def test_escape_goes_back_step_by_step(page: Page, dora: list[str]) -> None:
    to_the_photos(page)
    press(page, "Space", "/")
    assert page.evaluate("document.activeElement.id") == "name"
    page.keyboard.type("photo 19")
    press(page, "Enter")
    expect(page.locator("#shown")).to_contain_text("What was found 12")
    to_the_photos(page)
    press(page, "Control+a")
    expect(said(page)).to_contain_text("12 picked")
    press(page, "Escape")
    expect(said(page)).to_have_text("")
    press(page, "Escape")
    expect(page.locator("#shown")).to_contain_text("All your photos 200")
    expect(count(page)).to_contain_text("13 of")
    to_the_photos(page)
    press(page, "Escape")
    expect(count(page)).to_have_text("")
    said(page).get_by_role("button", name="Undo").click()
    expect(count(page)).to_contain_text("13 of")
    assert ticked(page)[0] == dora[0]


# Much at once


def test_too_many_are_not_picked_in_silence(page: Page, dora: list[str]) -> None:
    wall(page).nth(1).check(force=True)
    page.get_by_role("button", name="Select all", exact=True).click()
    expect(said(page)).to_contain_text(
        "Those are 200 photos. Print Shop takes at most 50 this time"
    )
    expect(count(page)).to_contain_text("1 of")
    page.get_by_role("button", name="Pick the first 49").click()
    expect(count(page)).to_contain_text("50 of")
    page.get_by_label("Search").fill("photo 150")
    press(page, "Enter")
    expect(wall(page)).to_have_count(1)
    wall(page).click(force=True)
    expect(said(page)).to_contain_text("Take one back first")
    expect(count(page)).to_contain_text("50 of")
    page.get_by_role("button", name="Only picked").click()
    expect(page.locator("#shown")).to_contain_text("What you picked 50")
    expect(wall(page).first).to_have_value(dora[1])
    drawn = ticked(page)  # and the rest when one scrolls
    assert drawn == [dora[1], dora[0], *dora[2 : len(drawn)]]


def test_an_album_is_picked_whole_in_its_own_order(
    server: Server, page: Page, dora: list[str]
) -> None:
    page.get_by_text("By day or album").click()
    page.get_by_label("Album").select_option("Our trip")
    expect(page.locator("#shown")).to_contain_text("Our trip 5")
    page.get_by_role("button", name="Select all", exact=True).click()
    expect(said(page)).to_have_text("5 picked. ")
    assert ticked(page) == [dora[i] for i in (7, 3, 5, 1, 9)]
    page.get_by_role("button", name="Done").click()
    assert picked(server, page) == [dora[i] for i in (7, 3, 5, 1, 9)]


def test_days_and_months_have_buttons(page: Page) -> None:
    page.locator("button.day").first.click()
    expect(count(page)).to_contain_text("of at most 50 picked")
    page.get_by_text("By day or album").click()
    page.get_by_label("Taken since").fill("2026-06-01")
    page.get_by_label("Taken until").fill("2026-06-05")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#shown")).to_contain_text("What was found 20")
    page.get_by_role("button", name="Select all of June 2026").click()
    expect(said(page)).to_contain_text("20 picked")
    days = page.locator("button.day").all_text_contents()
    assert days[:4] == [f"Pick all of {day} June" for day in (5, 4, 3, 2)]


def test_a_range_is_picked_by_mouse(page: Page, dora: list[str]) -> None:
    wall(page).nth(3).locator("..").click()
    wall(page).nth(9).locator("..").click(modifiers=["Shift"])
    expect(count(page)).to_contain_text("7 of")
    assert ticked(page) == dora[3:10]


def test_what_is_picked_survives_searching_and_reloading(
    server: Server, page: Page, dora: list[str]
) -> None:
    wall(page).nth(4).check(force=True)
    wall(page).nth(2).check(force=True)
    page.get_by_label("Search").fill("nothing is called so")
    press(page, "Enter")
    expect(page.get_by_text("No photo of yours is like that")).to_be_visible()
    page.get_by_label("Search").fill("photo 150")
    press(page, "Enter")
    expect(wall(page)).to_have_count(1)
    wall(page).check(force=True)
    expect(count(page)).to_contain_text("3 of")
    page.reload()
    expect(count(page)).to_contain_text("3 of")
    page.get_by_role("button", name="Only picked").click()
    expect(wall(page)).to_have_count(3)
    wall(page).nth(1).uncheck(force=True)
    page.get_by_role("button", name="Done").click()
    first, last = picked(server, page)
    assert first == dora[4]
    assert last not in dora  # of which there are the hundred newest


def test_of_one_photo_the_last_word_counts(
    browser: Browser, server: Server, dora: list[str]
) -> None:
    with page_of(browser, server, "dora") as page:
        open_picker(server, page, "dora", 1)
        wall(page).nth(2).check(force=True)
        wall(page).nth(5).check(force=True)
        expect(count(page)).to_have_text("1 of at most 1 picked")
        assert ticked(page) == [dora[5]]


def test_a_tab_that_an_app_opened_closes_by_itself(
    browser: Browser, server: Server, dora: list[str]
) -> None:
    with page_of(browser, server, "dora") as page:
        address = begin(server, "dora", 50)
        page.goto("/albums/")
        with page.expect_popup() as opened:
            page.evaluate(f"window.open('{address}/autoclose'); null")
        wall(opened.value).nth(0).check(force=True)
        with opened.value.expect_event("close"):
            opened.value.get_by_role("button", name="Done").click()


# Large libraries


def test_a_hundred_thousand_photos_scroll_smoothly_and_two_thousand_are_picked(
    browser: Browser, server: Server, newest: list[str]
) -> None:
    with page_of(browser, server, "collector") as page:
        open_picker(server, page, "collector", 2000)
        for step in (90, 3000):
            assert scrolled(page, step=step, count=120) < MOST_ELEMENTS
        page.get_by_role("button", name="Select all", exact=True).click()
        expect(said(page)).to_contain_text("Those are 100,000 photos")
        page.get_by_role("button", name="Pick the first 2,000").click()
        expect(count(page)).to_have_text("2,000 picked")
        scrolled(page, step=-90, count=60)
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_text("may see the 2000 photos")).to_be_visible()
        ids = picked(server, page, "collector")
        assert len(ids) == 2000
        assert ids[:100] == newest


# For everybody


def test_the_picker_is_accessible_in_every_state(page: Page) -> None:
    assert look_at(page, covered=True) == []
    wall(page).nth(0).check(force=True)
    page.get_by_role("button", name="Select all", exact=True).click()
    expect(said(page)).to_contain_text("Those are 200")
    assert look_at(page, covered=True) == []
    page.get_by_text("Keys", exact=True).click()
    page.get_by_role("button", name="Only picked").click()
    expect(wall(page)).to_have_count(1)
    assert look_at(page, covered=True) == []
    page.get_by_label("Search").fill("nothing is called so")
    press(page, "Enter")
    expect(page.get_by_text("No photo of yours is like that")).to_be_visible()
    assert look_at(page, covered=True) == []


def test_everything_works_without_a_script(
    browser: Browser, server: Server, dora: list[str]
) -> None:
    with page_of(browser, server, "dora", java_script_enabled=False) as page:
        page.goto(begin(server, "dora", 50))
        expect(wall(page)).to_have_count(60)
        wall(page).nth(5).check(force=True)
        page.get_by_role("button", name="More photos").click()
        expect(wall(page)).to_have_count(60)
        wall(page).nth(0).check(force=True)
        page.get_by_text("By day or album").click()
        page.get_by_label("Album").select_option("Our trip")
        page.get_by_role("button", name="Search").click()
        expect(wall(page)).to_have_count(5)
        page.get_by_role("button", name="Select all", exact=True).click()
        page.get_by_role("button", name="Only picked").click()
        expect(wall(page)).to_have_count(6)
        page.get_by_role("button", name="Done").click()
        ids = picked(server, page)
        assert ids[0] == dora[5]
        assert ids[2:] == [dora[i] for i in (7, 3, 1, 9)]
