"""A download does not say where a photo was taken, whatever its format."""

import io
import struct
from typing import Any

import pytest
from photo_cast import jpeg
from PIL import Image, TiffImagePlugin
from strangers import (
    PLACE,
    SAMPLE,
    SPOT,
    STILLS,
    TYPES,
    XMP,
    box,
    exif,
    mp4,
    photo,
    webm,
)

from photos_api import locations
from photos_api.formats import pillow
from photos_api.formats.boxes import Broken, Unclear
from photos_api.formats.kinds import of_type
from photos_api.removal import dashcams

assert pillow.FORMATS  # HEIC is registered


def plain(content: bytes, mime_type: str = "image/jpeg") -> bytes:
    """The file as somebody downloads it."""
    return b"".join(locations.without_location(io.BytesIO(content), mime_type))


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.tobytes()


@pytest.mark.parametrize("kind", STILLS)
def test_a_photo_of_any_format_loses_its_place_and_nothing_else(kind: str) -> None:
    content = photo(kind)
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.getexif().get_ifd(0x8825)
    assert b"GPSLatitude" in content
    cleaned = plain(content, TYPES[kind])
    with Image.open(io.BytesIO(cleaned)) as picture:
        told = picture.getexif()
        assert 0x8825 not in told
        assert told[0x10F] == "Alma"
        assert told.get_ifd(0x8769)[0x9003] == "2026:01:02 03:04:05"
        assert not picture.info.get("xmp", b"").strip()
    for word in (b"GPSLatitude", b"Zermatt", PLACE, bytes(reversed(PLACE))):
        assert word not in cleaned
    assert pixels(cleaned) == pixels(content)
    # A second time there is nothing left to do.
    assert plain(cleaned, TYPES[kind]) == cleaned
    if kind not in {"HEIF", "AVIF"}:  # XMP is overwritten there, however often
        assert not locations.edits(io.BytesIO(cleaned), of_type(TYPES[kind]))


@pytest.mark.parametrize(
    ("tag", "kind", "value"),
    [
        (33922, 12, (0.0, 0.0, 0.0, 8.5614, 46.5581, 0.0)),
        (34736, 12, (46.5581,)),
        (34737, 2, "Zermatt"),
        (42112, 2, "<GDALMetadata>Zermatt</GDALMetadata>"),
    ],
)
def test_a_picture_of_the_earth_does_not_say_of_what_part(
    tag: int, kind: int, value: object
) -> None:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory.tagtype[tag], directory[tag] = kind, value
    content = photo("TIFF", tiffinfo=directory)
    told = {struct.pack("<d", 46.5581), b"Zermatt"}
    assert any(one in content for one in told)
    cleaned = plain(content, "image/tiff")
    assert not any(one in cleaned for one in told)
    assert pixels(cleaned) == pixels(content)


@pytest.mark.parametrize("kind", [4, 13])
def test_directories_within_directories_lose_their_places_too(kind: int) -> None:
    """By numbers (LONG) or by offsets (IFD): libtiff writes the latter."""

    def directory(*entry: int) -> bytes:
        return struct.pack("<HHHIII", 1, *entry, 0)

    content = struct.pack("<2sHI", b"II", 42, 8) + directory(0x14A, kind, 2, 26)
    content += struct.pack("<2I", 34, 52) + directory(256, 3, 1, 8)
    content += directory(0x8825, 4, 1, 70) + directory(2, 5, 3, 88) + PLACE
    cleaned = plain(content, "image/tiff")
    assert len(cleaned) == len(content)
    assert PLACE not in cleaned


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_formats_without_a_place_stay_as_they_were(kind: str) -> None:
    content = photo(kind)
    assert plain(content, TYPES[kind]) == content


def test_a_moving_avif_keeps_moving() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "lime", "blue")]
    file = io.BytesIO()
    frames[0].save(
        file, "AVIF", save_all=True, append_images=frames[1:], exif=exif(1), xmp=XMP
    )
    cleaned = plain(file.getvalue(), "image/avif")
    assert PLACE not in cleaned
    assert b"GPSLatitude" not in cleaned
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert getattr(picture, "n_frames", 0) == 3
        picture.seek(2)
        red, _, blue = picture.getpixel((3, 3))  # type: ignore[misc] # of RGB
        assert blue > 200 > red


