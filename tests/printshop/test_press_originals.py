"""Odd and hostile originals: each is printed as it looks, or refused with a word."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from provider import Photo, PhotoService, photo
from visitors import Browser, order, pay, work

from printshop import press
from printshop.crops import Crop
from printshop.models import Order, Original, Stage
from printshop.press import Cut
from printshop.press.colours import SRGB
from printshop.products import Size

RED, GREY = (200, 40, 40), (128, 128, 128)
CUT = Cut(Crop(0, 0, 300, 200), Size(150, 100))
Colour = tuple[int, int, int]


def stored(image: Image.Image, kind: str, **options: object) -> io.BytesIO:
    """A file with it."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file


def printed(file: io.BytesIO) -> Colour:
    """The colour in the middle of the print."""
    press.measure(file)
    with Image.open(io.BytesIO(press.render(file, CUT))) as image:
        assert image.mode == "RGB"
        assert image.info["icc_profile"] == SRGB
        colour = image.getpixel((image.width // 2, image.height // 2))
        assert isinstance(colour, tuple)
        return colour[0], colour[1], colour[2]


def plain(mode: str, colour: object = RED) -> Image.Image:
    """One colour all over."""
    if mode == "P":
        return plain("RGB", colour).quantize()
    return Image.new("RGB", (300, 200), colour).convert(mode)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", [b"", b"rubbish", b"\x00" * 200, SRGB[:400]])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_broken_profile_prints_all_the_same(mode: str, profile: bytes) -> None:
    file = stored(plain(mode, GREY), "JPEG", icc_profile=profile)
    assert printed(file) == pytest.approx(GREY, abs=4)


def test_colours_of_another_profile_are_converted() -> None:
    """Dropped, it would print in other colours than were seen."""
    swapped = bytearray(SRGB)
    red, blue = swapped.find(b"rXYZ"), swapped.find(b"bXYZ")
    swapped[red : red + 4], swapped[blue : blue + 4] = b"bXYZ", b"rXYZ"
    file = stored(plain("RGB"), "JPEG", quality=98, icc_profile=bytes(swapped))
    assert printed(file) == pytest.approx(RED[::-1], abs=6)


def sixteen_bits(grey: int) -> io.BytesIO:
    """A PNG of sixteen bits a channel."""
    rows = (b"\x00" + struct.pack(">H", grey) * 300) * 200
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    file.seek(0, 2)
    for name, content in (
        (b"IHDR", struct.pack(">IIBBBBB", 300, 200, 16, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ):
        file.write(struct.pack(">I", len(content)) + name + content)
        file.write(struct.pack(">I", zlib.crc32(name + content)))
    return file


@pytest.mark.parametrize("value", [0, 20_000, 40_000, 65_535])
def test_sixteen_bits_are_as_bright_as_eight(value: int) -> None:
    assert printed(sixteen_bits(value)) == pytest.approx([value / 257] * 3, abs=3)
    deep = Image.new("I;16", (300, 200), value)
    assert printed(stored(deep, "TIFF")) == pytest.approx([value / 257] * 3, abs=3)


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [
        ("RGBA", "PNG", {}),
        ("LA", "PNG", {}),
        ("P", "PNG", {"transparency": 0}),
        ("RGBA", "WEBP", {"lossless": True}),
        ("RGBA", "TIFF", {}),
        ("P", "GIF", {"transparency": 0}),
    ],
)
def test_transparency_becomes_white_paper(
    mode: str, kind: str, options: dict[str, object]
) -> None:
    clear = Image.new("RGBA", (300, 200), (0, 0, 0, 0)).convert(mode)
    assert printed(stored(clear, kind, **options)) == (255, 255, 255)


def test_half_transparent_edges_do_not_darken() -> None:
    """Scaled with their colour alone, what is clear would bleed black into them."""
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 151, 200))
    file = stored(image, "PNG")
    cut = Cut(Crop(0, 0, 300, 200), Size(15, 10))
    with Image.open(io.BytesIO(press.render(file, cut))) as shown:
        row = [shown.getpixel((x, shown.height // 2)) for x in range(shown.width)]
    assert min(colour[0] for colour in row if isinstance(colour, tuple)) > 180


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: stored(plain("1", (255, 255, 255)), "PNG"), (255, 255, 255)),
        (lambda: stored(plain("CMYK"), "JPEG", quality=95), RED),
        (lambda: stored(plain("CMYK"), "TIFF"), RED),
        (lambda: stored(plain("P"), "PNG"), RED),
        (lambda: stored(plain("RGB"), "TIFF", compression="tiff_lzw"), RED),
        (lambda: stored(plain("YCbCr"), "JPEG", quality=98), RED),
        (lambda: stored(plain("RGB"), "JPEG", quality=98, progressive=True), RED),
        (lambda: stored(plain("RGB"), "AVIF"), RED),
        (lambda: stored(plain("LAB"), "TIFF"), RED),
        (
            lambda: stored(
                plain("P"), "GIF", save_all=True, append_images=[plain("P", GREY)]
            ),
            RED,
        ),
        (
            lambda: stored(
                plain("RGB"), "WEBP", save_all=True, append_images=[plain("RGB", GREY)]
            ),
            RED,
        ),
    ],
)
def test_every_kind_of_picture_is_printed_as_it_looks(
    make: Callable[[], io.BytesIO], expected: Colour
) -> None:
    assert printed(make()) == pytest.approx(expected, abs=6)


WHOLE = photo("whole", (300, 200)).content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg/>",
        WHOLE[:20],
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:600] + b"\xff" * 600,
        sixteen_bits(9).getvalue()[:90],
        stored(plain("RGB"), "TIFF").getvalue()[:100],
        stored(plain("RGB"), "TIFF").getvalue()[:8] + b"\xff" * 400,
        stored(plain("P"), "GIF").getvalue()[:40],
        stored(plain("RGB"), "WEBP").getvalue()[:60],
        stored(plain("RGB"), "BMP").getvalue(),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
)
def test_what_is_no_whole_picture_is_refused_with_a_word(content: bytes) -> None:
    with pytest.raises(press.Unprintable, match="not a photo we can read"):
        press.measure(io.BytesIO(content))
    with pytest.raises(press.Unprintable):
        press.render(io.BytesIO(content), CUT)


