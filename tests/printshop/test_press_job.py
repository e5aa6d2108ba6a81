"""What is made of many photos, and the ticket that says what to do with the file."""

import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from press_file import Printing, kept_file, sides
from provider import Photo, PhotoService, photo
from visitors import Browser

from printshop import press
from printshop.fulfilment import placements
from printshop.models import Order

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def ticket() -> Any:
    """The job ticket of the only order."""
    return json.loads(kept_file(Order.objects.get().job_ticket))


def snapshots(count: int, size: tuple[int, int] = (600, 400)) -> list[Photo]:
    """So many photos, every third one upright."""
    turned = size[::-1]
    shapes = [turned if n % 3 == 2 else size for n in range(count)]
    return [photo(f"p{n:02}", shape) for n, shape in enumerate(shapes)]


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