def test_an_animation_keeps_moving_without_its_xmp() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], loop=0)
    content = file.getvalue()
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    told = content[:-1] + b"!\xff\x0bXMP DataXMP" + XMP + magic + b";PK\3\4"
    cleaned = plain(told, "image/gif")
    assert cleaned == content
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert getattr(picture, "n_frames", 0) == 3


@pytest.mark.parametrize("brand", [b"isom", b"qt  "])
def test_a_film_forgets_where_it_was_and_keeps_every_frame(brand: bytes) -> None:
    content = mp4(brand=brand)
    cleaned = plain(content, "video/mp4")
    assert len(cleaned) == len(content)
    assert b"46.5581" in content
    assert b"46.5581" not in cleaned
    assert cleaned.index(SAMPLE) == content.index(SAMPLE)


@pytest.mark.parametrize("handler", [b"text", b"sbtl", b"subt", b"tmcd"])
def test_what_a_drone_says_in_subtitles_is_left_out(handler: bytes) -> None:
    content = mp4().replace(b"meta" + bytes(13), handler + bytes(13))
    assert SPOT in content
    cleaned = plain(content, "video/mp4")
    assert SPOT not in cleaned
    assert cleaned.index(SAMPLE) == content.index(SAMPLE)


@pytest.mark.parametrize(
    "content",
    [
        mp4(more=box(b"gps ", SPOT)),
        mp4(more=box(b"GPMF", SPOT)),
        mp4() + box(b"free", SPOT),
        mp4() + box(b"skip", SPOT),
        mp4() + box(b"wide", SPOT),
        mp4() + box(b"gps0", SPOT),
        mp4() + box(b"moof", box(b"uuid", SPOT)),
        mp4() + box(b"moof", box(b"mfhd"), box(b"traf", box(b"udta", SPOT))),
    ],
)
def test_boxes_of_cameras_are_emptied(content: bytes) -> None:
    cleaned = plain(content, "video/mp4")
    assert content.count(SPOT) == 3
    assert SPOT not in cleaned
    assert cleaned.index(SAMPLE) == content.index(SAMPLE)


@pytest.mark.parametrize(
    "length", [b"\0\0\1\0", b"\0\2\0\0", b"\xff\xff\xff\xff", b"\0\0\0\0"]
)
@pytest.mark.parametrize("before", [0, 7, dashcams.READ - 9, dashcams.READ + 1])
def test_a_dashboard_camera_forgets_where_it_was(length: bytes, before: int) -> None:
    size = 512 if length == b"\0\2\0\0" else 256
    block = (length + b"freeGPS " + bytes(36) + SPOT).ljust(size, b"\0")
    pictures = b"a" * before, b"b" * dashcams.USUAL, b"c" * 99
    content = mp4() + box(b"mdat", pictures[0], block, pictures[1], block, pictures[2])
    cleaned = plain(content, "video/mp4")
    assert content.count(SPOT) == 4
    assert SPOT not in cleaned
    assert b"freeGPS" not in cleaned
    assert len(cleaned) == len(content)
    assert pictures[0] in cleaned
    assert cleaned.index(SAMPLE) == content.index(SAMPLE)
    if length[0] != 0xFF and any(length):  # it says where it ends
        assert pictures[1] in cleaned
        assert pictures[2] in cleaned


def test_a_film_of_nothing_but_places_is_refused() -> None:
    many = (b"\0\0\0\x0cfreeGPS ") * (dashcams.MOST_BLOCKS + 1)
    with pytest.raises(Broken):
        plain(mp4() + box(b"mdat", many), "video/mp4")


def test_a_film_in_parts_that_may_go_on_saying_where_is_refused() -> None:
    content = mp4(more=box(b"mvex", box(b"trex", bytes(24))))
    with pytest.raises(Unclear, match="where it was taken"):
        plain(content, "video/mp4")
    seen_only = content.replace(b"meta" + bytes(13), b"soun" + bytes(13))
    assert SAMPLE in plain(seen_only, "video/mp4")