def test_a_bomb_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("printshop.press.originals.MOST_PIXELS", 300 * 200 - 1)
    for make in (press.measure, lambda file: press.render(file, CUT)):
        with pytest.raises(press.Unprintable, match="more pixels"):
            make(stored(plain("RGB"), "PNG"))


def test_what_must_be_decoded_whole_may_have_fewer_pixels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("printshop.press.originals.MOST_DECODED", 300 * 200 - 1)
    assert printed(stored(plain("RGB"), "JPEG")) == pytest.approx(RED, abs=4)
    files = [stored(plain("RGB"), kind) for kind in ("PNG", "WEBP", "TIFF")]
    for file in (*files, stored(plain("RGB"), "JPEG", progressive=True)):
        with pytest.raises(press.Unprintable, match="not progressive"):
            press.measure(file)


@pytest.fixture
def paid(alice: Browser, photos: PhotoService) -> str:
    """An order of two photos, paid for; the first is damaged so that nobody sees it."""
    alice.connect()
    bad = bytearray(photo("sea").content)
    table = bad.index(b"\xff\xc4") + 5  # how many codes of each length: too many
    bad[table : table + 16] = b"\xff" * 16
    photos.picks = [Photo("sea", bytes(bad), 1200, 900, "sea.jpg"), photo("tower")]
    number = order(alice, photos)
    pay(alice, number)
    return number


def test_a_photo_that_fails_on_the_press_is_a_problem_with_its_name(
    alice: Browser, paid: str
) -> None:
    work()
    page = alice.get(f"/orders/{paid}/").content.decode()
    assert "We cannot print sea.jpg" in page
    kept = Order.objects.get()
    assert kept.stage == Stage.PROBLEM
    assert not kept.print_file
    assert Original.objects.count() == 2


def test_a_problem_with_a_long_file_name_is_told_all_the_same(
    alice: Browser, paid: str
) -> None:
    Original.objects.update(filename="n" * 251 + ".jpg")
    work()
    kept = Order.objects.get()
    assert kept.stage == Stage.PROBLEM
    assert kept.problem.startswith("We cannot print nnn")
    assert len(kept.problem) <= 300


def test_nothing_more_is_rendered_of_a_cancelled_order(
    alice: Browser, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = []

    def press_one(file: io.BytesIO, cut: Cut) -> bytes:
        rendered.append(cut)
        alice.post(f"/orders/{number}/cancel/")
        return WHOLE

    alice.connect()
    photos.picks = [photo(f"p{n}") for n in range(5)]
    number = order(alice, photos)
    pay(alice, number)
    with monkeypatch.context() as patch:
        patch.setattr("printshop.press.render", press_one)
        work()
    kept = Order.objects.get()
    assert kept.stage == Stage.CANCELLED
    assert len(rendered) == 1
    assert not kept.print_file
    assert not default_storage.exists("orders")
    assert default_storage.listdir("prints") == ([], [])
