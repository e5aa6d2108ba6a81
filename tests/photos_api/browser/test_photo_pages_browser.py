"""The owner's pages in a real browser: scrolling, selecting, uploading, undoing."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from photo_browser import fill, look_at, page_of, pictures, scrolled
from photo_cast import jpeg
from photo_server import Server
from playwright.sync_api import Browser, Page, Request, expect

MOST_ELEMENTS = 2000
PIECE = 4 * 1024 * 1024

COUNTS = """
from photos_api.models import Photo
theirs = Photo.objects.filter(owner__sub={name!r}, deleted_at=None)
told = [theirs.count(), theirs.values("original").distinct().count()]
"""
READINGS = """
from django.utils import timezone
from photos_api.models import App, Listing, Photo, Reading
App.objects.get_or_create(pk="printshop", name="Print Shop")
now = timezone.now()
for photo in Photo.objects.filter(owner__sub="carol")[:3]:
    for what in ("picture", "original"):
        Reading.objects.create(owner=photo.owner, photo=photo, client_id="printshop",
                               what=what, first_at=now, last_at=now, times=2)
Listing.objects.create(owner=photo.owner, client_id="printshop", surface="picker",
                       day=now.date(), last_at=now, times=3, items=9)
told = None
"""
IN_SIGHT = """() => [...document.querySelectorAll(".wall a")].filter(a => {
  const box = a.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}).map(a => a.getAttribute("href").split("/")[2])"""


# The timeline


def test_a_hundred_thousand_photos_scroll_smoothly(
    browser: Browser, server: Server, collector: str
) -> None:
    with page_of(browser, server, collector) as page:
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url))
        page.goto("/")
        page.get_by_role("slider", name="Month").wait_for()
        for step in (90, 3000):
            assert scrolled(page, step=step, count=120) < MOST_ELEMENTS
        buckets = [url for url in asked if "/months/" in url]
        assert 0 < len(buckets) < 40  # of a hundred and thirty


def test_the_slider_leads_through_the_years_by_keyboard(
    browser: Browser, server: Server, collector: str
) -> None:
    with page_of(browser, server, collector) as page:
        page.goto("/")
        slider = page.get_by_role("slider", name="Month")
        expect(slider).to_have_attribute("aria-valuetext", "June 2026")
        slider.focus()
        page.keyboard.press("ArrowDown")
        expect(slider).to_have_attribute("aria-valuetext", "May 2026")
        expect(page.get_by_role("heading", name="May 2026")).to_be_in_viewport()
        page.keyboard.press("End")
        expect(page.get_by_role("heading", name="2015").last).to_be_in_viewport()
        expect(page.locator(".wall img").last).to_have_js_property("complete", True)
        page.keyboard.press("Home")
        expect(page.get_by_role("heading", name="June 2026")).to_be_in_viewport()


def test_months_are_links_as_well(
    browser: Browser, server: Server, collector: str
) -> None:
    with page_of(browser, server, collector) as page:
        page.goto("/")
        page.get_by_role("slider", name="Month").wait_for()
        page.get_by_text("Jump to a month").click()
        page.locator("a[data-month='2020-03']").click()
        expect(page.get_by_role("heading", name="March 2020")).to_be_in_viewport()
        page.goto("/?from=2018-09")
        expect(page.get_by_role("heading", name="September 2018")).to_be_in_viewport()


def test_who_comes_back_from_a_photo_finds_the_place(
    browser: Browser, server: Server, collector: str
) -> None:
    with page_of(browser, server, collector) as page:
        page.goto("/?from=2020-03")
        expect(page.get_by_role("heading", name="March 2020")).to_be_in_viewport()
        in_sight(page)  # nothing moves any more by itself
        page.mouse.wheel(0, 2500)
        expect(page.get_by_role("heading", name="March 2020")).not_to_be_in_viewport()
        seen = in_sight(page)
        page.locator(f".wall a[href='/photos/{seen[3]}/']").click()
        page.wait_for_url("**/photos/*/")
        page.go_back()
        expect(page.locator(f".wall a[href='/photos/{seen[3]}/']")).to_be_in_viewport()


def test_ticks_stay_while_their_photos_are_out_of_the_document(
    browser: Browser, server: Server, collector: str
) -> None:
    with page_of(browser, server, collector) as page:
        page.goto("/")
        page.get_by_role("slider", name="Month").wait_for()
        first = tick(page, 0)
        page.get_by_text("Jump to a month").click()
        page.locator("a[data-month='2019-05']").click()
        expect(page.get_by_role("heading", name="May 2019")).to_be_in_viewport()
        second = tick(page, 0)
        assert first != second
        expect(page.get_by_text("2 selected")).to_be_visible()
        page.get_by_role("button", name="Add to album").click()
        page.get_by_label("Title").fill("From two years")
        page.get_by_role("button", name="Make the album").click()
        page.get_by_role("heading", name="From two years").wait_for()
        assert set(in_sight(page)) == {first, second}


def in_sight(page: Page) -> list[str]:
    """The ids of the photos in the window, once there are some and they stand still."""
    before: list[str] = []
    for _ in range(50):
        page.wait_for_timeout(200)
        seen: list[str] = page.evaluate(IN_SIGHT)
        if len(seen) > 1 and seen == before:
            return seen
        before = seen
    raise AssertionError("nothing to see")


def tick(page: Page, number: int) -> str:
    """Tick one of the photos in sight; its id."""
    chosen = in_sight(page)[number]
    page.locator(f"input[value='{chosen}']").check()
    return chosen


# Deleting


def test_deleting_is_undone_with_one_button_where_one_was(
    browser: Browser, server: Server
) -> None:
    with page_of(browser, server, "dorian") as page:
        fill(server, "dorian", 600, hours=30)
        page.goto("/?from=2025-06")
        expect(page.get_by_role("heading", name="June 2025")).to_be_in_viewport()
        page.mouse.wheel(0, 600)
        chosen = [tick(page, number) for number in (2, 3)]
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("2 photos moved to the bin.")).to_be_in_viewport()
        tiles = [page.locator(f".wall a[href='/photos/{i}/']") for i in chosen]
        expect(tiles[0]).to_have_count(0)
        assert server.run(COUNTS.format(name="dorian"))[0] == 598
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("2 photos back in your library.")).to_be_attached()
        for tile in tiles:
            expect(tile).to_be_in_viewport()


def test_a_photo_is_deleted_and_had_back_by_keyboard_alone(
    browser: Browser, server: Server
) -> None:
    with page_of(browser, server, "emil") as page:
        newest, older = fill(server, "emil", 2)
        page.goto(f"/photos/{newest}/")
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/photos/{older}/")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**/photos/{newest}/")
        page.get_by_label("Description").focus()
        page.keyboard.press("ArrowRight")  # moves in the text, not away
        page.get_by_role("button", name="Delete").focus()
        page.keyboard.press("Enter")
        page.get_by_text("1 photo moved to the bin.").wait_for()
        page.get_by_role("button", name="Undo").focus()
        page.keyboard.press("Enter")
        page.get_by_text("1 photo back in your library.").wait_for()
        assert server.run(COUNTS.format(name="emil"))[0] == 2


# Uploading


def choose(page: Page, files: list[Path]) -> None:
    page.goto("/upload/")
    page.locator("#upload.scripted").wait_for()
    page.set_input_files("#files", files)


def test_many_files_arrive_and_what_is_no_photo_says_so(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with page_of(browser, server, "fay") as page:
        files = pictures(tmp_path, 30)
        notes = tmp_path / "notes.txt"
        notes.write_text("no photo")
        choose(page, [*files, notes])
        expect(page.get_by_text("30 of 31 added, 1 failed")).to_be_visible()
        row = page.locator(".file", has_text="notes.txt")
        expect(row).to_contain_text("not a photo")
        row.get_by_role("button", name="Try again").click()
        expect(row).to_contain_text("not a photo")
        page.get_by_role("link", name="To your photos").click()
        expect(page.locator(".wall img")).to_have_count(30)
    assert server.run(COUNTS.format(name="fay")) == [30, 30]


def test_a_lost_connection_is_waited_for_and_loses_nothing(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with page_of(browser, server, "gus") as page:
        large = tmp_path / "large.jpg"
        large.write_bytes(jpeg(seed=1) + bytes(3 * PIECE))
        sent = watched(page)
        lose = 2  # the second piece arrives, but its answer does not

        def unreliable(route: Any) -> None:
            nonlocal lose
            lose -= 1
            if lose == 0:
                route.fetch()
                route.abort()
                page.context.set_offline(True)
            else:
                route.continue_()

        page.route("**/upload/*/?offset=*", unreliable)
        choose(page, [large])
        expect(page.get_by_text("No connection: waiting for it")).to_be_visible()
        page.context.set_offline(False)
        expect(page.get_by_text("1 of 1 added")).to_be_visible()
        offsets = [offset for offset, _ in sent]
        assert offsets == [0, PIECE, 2 * PIECE, 3 * PIECE]
    assert server.run(COUNTS.format(name="gus")) == [1, 1]


def test_the_same_file_goes_on_after_the_page_was_closed(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with page_of(browser, server, "hana") as page:
        large = tmp_path / "large.jpg"
        large.write_bytes(jpeg(seed=2) + bytes(2 * PIECE))
        page.route(f"**/upload/*/?offset={PIECE}", lambda route: route.abort())
        choose(page, [large])
        expect(page.get_by_text("No connection: waiting for it")).to_be_visible()
        again = page.context.new_page()
        page.close(run_before_unload=False)
        sent = watched(again)
        choose(again, [large])
        expect(again.get_by_text("1 of 1 added")).to_be_visible()
        # A little more may have arrived while the page closed: that is not sent again.
        offsets = [offset for offset, _ in sent]
        assert offsets == sorted(set(offsets))
        assert offsets[0] >= PIECE
    assert server.run(COUNTS.format(name="hana")) == [1, 1]


def watched(page: Page) -> list[tuple[int, str]]:
    """The offsets of the pieces that the page sends, and where to."""
    sent: list[tuple[int, str]] = []

    def note(request: Request) -> None:
        url = urlsplit(request.url)
        if request.method == "PUT":
            sent.append((int(parse_qs(url.query)["offset"][0]), url.path))

    page.on("request", note)
    return sent


def test_files_can_be_dropped(browser: Browser, server: Server) -> None:
    with page_of(browser, server, "ida") as page:
        page.goto("/upload/")
        page.locator("#upload.scripted").wait_for()
        page.evaluate(
            """content => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(content)], "dropped.jpg"));
              const how = {dataTransfer: data, bubbles: true, cancelable: true};
              const drop = k => document.body.dispatchEvent(new DragEvent(k, how));
              drop("dragover"); drop("drop");
            }""",
            list(jpeg(seed=3)),
        )
        expect(page.get_by_text("1 of 1 added")).to_be_visible()
        expect(page.locator(".file")).to_contain_text("dropped.jpg")


def test_without_a_script_everything_still_works(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with page_of(browser, server, "jon", java_script_enabled=False) as page:
        page.goto("/upload/")
        page.set_input_files("#files", pictures(tmp_path, 3))
        page.get_by_role("button", name="Add them").click()
        page.get_by_text("3 photos in your library now.").wait_for()
        fill(server, "jon", 150)
        page.goto("/")
        page.get_by_text("Jump to a month").click()
        page.get_by_role("link", name="Apr 30").click()
        expect(page.locator(".month h2").first).to_have_text("April 2026")
        assert page.get_by_role("button", name="Delete").count() == 0
        page.locator(".wall li").first.hover()
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("1 photo back in your library.").wait_for()


# Every page


def test_every_page_is_accessible_and_fits(browser: Browser, server: Server) -> None:
    with page_of(browser, server, "carol") as page:
        ids = fill(server, "carol", 300)
        server.run(READINGS)
        page.goto("/")
        page.get_by_role("slider", name="Month").wait_for()
        wrong = look_at(page)
        page.get_by_text("Jump to a month").click()
        tick(page, 0)
        wrong += look_at(page, covered=True)
        page.get_by_role("button", name="Add to album").click()
        wrong += look_at(page)
        page.get_by_label("Title").fill("An album")
        page.get_by_role("button", name="Make the album").click()
        page.get_by_text("Edit album").click()
        wrong += look_at(page)
        page.goto(f"/photos/{ids[1]}/?place")
        page.get_by_role("button", name="Favourite").click()
        page.get_by_role("button", name="Delete").click()
        wrong += look_at(page)
        for path in (
            f"/photos/{ids[0]}/?place",
            *("/albums/", "/favorites/", "/archive/", "/bin/", "/upload/"),
            *("/seen-by/", "/seen-by/app/?app=printshop"),
        ):
            page.goto(path)
            wrong += look_at(page)
        page.goto("/upload/")
        page.set_input_files(
            "#files",
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no photo"},
        )
        page.get_by_text("1 failed").wait_for()
        wrong += look_at(page)
    assert not wrong, "\n\n".join(wrong)


def test_placeholders_are_painted_before_the_pictures_are_there(
    browser: Browser, server: Server
) -> None:
    with page_of(browser, server, "lea") as page:
        fill(server, "lea", 200)
        page.route("**/picture/**", lambda route: route.abort())
        page.goto("/")
        page.get_by_role("slider", name="Month").wait_for()
        left, right = page.evaluate(
            """() => {
              const canvas = document.querySelector(".wall canvas");
              const {width, height} = canvas;
              const pixels = canvas.getContext("2d").getImageData(0, 0, width, height);
              const start = 4 * width * (height >> 1);
              const at = x => [...pixels.data.slice(start + 4 * x, start + 4 * x + 3)];
              return [at(2), at(width - 2)];
            }"""
        )
        assert left[0] > left[2] + 50  # the picture is red on the left
        assert right[2] > right[0] + 50  # and blue on the right
