"""What is on the screen is what is in the file, within a pixel, however it was held."""

import io
from dataclasses import dataclass

import pytest
from PIL import Image, ImageOps

from printshop import press
from printshop.crops import Crop, centre_crop
from printshop.press import Cut, originals
from printshop.press.layout import lie
from printshop.products import PRODUCTS, Product, Size, Sizing

INSIDE, OUTSIDE = (230, 30, 30), (30, 30, 230)
PAPERS = [Size(150, 100), Size(200, 200), Size(500, 700), Size(20, 30)]


@dataclass(frozen=True)
class Frame:
    """A photo in which the crop is drawn, red on blue."""

    file: io.BytesIO
    crop: Crop
    size: Size


def framed(
    size: Size, crop: Crop, kind: str, *, orientation: int = 1, rotation: int = 0
) -> Frame:
    """As a camera held so would store it, when it is then turned so on the screen."""
    seen = Image.new("RGB", (size.width, size.height), OUTSIDE)
    seen.paste(INSIDE, crop.box)
    upright = seen.rotate(rotation, expand=True)  # Pillow turns to the left
    exif = Image.Exif()
    exif[originals.ORIENTATION] = orientation
    for stored in map(upright.transpose, Image.Transpose):
        stored.getexif()[originals.ORIENTATION] = orientation
        if ImageOps.exif_transpose(stored).tobytes() == upright.tobytes():
            break
    else:
        assert orientation == 1
        stored = upright
    file = io.BytesIO()
    stored.save(file, kind, exif=exif, **({"quality": 98} if kind == "JPEG" else {}))
    return Frame(file, crop, size)


def is_inside(colour: object) -> bool:
    """Red rather than blue."""
    assert isinstance(colour, tuple)
    return bool(colour[0] - colour[2] > 100)


def assert_trim_is_the_crop(jpeg: bytes, cut: Cut) -> None:
    """Red within the trim and blue beyond, give or take one pixel."""
    lying = lie(cut)
    with Image.open(io.BytesIO(jpeg)) as image:
        left, top = lying.beyond.width, lying.beyond.height
        right, bottom = left + lying.inside.width - 1, top + lying.inside.height - 1
        assert image.size == (right + 1 + left, bottom + 1 + top)
        x, y = image.width // 2, image.height // 2
        for near, far in (
            ((left + 1, y), (left - 2, y)),
            ((right - 1, y), (right + 2, y)),
            ((x, top + 1), (x, top - 2)),
            ((x, bottom - 1), (x, bottom + 2)),
        ):
            assert is_inside(image.getpixel(near)), near
            assert not is_inside(image.getpixel(far)), far


@pytest.mark.parametrize(
    ("kind", "rotation"),
    [
        *(("PNG", rotation) for rotation in (0, 90, 180, 270)),
        *((kind, 0) for kind in ("JPEG", "TIFF", "WEBP", "AVIF")),
        *((kind, 90) for kind in ("JPEG", "TIFF")),
    ],
)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_crop_in_the_file_is_the_crop_on_the_screen(
    orientation: int, kind: str, rotation: int
) -> None:
    photo, paper = Size(350, 250), Size(150, 100)
    crop = Crop(61, 43, 192, 128)
    frame = framed(photo, crop, kind, orientation=orientation, rotation=rotation)
    assert press.measure(frame.file) == (photo.turned() if rotation % 180 else photo)
    cut = Cut(crop, paper, rotation)
    assert_trim_is_the_crop(press.render(frame.file, cut), cut)
    with Image.open(io.BytesIO(press.preview(frame.file, cut))) as shown:
        edges = (2, shown.width - 3), (2, shown.height - 3)
        for x in edges[0]:
            for y in edges[1]:
                assert is_inside(shown.getpixel((x, y)))


