"""The print file of an order: pages, boxes in millimetres, pixels, colours, ticket."""

import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
import time_machine
from PIL import Image
from press_file import Side, sides
from provider import Photo, PhotoService, photo
from visitors import Browser, order, pay, work

from printshop import press, storage
from printshop.fulfilment import placements
from printshop.models import Order, Placement
from printshop.press.colours import SRGB

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
RED, BLUE = (200, 40, 40), (40, 60, 200)
Printing = Callable[..., list[Side]]


@pytest.fixture
def printing(alice: Browser, photos: PhotoService) -> Printing:
    """Orders something, lets the worker work, reads the file that the customer gets."""
    alice.connect()

    def printed(**wanted: str) -> list[Side]:
        number = order(alice, photos, anyway="on", **wanted)
        pay(alice, number)
        work()
        return sides(alice.get(f"/orders/{number}/prints.pdf").getvalue())

    return printed


def kept_file(name: str) -> bytes:
    """The bytes of a file of the shop's."""
    with storage.opened(name) as file:
        return file.read()


def ticket() -> Any:
    """The job ticket of the only order."""
    return json.loads(kept_file(Order.objects.get().job_ticket))


def snapshots(count: int, size: tuple[int, int] = (600, 400)) -> list[Photo]:
    """So many photos, every third one upright."""
    turned = size[::-1]
    shapes = [turned if n % 3 == 2 else size for n in range(count)]
    return [photo(f"p{n:02}", shape) for n, shape in enumerate(shapes)]


