"""The print file of an order: pages, boxes in millimetres, pixels, colours, ticket."""

import io
import json
import tempfile
import time
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
import time_machine
from PIL import Image
from press_file import Printing, kept_file
from provider import PhotoService, photo
from visitors import Browser

from printshop import press, storage
from printshop.fulfilment import placements
from printshop.models import Order, Placement
from printshop.press.colours import SRGB

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
RED, BLUE = (200, 40, 40), (40, 60, 200)


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


def test_ink_goes_three_millimetres_beyond_the_trim(
    photos: PhotoService, printing: Printing
) -> None:
    photos.picks = [photo("one", (1033, 777))]  # 3 mm are no whole number of pixels
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
        time.sleep(1)  # the library would read the real clock, to the second
    assert files[0] == files[1]


def test_many_prints_need_no_more_memory_than_ten(printing: Printing) -> None:
    """The pictures of all prints together are never in memory."""
    printing()
    kept = Order.objects.get()
    one = placements(kept)[0]
    noise = Image.effect_noise((1248, 848), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, "JPEG", quality=95)
    one.print_file = storage.keep("prints", ".jpg", written)
    peaks = []
    for count in (10, 150):
        many = [copy(one) for _ in range(count)]
        for another in many:
            another.pk = uuid4()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        with tempfile.TemporaryFile() as file:
            press.bind(kept, many, file, at=AT)
            size = file.seek(0, 2)
        status = Path("/proc/self/status").read_text()
        peaks.append(1024 * int(status.partition("VmHWM:")[2].split()[0]))
    assert peaks[1] < peaks[0] + 16_000_000 < peaks[0] + size / 6


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


def test_a_print_of_another_size_is_never_bound_nor_shown(
    alice: Browser, printing: Printing
) -> None:
    printing()
    kept = Order.objects.get()
    placed = list(placements(kept))
    trimmed = io.BytesIO()  # to the edge of the paper: no bleed around it
    Image.new("RGB", (900, 600)).save(trimmed, "JPEG")
    placed[0].print_file = storage.keep("prints", ".jpg", trimmed)
    placed[0].save()
    with pytest.raises(press.Unprintable):
        press.bind(kept, placed, io.BytesIO(), at=AT)
    picture = f"/orders/{kept.number}/prints/{placed[0].pk}.jpg"
    assert alice.get(picture).status_code == 404


def test_the_file_names_its_maker_and_its_order(printing: Printing) -> None:
    printing()
    kept = Order.objects.get()
    with pikepdf.open(io.BytesIO(kept_file(kept.print_file))) as pdf:
        assert str(pdf.docinfo["/Title"]) == f"Order {kept.number}"
        assert str(pdf.docinfo["/Producer"]) == "Print Shop"