@pytest.mark.parametrize("paper", PAPERS, ids=str)
@pytest.mark.parametrize("width", [400, 751, 1499])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_so_it_is_however_much_is_scaled(paper: Size, width: int, kind: str) -> None:
    """JPEGs of many pixels are decoded at a half or a quarter."""
    photo = Size(1800, 1800)
    height = round(width * paper.height / paper.width)
    if height > 1500:
        width, height = round(1500 * paper.width / paper.height), 1500
    cut = Cut(Crop(151, 103, width, height), paper)
    frame = framed(photo, cut.crop, kind)
    assert_trim_is_the_crop(press.render(frame.file, cut), cut)


@pytest.mark.parametrize(
    "product", [one for one in PRODUCTS.values() if one.is_single], ids=lambda p: p.code
)
def test_a_print_without_scaling_has_the_very_pixels(product: Product) -> None:
    noise = Image.effect_noise((330, 220), 80).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG")
    paper = product.lying_like(Size(*noise.size))
    cut = Cut(centre_crop(Size(*noise.size), paper), paper)
    with originals.opened(file) as photo:
        taken = photo.take(cut.crop.box, cut.crop.size)
    assert taken.tobytes() == noise.crop(cut.crop.box).tobytes()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_beyond_the_photo_its_edge_is_mirrored(rotation: int) -> None:
    noise = Image.effect_noise((330, 220), 80).resize((660, 440)).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG")
    seen = Size(440, 660) if rotation % 180 else Size(660, 440)
    cut = Cut(Crop(0, 0, seen.width, seen.height), seen_paper(seen), rotation)
    lying = lie(cut)
    with Image.open(io.BytesIO(press.render(file, cut))) as image:
        for k in range(lying.beyond.width):
            mirror = 2 * lying.beyond.width - 1 - k
            assert_alike(image, (k, 100), (mirror, 100))
            assert_alike(image, (image.width - 1 - k, 9), (image.width - 1 - mirror, 9))
        for k in range(lying.beyond.height):
            mirror = 2 * lying.beyond.height - 1 - k
            assert_alike(image, (100, k), (100, mirror))


def seen_paper(seen: Size) -> Size:
    """10 × 15, lying like the photo."""
    return PRODUCTS["10x15"].lying_like(seen)


def assert_alike(
    image: Image.Image, one: tuple[int, int], two: tuple[int, int]
) -> None:
    """The same but for what JPEG does."""
    assert image.getpixel(one) == pytest.approx(image.getpixel(two), abs=40)


@pytest.mark.parametrize("paper", PAPERS, ids=str)
@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (7, 5), (90, 60)])
@pytest.mark.parametrize("sizing", Sizing)
def test_the_tiniest_photo_is_printed_too(
    paper: Size, size: tuple[int, int], sizing: Sizing
) -> None:
    file = io.BytesIO()
    Image.new("RGB", size, INSIDE).save(file, "PNG")
    photo = Size(*size)
    whole = Crop(0, 0, photo.width, photo.height)
    crop = centre_crop(photo, paper) if sizing == Sizing.FILL else whole
    cut = Cut(crop, paper, sizing=sizing)
    with Image.open(io.BytesIO(press.render(file, cut))) as image:
        assert is_inside(image.getpixel((image.width // 2, image.height // 2)))
    assert press.preview(file, cut)


def test_a_fitted_photo_is_shown_with_its_border() -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 400), INSIDE).save(file, "PNG")
    cut = Cut(Crop(0, 0, 400, 400), Size(100, 150), sizing=Sizing.FIT)
    printed = io.BytesIO(press.render(file, cut))
    for shown in (press.preview(file, cut), press.finished(printed, cut)):
        with Image.open(io.BytesIO(shown)) as image:
            assert image.size == (600, 900)
            red = [x for x in range(600) if is_inside(image.getpixel((x, 450)))]
            assert (red[0], red[-1]) == pytest.approx((30, 569), abs=3)
            assert image.getpixel((300, 100)) == (255, 255, 255)