def test_the_customer_gets_the_very_file(alice: Browser, printing: Printing) -> None:
    printing()
    [placed] = Order.objects.all()
    answer = alice.get(f"/orders/{placed.number}/prints.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert f'"{placed.number}.pdf"' in answer["Content-Disposition"]
    assert answer.getvalue() == kept_file(placed.print_file)


def test_boxes_are_what_a_lab_expects(printing: Printing) -> None:
    found = printing()
    papers = [(150, 100), (150, 100), (100, 150), (100, 150)]
    assert [tuple(map(round, side.size)) for side in found] == papers
    for side, (width, height) in zip(found, papers, strict=True):
        near = pytest.approx
        assert side.media == near((0, 0, width + 20, height + 20), abs=0.01)
        assert side.bleed == near((7, 7, width + 13, height + 13), abs=0.01)
        assert side.trim == near((10, 10, width + 10, height + 10), abs=0.01)


def test_marks_show_the_knife_where_to_cut_and_touch_no_ink(printing: Printing) -> None:
    for side in printing():
        width, height = side.size
        across = [line for line in side.lines if abs(line[0] - line[2]) < 0.001]
        down = [line for line in side.lines if abs(line[1] - line[3]) < 0.001]
        assert sorted(line[0] for line in across) == pytest.approx(
            [0, 0, width, width], abs=0.01
        )
        assert sorted(line[1] for line in down) == pytest.approx(
            [0, 0, height, height], abs=0.01
        )
        for x1, y1, x2, y2 in side.lines:
            outside = (
                max(x1, x2) <= -2.99
                or max(y1, y2) <= -2.99
                or min(x1, x2) >= width + 2.99
                or min(y1, y2) >= height + 2.99
            )
            assert outside
            assert max(abs(x1 - x2), abs(y1 - y2)) == pytest.approx(5, abs=0.01)


def test_ink_goes_three_millimetres_beyond_the_trim(printing: Printing) -> None:
    for side in printing():
        [picture] = side.pictures
        width, height = side.size
        assert picture.left < -2.999
        assert picture.top < -2.999
        assert picture.left + picture.width > width + 2.999
        assert picture.top + picture.height > height + 2.999
        left, bottom, right, top = side.clips[0]
        bleed = pytest.approx((-3, -3, width + 3, height + 3), abs=0.01)
        assert (left, top, right, bottom) == bleed


@pytest.mark.parametrize(
    ("size", "ppi"), [((4000, 3000), 300), ((2400, 1600), 300), ((1200, 800), 203)]
)
def test_three_hundred_pixels_an_inch_where_the_photo_has_them(
    printing: Printing, photos: PhotoService, size: tuple[int, int], ppi: int
) -> None:
    photos.picks = [photo("one", size)]
    [picture] = printing(copies="1")[0].pictures
    assert ppi <= picture.ppi < ppi + 1
    assert picture.picture.info["dpi"] == pytest.approx((ppi, ppi), abs=1)


def test_pictures_are_srgb_with_their_profile_and_nothing_private(
    printing: Printing,
) -> None:
    for side in printing():
        [picture] = side.pictures
        assert picture.profile == SRGB
        with picture.picture as image:
            assert image.mode == "RGB"
            assert image.info["icc_profile"] == SRGB
            assert not image.getexif()


def test_photos_are_printed_as_they_are_held(printing: Printing) -> None:
    for side in printing():
        [picture] = side.pictures
        with picture.picture as image:
            for y, colour in ((40, RED), (image.height - 40, BLUE)):
                found = image.getpixel((image.width // 2, y))
                assert found == pytest.approx(colour, abs=12)


def test_jpegs_are_embedded_as_they_are_and_once(printing: Printing) -> None:
    found = printing(copies="40")
    assert len(found) == 80
    kept = [kept_file(p.print_file) for p in placements(Order.objects.get())]
    assert {side.pictures[0].jpeg for side in found} == set(kept)
    size = len(kept_file(Order.objects.get().print_file))
    assert size < sum(map(len, kept)) + 80 * 1000


def test_fitted_photos_are_whole_within_a_white_border(
    alice: Browser, photos: PhotoService, printing: Printing
) -> None:
    photos.picks = snapshots(12)
    for side in printing(product="photo-book", copies="1")[1:]:
        [picture] = side.pictures
        width, height = side.size
        left, top = picture.left, picture.top
        assert min(left, top) == pytest.approx(10, abs=0.01)
        assert left * 2 + picture.width == pytest.approx(width, abs=0.01)
        assert top * 2 + picture.height == pytest.approx(height, abs=0.01)
        shape = picture.pixels[0] / picture.pixels[1]
        assert picture.width / picture.height == pytest.approx(shape, rel=0.002)
        assert sorted(picture.pixels) == [400, 600]


def test_a_book_has_a_cover_with_its_title_and_a_photo_a_page(
    alice: Browser, photos: PhotoService, printing: Printing
) -> None:
    photos.picks = snapshots(20)
    cover, *pages = printing(product="photo-book", copies="1")
    assert len(pages) == 20
    assert {tuple(map(round, page.size)) for page in pages} == {(200, 200)}
    spine = 4 + 20 / 2 * 0.2
    assert cover.size == pytest.approx((400 + spine, 200), abs=0.01)
    folds = {round(line[0], 1) for line in cover.lines}
    assert folds - {-8, -3, 0, 406, 409, 414} == {200, 200 + spine}
    assert ticket()["items"][0]["sides"][0]["folds_mm"] == [200, 200 + spine]
    [picture] = cover.pictures
    assert picture.left >= 200 + spine + 15
    assert picture.left + picture.width <= 400 + spine - 15
    assert picture.jpeg == pages[0].pictures[0].jpeg
    title, under, spine_text, back, slug = cover.texts
    middle = 300 + spine
    assert title.left + title.width / 2 == pytest.approx(middle, abs=0.5)
    assert title.top > picture.top + picture.height
    assert under.top > title.top + title.height
    assert spine_text.left >= 200
    assert spine_text.left + spine_text.width <= 200 + spine
    assert spine_text.height > spine_text.width
    assert back.left + back.width < 200
    assert slug.top > 200 + 3


def test_a_contact_sheet_shows_twenty_whole_photos_with_their_names(
    alice: Browser, photos: PhotoService, printing: Printing
) -> None:
    photos.picks = snapshots(23)
    first, second = printing(product="contact-sheet", copies="1")
    assert [len(first.pictures), len(second.pictures)] == [20, 3]
    for side in (first, second):
        assert side.size == pytest.approx((200, 300), abs=0.01)
        names = side.texts[1:-1]
        assert len(names) == len(side.pictures)
        for picture, name in zip(side.pictures, names, strict=True):
            assert sorted((round(picture.width), round(picture.height))) == [27, 41]
            under = name.left + name.width / 2
            assert under == pytest.approx(picture.left + picture.width / 2, abs=0.2)
            assert 0 < name.top - picture.top - picture.height < 2
            assert picture.left >= 10
            assert picture.left + picture.width <= 190
        rooms = {(round(p.left // 45), round(p.top // 53)) for p in side.pictures}
        assert len(rooms) == len(side.pictures)


def test_the_ticket_says_what_to_make_of_which_pages(
    alice: Browser, photos: PhotoService, printing: Printing
) -> None:
    found = printing(copies="3", paper="matt")
    kept = Order.objects.get()
    told = ticket()
    pdf = kept_file(kept.print_file)
    assert told["order"] == kept.number
    assert told["file"]["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert told["file"]["bytes"] == len(pdf)
    assert told["file"]["pages"] == len(found) == 6
    assert [thing["pages"] for thing in told["items"]] == [
        {"first": 1, "last": 3, "each": 1},
        {"first": 4, "last": 6, "each": 1},
    ]
    for thing, placed in zip(told["items"], placements(kept), strict=True):
        assert (thing["product"], thing["finish"]) == ("10x15", "matt")
        [one] = thing["sides"]
        side = found[one["page"] - 1]
        assert one["trim_mm"] == pytest.approx(side.size, abs=0.01)
        [shown] = one["photos"]
        jpeg = kept_file(placed.print_file)
        assert shown["sha256"] == hashlib.sha256(jpeg).hexdigest()
        assert side.pictures[0].jpeg == jpeg
        assert shown["original"]["sha256"] == placed.original.sha256
        assert shown["ppi"] == placed.ppi


def test_the_ticket_names_nobody(printing: Printing) -> None:
    printing()
    written = kept_file(Order.objects.get().job_ticket).decode()
    for private in ("Alice", "Ferrand", "Lilas", "75020", "Paris", "alice"):
        assert private not in written


def test_the_same_order_gives_the_same_bytes(printing: Printing) -> None:
    printing()
    kept = Order.objects.get()
    files = []
    for moment in ("2026-11-21", "2031-01-01"):  # no clock is in it
        with time_machine.travel(moment):
            for placed in placements(kept):
                with storage.opened(placed.original.file) as original:
                    jpeg = press.render(original, press.cut_of(placed))
                assert jpeg == kept_file(placed.print_file)
            file = io.BytesIO()
            told = press.bind(kept, placements(kept), file, at=AT)
            files.append((file.getvalue(), json.dumps(told)))
    assert files[0] == files[1]


def test_a_thousand_prints_need_no_more_memory_than_ten(printing: Printing) -> None:
    """The pictures of all prints together are never in memory."""
    printing()
    kept = Order.objects.get()
    one = placements(kept)[0]
    noise = Image.effect_noise((1248, 848), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "JPEG", quality=95)
    one.print_file = storage.keep("prints", ".jpg", written)
    peaks = []
    for count in (10, 1000):
        with open("/dev/null", "wb") as nowhere:  # noqa: PTH123 - no disk is needed
            tracemalloc.start()
            press.bind(kept, [one] * count, nowhere, at=AT)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 8_000_000 < count * len(written.getvalue()) / 10


@pytest.mark.parametrize(
    "name",
    ["", "\r\n) Tj ET", "\u202egpj.exe", "東京 😀.jpg", "a" * 5000, '"><script>.jpg'],
)
def test_no_name_of_a_photo_breaks_the_file(
    photos: PhotoService, printing: Printing, name: str
) -> None:
    photos.picks = snapshots(2)
    photos.picks[0].filename = name or " "
    [side] = printing(product="contact-sheet", copies="1")
    assert len(side.pictures) == 2
    for text in side.texts:
        assert text.left >= 3
        assert text.left + text.width <= 197
    assert ticket()["items"][0]["kind"] == "sheet"


def test_each_print_is_shown_as_it_is_when_it_is_cut(
    alice: Browser, printing: Printing
) -> None:
    printing()
    kept = Order.objects.get()
    page = alice.get(f"/orders/{kept.number}/").content.decode()
    for placed in placements(kept):
        picture = f"/orders/{kept.number}/prints/{placed.pk}.jpg"
        assert f'href="{picture}"' in page
        answer = alice.get(picture)
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert max(shown.size) == 900
            wide = placed.paper.width > placed.paper.height
            assert shown.size == ((900, 600) if wide else (600, 900))
    assert Placement.objects.exclude(print_file="").count() == 2


def test_the_file_names_its_maker_and_its_order(printing: Printing) -> None:
    printing()
    kept = Order.objects.get()
    with pikepdf.open(io.BytesIO(kept_file(kept.print_file))) as pdf:
        assert str(pdf.docinfo["/Title"]) == f"Order {kept.number}"
        assert str(pdf.docinfo["/Producer"]) == "Print Shop"


def test_a_book_is_called_as_its_customer_says(
    alice: Browser, photos: PhotoService, printing: Printing
) -> None:
    photos.picks = snapshots(12)
    title = "A summer in Provence, with everybody"
    named = printing(product="photo-book", copies="1", title=title)[0]
    kept = Order.objects.get()
    assert kept.items.get().title == title
    assert title in alice.get(f"/orders/{kept.number}/").content.decode()
    kept.items.update(title="")
    file = io.BytesIO()
    press.bind(kept, placements(kept), file, at=AT)
    plain = sides(file.getvalue())[0]
    assert named.texts[0].width > plain.texts[0].width > 0
