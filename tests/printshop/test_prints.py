"""The print file: pages, boxes in millimetres, pixels, colours; the same each time."""

import io
import time
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from django.core.management import call_command
from PIL import Image, ImageCms
from provider import PhotoService, photo
from visitors import Browser, order, pay, work

from printshop import prints, storage
from printshop.crops import Crop, centre_crop
from printshop.models import Order, Original, Placement, Stage
from printshop.prints import SRGB, Sheet
from printshop.products import (
    PRODUCTS,
    Product,
    Resolution,
    Size,
    euros,
    pixels,
    ppi,
    resolution,
)

POINTS_PER_MM = 72 / 25.4
RED, BLUE = (200, 40, 40), (40, 60, 200)


@pytest.fixture
def printed(alice: Browser, photos: PhotoService) -> Order:
    """An order that has been through the worker: two photos, two copies each."""
    alice.connect()
    pay(alice, order(alice, photos))
    work()
    return Order.objects.get()


def test_the_customer_gets_the_very_file(alice: Browser, printed: Order) -> None:
    answer = alice.get(f"/orders/{printed.number}/prints.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert f'"{printed.number}.pdf"' in answer["Content-Disposition"]
    content = answer.getvalue()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 4
        for page, (width, height) in zip(
            pdf.pages, [(150, 100), (150, 100), (100, 150), (100, 150)], strict=True
        ):
            for box in (page.mediabox, page.trimbox):
                left, bottom, right, top = (float(edge) for edge in box)
                assert (left, bottom) == (0, 0)
                assert right / POINTS_PER_MM == pytest.approx(width, abs=0.01)
                assert top / POINTS_PER_MM == pytest.approx(height, abs=0.01)
            [image] = page.Resources.XObject.values()
            assert str(image.Filter) == "/DCTDecode"
            size = (int(image.Width), int(image.Height))
            assert size == (pixels(width), pixels(height))
            assert image.ColorSpace[0] == "/ICCBased"
            assert bytes(image.ColorSpace[1].read_bytes()) == SRGB


def test_jpegs_are_embedded_as_they_are(printed: Order) -> None:
    placement = printed.items.all()[0].placements.get()
    with pikepdf.open(io.BytesIO(storage.read(printed.print_file))) as pdf:
        [image] = pdf.pages[0].Resources.XObject.values()
        assert image.read_raw_bytes() == storage.read(placement.print_file)
        assert len(list(pdf.objects)) < 30  # a photo is in the file once


def test_a_photo_is_printed_as_it_is_held(printed: Order) -> None:
    for placement in Placement.objects.select_related("original"):
        with Image.open(io.BytesIO(storage.read(placement.print_file))) as image:
            lies = placement.original.filename == "sea.jpg"
            assert (image.width > image.height) == lies
            assert image.info["dpi"] == (300, 300)
            assert image.info["icc_profile"] == SRGB
            assert not image.getexif()
            for y, colour in ((20, RED), (image.height - 20, BLUE)):
                found = image.getpixel((image.width // 2, y))
                assert found == pytest.approx(colour, abs=12)


def test_each_stage_has_its_time(alice: Browser, printed: Order) -> None:
    times = {stage.stage: stage.at for stage in printed.stages.all()}
    assert list(times) == ["received", "fetched", "rendered", "printing"]
    assert sorted(times.values()) == list(times.values())
    assert printed.stage == Stage.PRINTING
    page = alice.get(f"/orders/{printed.number}/").content.decode()
    assert page.count("<time") == 4
    picture = Placement.objects.values_list("pk", flat=True)[0]
    small = alice.get(f"/orders/{printed.number}/prints/{picture}.jpg").content
    with Image.open(io.BytesIO(small)) as image:
        assert max(image.size) <= 900


def test_the_same_order_gives_the_same_bytes() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def once() -> bytes:
        source = photo("one").content
        paper = Size(150, 100)
        jpeg = prints.render(source, Crop(0, 50, 1200, 800), paper)
        return prints.bind([Sheet(jpeg, paper, 3)], title="Order", at=at)

    first = once()
    time.sleep(1.1)  # no clock is in it
    assert once() == first


def test_colours_of_another_profile_are_converted() -> None:
    """A photo in LAB-like wide gamut would print pale if its profile were dropped."""
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    to_lab = ImageCms.buildTransform(srgb, lab, "RGB", "LAB")
    image = Image.new("RGB", (300, 200), RED)
    assert ImageCms.applyTransform(image, to_lab)
    gamma = ImageCms.ImageCmsProfile(srgb).tobytes()
    written = io.BytesIO()
    image.save(written, "JPEG", quality=95, icc_profile=gamma)
    jpeg = prints.render(written.getvalue(), Crop(0, 0, 300, 200), Size(150, 100))
    with Image.open(io.BytesIO(jpeg)) as shown:
        assert shown.getpixel((9, 9)) == pytest.approx(RED, abs=6)


@pytest.mark.parametrize("profile", [b"", b"rubbish", b"\x00" * 200])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_broken_profile_prints_all_the_same(mode: str, profile: bytes) -> None:
    written = io.BytesIO()
    Image.new(mode, (300, 200)).save(written, "JPEG", icc_profile=profile)
    jpeg = prints.render(written.getvalue(), Crop(0, 0, 300, 200), Size(150, 100))
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white_paper(mode: str) -> None:
    written = io.BytesIO()
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0)).convert(mode)
    clear.save(written, "PNG", **({"transparency": 0} if mode == "P" else {}))
    jpeg = prints.render(written.getvalue(), Crop(0, 0, 300, 200), Size(150, 100))
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
@pytest.mark.parametrize(
    "size", [(4000, 3000), (3000, 4000), (3000, 3000), (1, 1), (1, 5000), (6000, 10)]
)
def test_a_crop_has_the_papers_shape_and_stays_in_the_photo(
    product: Product, size: tuple[int, int]
) -> None:
    held = Size(*size)
    paper = product.lying_like(held)
    crop = centre_crop(held, paper)
    assert crop.left >= 0
    assert crop.top >= 0
    assert 1 <= crop.left + crop.width <= held.width
    assert 1 <= crop.top + crop.height <= held.height
    assert crop.width == held.width or crop.height == held.height
    if min(size) > 1000:
        shape = crop.width / crop.height
        assert shape == pytest.approx(paper.width / paper.height, abs=0.002)


@pytest.mark.parametrize(
    ("width", "advice"),
    [(1200, "good"), (1182, "good"), (1180, "fair"), (592, "fair"), (590, "poor")],
)
def test_resolution_is_told_by_the_pixels_of_the_crop(width: int, advice: str) -> None:
    crop, paper = Size(width, width), Size(150, 100)
    assert resolution(crop, paper) == Resolution(advice)
    assert ppi(crop, paper) == int(width / (150 / 25.4))


@pytest.mark.parametrize(
    ("cents", "text"), [(5, "€0.05"), (35, "€0.35"), (1200, "€12.00")]
)
def test_money_reads_well(cents: int, text: str) -> None:
    assert euros(cents) == text


def test_a_lost_copy_is_a_problem_that_a_person_can_solve(
    alice: Browser, photos: PhotoService, media: object
) -> None:
    alice.connect()
    number = order(alice, photos)
    pay(alice, number)
    original = Original.objects.all()[0]
    kept = original.file
    Original.objects.filter(pk=original.pk).update(file="originals/gone")
    work()
    page = alice.get(f"/orders/{number}/").content.decode()
    assert "We have lost our copy of" in page
    assert "not charged again" in page
    Original.objects.filter(pk=original.pk).update(file=kept)
    call_command("press", number, "resume")
    work()
    assert Order.objects.get().stage == Stage.PRINTING


def test_a_damaged_copy_is_not_printed(
    alice: Browser, photos: PhotoService, media: Path
) -> None:
    alice.connect()
    number = order(alice, photos)
    original = Original.objects.all()[0]
    (media / original.file).write_bytes(photo("another").content + b" ")
    pay(alice, number)
    work()
    assert "is damaged" in alice.get(f"/orders/{number}/").content.decode()
    assert not Order.objects.get().print_file


def test_a_step_that_keeps_failing_stops_with_a_word(
    alice: Browser, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no ink")

    alice.connect()
    number = order(alice, photos)
    pay(alice, number)
    with monkeypatch.context() as patch:
        patch.setattr("printshop.prints.render", fail)
        for _ in range(8):
            Order.objects.update(retry_at="2020-01-01T00:00Z")
            work()
    assert Order.objects.get().stage == Stage.PROBLEM
    assert "Our lab" in alice.get(f"/orders/{number}/").content.decode()
