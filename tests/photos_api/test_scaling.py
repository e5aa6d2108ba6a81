"""Scaling: out of every format, decoded once, no larger than needed, within bounds."""

import io
import math
import threading
from pathlib import Path
from typing import Any

import pytest
import strangers
from django.test import Client
from photo_cast import AUDIENCE, Library, jpeg, refused
from PIL import (
    Image,
    ImageChops,
    ImageCms,
    ImageDraw,
    ImageFile,
    ImageOps,
    ImageStat,
)

from photos_api import renditions, scaling, storage
from photos_api.base_urls import BaseURL, Wish
from photos_api.models import Photo
from photos_api.models import Rendition as Row
from photos_api.problems import Unavailable
from photos_api.renditions import LADDER, Rendition
from photos_api.scaling import Box, Memory

pytestmark = pytest.mark.django_db


def get(photo: Photo, wish: str, **headers: str) -> Any:
    """What is behind the Library's base URL of a photo."""
    url = str(BaseURL("library", photo.pk, "printshop")).removeprefix(AUDIENCE)
    return Client().get(f"{url}={wish}", headers=headers)


def picture(response: Any) -> Image.Image:
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(response.content))


def detailed(size: tuple[int, int]) -> Image.Image:
    """Waves, edges and lettering, all over."""
    waves = Image.linear_gradient("L").resize(size)
    other = Image.radial_gradient("L").resize(size)
    shown = Image.merge("RGB", (waves, other, ImageOps.mirror(waves)))
    pen = ImageDraw.Draw(shown)
    for step in range(0, size[0], max(12, size[0] // 50)):
        pen.line(
            (step, 0, size[0] - step, size[1]), fill=(step % 256, 90, 160), width=5
        )
        pen.text((step, step % size[1]), "Photos", fill="white", font_size=60)
    return shown


def saved(shown: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    shown.save(file, kind, **options)
    return file.getvalue()


def psnr(one: Image.Image, other: Image.Image) -> float:
    """Decibels."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    mean = sum(ImageStat.Stat(difference).sum2) / (3 * one.width * one.height)
    return 10 * math.log10(255**2 / mean) if mean else math.inf


# What they are made of


@pytest.mark.parametrize("kind", [*strangers.TYPES])
def test_every_format_is_shown_upright(library: Library, kind: str) -> None:
    photo = library.photo(by="printshop", content=strangers.photo(kind))
    assert photo.original.mime_type == strangers.TYPES[kind]
    width, height = photo.original.width, photo.original.height
    shown = picture(get(photo, "w48-h48"))
    part = 48 / max(width, height)
    assert shown.size == (round(width * part), round(height * part))
    assert not shown.getexif()


def test_where_one_can_see_through_there_is_white(library: Library) -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 20, 40))
    palette = clear.convert("P")
    palette.info["transparency"] = palette.getpixel((30, 20))
    for content in (saved(clear, "PNG"), saved(palette, "GIF"), saved(clear, "WEBP")):
        shown = picture(get(library.photo(content=content), "w40"))
        blue, white = (shown.getpixel((x, 20)) for x in (5, 35))
        assert isinstance(blue, tuple)
        assert isinstance(white, tuple)
        assert min(white) > 240
        assert blue[2] > 200
        assert blue[0] < 60


def test_sixteen_bits_of_grey_stay_grey(library: Library) -> None:
    deep = Image.new("I;16", (40, 40), 0x8000)
    for kind in ("PNG", "TIFF"):
        shown = picture(get(library.photo(content=saved(deep, kind)), "w40"))
        grey = shown.convert("L").getpixel((20, 20))
        assert isinstance(grey, int)
        assert abs(grey - 128) < 3


def test_a_picture_for_a_press_keeps_its_colours_and_not_its_profile(
    library: Library,
) -> None:
    inks = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    shown = picture(get(library.photo(content=saved(inks)), "w40"))
    red = shown.getpixel((20, 20))
    assert isinstance(red, tuple)
    assert red[0] > 200
    assert red[1] < 60


def test_a_profile_of_other_colours_is_left_out(library: Library) -> None:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile, kept in (
        (made, True),
        (made[:16] + b"CMYK" + made[20:], False),
        (made + bytes(1_100_000), False),
    ):
        content = saved(Image.new("RGB", (40, 40)), icc_profile=profile)
        shown = picture(get(library.photo(content=content), "w20"))
        assert ("icc_profile" in shown.info) is kept


@pytest.mark.parametrize("side", [256, 512])
def test_the_short_way_looks_like_the_long_way(library: Library, side: int) -> None:
    whole = detailed((4000, 3000))
    photo = library.photo(content=saved(whole, quality=90))
    name = storage.original_name(photo.original_id)
    with storage.open_stored(name) as file, Image.open(file) as full:
        fit = as_written(ImageOps.contain(full, (side, side), Image.Resampling.LANCZOS))
        square = as_written(ImageOps.fit(full, (side, side), Image.Resampling.LANCZOS))
    assert psnr(picture(get(photo, f"w{side}-h{side}")), fit) >= 35
    assert psnr(picture(get(photo, f"w{side}-h{side}-c")), square) >= 35


def as_written(shown: Image.Image) -> Image.Image:
    """As a JPEG of the quality of ours has it."""
    return Image.open(io.BytesIO(saved(shown, quality=scaling.QUALITY)))


def test_two_sizes_take_one_decoding_of_a_quarter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def counted(self: ImageFile.ImageFile) -> Any:
        if self.tile:
            decoded.append(self.size)
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counted)
    content = io.BytesIO(saved(Image.new("RGB", (4000, 3000))))
    made = scaling.scaled(content, [Box(256, 256, crop=True), Box(512, 384)])
    assert [Image.open(io.BytesIO(one)).size for one in made] == [
        (256, 256),
        (512, 384),
    ]
    assert decoded == [(1000, 750)]


def test_the_ladder_is_made_with_one_decoding(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    scaled = scaling.scaled

    def counted(file: Any, boxes: Any) -> list[bytes]:
        asked.append(len(boxes))
        return scaled(file, boxes)

    monkeypatch.setattr(renditions, "scaled", counted)
    photo = library.photo(content=jpeg(size=(2600, 1300)))
    renditions.make_ladder(photo.original)
    renditions.make_ladder(photo.original)
    assert asked == [len(LADDER)]
    assert not Row.objects.exists()


# What it may cost


def test_a_bomb_is_refused_and_not_unpacked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = library.photo(content=jpeg(size=(400, 300)))
    monkeypatch.setattr(scaling, "MOST_PIXELS", 1000)
    monkeypatch.setattr(scaling, "_made", lambda *_: pytest.fail("unpacked"))
    refused(get(photo, "w100"), 400, "INVALID_ARGUMENT")


def test_a_format_we_do_not_take_is_not_decoded(library: Library, media: Path) -> None:
    photo = library.photo()
    rare = saved(Image.new("RGB", (64, 48)), "PPM")
    next((media / "originals").rglob("*/*")).write_bytes(rare)
    refused(get(photo, "w20"), 400, "INVALID_ARGUMENT")


def test_memory_is_lent_to_so_many_and_a_giant_waits_until_it_is_alone() -> None:
    lent, busy = Memory(100), threading.Event()
    order: list[str] = []

    def giant() -> None:
        busy.set()
        with lent.borrowed(1_000_000):
            order.append("giant")

    with lent.borrowed(60), lent.borrowed(40):
        other = threading.Thread(target=giant)
        other.start()
        busy.wait(5)
        other.join(0.05)
        order.append("small ones")
    other.join(5)
    assert order == ["small ones", "giant"]
    with lent.borrowed(100):
        pass


def test_who_waits_for_memory_too_long_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Memory, "PATIENCE", 0.01)
    lent = Memory(100)
    with lent.borrowed(100), pytest.raises(Unavailable), lent.borrowed(1):
        pass


def test_the_box_that_is_filled_is_not_without_limit(library: Library) -> None:
    small, large = Wish(5000, 5000, crop=True), Wish(5001, 5000, crop=True)
    original = library.photo().original
    assert Rendition.wished(original, small).box == Box(5000, 5000, crop=True)
    refused(get(library.photo(), "w5001-h5000-c"), 400, "INVALID_ARGUMENT")
    assert large.crop
