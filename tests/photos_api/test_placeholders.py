"""What is shown while a picture loads: a thumbhash and a colour."""

import base64

import pytest
from photo_cast import App, Library, jpeg, told
from PIL import Image

from photos_api import placeholders, tasks
from photos_api.models import PickingSession


def pattern(size: tuple[int, int]) -> Image.Image:
    """As irregular as a photo."""
    shown = Image.new("RGB", size)
    for x in range(size[0]):
        for y in range(size[1]):
            red, green, blue = 3 * x * x + 5 * y, 7 * x + y * y, x * y + 9 * x
            shown.putpixel((x, y), (red % 256, green % 256, blue % 256))
    return shown


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((32, 24), "1ef8051d842043643684875689698797f858c7479f"),
        ((24, 32), "1ef8051d022033246568854987868998fe65c653fb"),
        ((32, 5), "1bf80d398e40667677878687f497f79578"),
        ((32, 32), "5ef8051f0210335325648647965995679797b77f847ef00a"),
    ],
)
def test_the_hash_is_the_one_that_the_authors_program_makes(
    size: tuple[int, int], expected: str
) -> None:
    shown = pattern(size)
    assert placeholders.encoded(*size, shown.tobytes()).hex() == expected


@pytest.mark.parametrize("colour", ["black", "white", "#7f7f7f", "#12ab9f"])
def test_a_picture_of_one_colour_has_no_waves(colour: str) -> None:
    shown = Image.new("RGB", (64, 48), colour)
    content = base64.b64decode(placeholders.thumbhash(shown))
    assert set(content[5:]) == {0}
    red, green, blue = shown.getpixel((0, 0))  # type: ignore[misc] # it has three
    assert placeholders.dominant_color(shown) == f"#{red:02x}{green:02x}{blue:02x}"


def test_the_dominant_colour_is_the_one_of_most_pixels() -> None:
    shown = Image.new("RGB", (90, 90), "#2040c0")
    shown.paste("#c02020", (0, 0, 90, 30))
    assert placeholders.dominant_color(shown) == "#2040c0"


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (3, 2)])
def test_the_smallest_and_the_narrowest_have_one_too(size: tuple[int, int]) -> None:
    shown = Image.new("RGB", size, "#204060")
    assert len(base64.b64decode(placeholders.thumbhash(shown))) >= 5
    assert placeholders.dominant_color(shown) == "#204060"


@pytest.mark.django_db
def test_apps_are_told_once_the_worker_has_seen_the_picture(
    shop: App, library: Library
) -> None:
    photo = library.photo(by="printshop", content=jpeg(size=(640, 480)))
    path = f"/library/v1/mediaItems/{photo.pk}"
    assert "thumbhash" not in told(shop.get(path))
    tasks.make_renditions.func(photo.original_id)
    item = told(shop.get(path))
    assert 20 <= len(base64.b64decode(item["thumbhash"])) <= 25
    assert item["dominantColor"] in {"#c02020", "#2020c0"}
    session = told(shop.post("/picker/v1/sessions", {}))["id"]
    assert PickingSession.objects.get(pk=session).choose([photo.pk])
    (picked,) = told(shop.get("/picker/v1/mediaItems", sessionId=session))["mediaItems"]
    assert picked["mediaFile"]["thumbhash"] == item["thumbhash"]
    assert picked["mediaFile"]["dominantColor"] == item["dominantColor"]