@pytest.mark.parametrize("still", ["HEIF", "AVIF"])
@pytest.mark.parametrize("version", [b"\0", b"\1"])
def test_items_without_a_kind_are_refused(still: str, version: bytes) -> None:
    content = photo(still)
    before, entry, after = content.rpartition(b"infe")
    with pytest.raises(Unclear):
        plain(before + entry + version + after[1:], TYPES[still])


@pytest.mark.parametrize("kind", [b"mpvd", b"sefd", b"free", b"udta"])
@pytest.mark.parametrize("still", ["HEIF", "AVIF"])
def test_boxes_of_phones_are_emptied_too(still: str, kind: bytes) -> None:
    content = photo(still) + box(kind, SPOT)
    cleaned = plain(content, TYPES[still])
    assert SPOT not in cleaned
    assert len(cleaned) == len(content)
    assert pixels(cleaned) == pixels(content)


def test_a_webm_forgets_its_tags() -> None:
    content = webm()
    cleaned = plain(content, "video/webm")
    assert len(cleaned) == len(content)
    assert b"46.5581" in content
    assert b"46.5581" not in cleaned
    assert cleaned.index(SAMPLE) == content.index(SAMPLE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_hides_behind_a_picture_is_cut_off(kind: str) -> None:
    content = photo(kind)
    for hidden in (b"<script>alert(1)</script>", b"PK\3\4" + b"x" * 99, mp4()):
        cleaned = plain(content + hidden, TYPES[kind])
        assert cleaned == plain(content, TYPES[kind])


def with_segment(content: bytes, marker: int, payload: bytes) -> bytes:
    length = (len(payload) + 2).to_bytes(2)
    return content[:2] + bytes([0xFF, marker]) + length + payload + content[2:]


@pytest.mark.parametrize(
    ("marker", "payload"),
    [
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        (0xED, b"Photoshop 3.0\0Zermatt"),
        (0xE2, b"MPF\0Zermatt"),
        (0xEB, b"JP jumb Zermatt"),
        (0xE7, b"Zermatt"),
        (0xE1, b"Exif\0\0XXZermatt"),
        (0xE1, b"Exif\0\0II*\0\xff\xff\xff\xffZermatt"),
        (0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xffZermatt"),
    ],
)
def test_a_place_in_other_words_is_left_out_too(marker: int, payload: bytes) -> None:
    content = jpeg(gps=True)
    cleaned = plain(with_segment(content, marker, payload))
    assert cleaned == plain(content)


def test_the_compressed_picture_is_the_same_byte_for_byte() -> None:
    content = jpeg(gps=True)
    cleaned = plain(content)
    assert cleaned.endswith(content[content.index(b"\xff\xda") :])
    assert len(cleaned) == len(content)


def test_a_progressive_photo_is_read_to_its_true_end() -> None:
    content = photo("JPEG", (640, 480), progressive=True)
    assert content.count(b"\xff\xda") > 3
    assert pixels(plain(content + b"hidden")) == pixels(content)
    assert not plain(content + b"hidden").endswith(b"hidden")


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_read(order: str) -> None:
    exif: Any = Image.Exif()
    exif.endian = order
    exif[0x10F] = "Alma"
    exif.get_ifd(0x8825).update({1: "N", 2: (46.0, 33.0, 29.16)})
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG", exif=exif.tobytes())
    with Image.open(io.BytesIO(plain(file.getvalue()))) as picture:
        assert picture.getexif()[0x10F] == "Alma"
        assert 0x8825 not in picture.getexif()


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        *((photo(kind), TYPES[kind]) for kind in STILLS),
        (photo("GIF"), "image/gif"),
        (mp4(), "video/mp4"),
        (webm(), "video/webm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_cut_and_no_bit_leads_to_anything_but_an_answer(
    content: bytes, mime_type: str
) -> None:
    """Cut anywhere, or with a byte changed: a file, or a refusal, and nothing else."""
    step = max(1, len(content) // 150)
    for at in range(0, len(content), step):
        flipped = bytes([content[at] ^ 0xFF])
        for broken in (content[:at], content[:at] + flipped + content[at + 1 :]):
            try:
                cleaned = plain(broken, mime_type)
            except (Broken, Unclear):
                continue
            assert len(cleaned) <= len(broken)
