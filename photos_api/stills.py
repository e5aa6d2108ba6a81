"""What stands for a video: its file is never decoded, so a strip of film is drawn."""

import io
import math

from PIL import Image, ImageDraw

from photos_api.scaling import Box

SIZE = (1280, 720)  # of a video that does not say its own
QUALITY = 85
FILM, HOLE, PAPER = "#17181c", "#33353d", "#f4f4f6"


def drawn(sha256: str, box: Box, *, sign: bool) -> bytes:
    """A JPEG of these pixels, each video in a colour of its own."""
    picture = Image.new("RGB", (box.width, box.height), FILM)
    pen = ImageDraw.Draw(picture)
    edge = max(1, min(box.width, box.height) // 8)
    frame = (0, edge, box.width, max(edge, box.height - edge) + 1)
    picture.paste(_sky(int(sha256[:4], 16) % 360, box.width, frame), (0, edge))
    for number in range(math.ceil(box.width / edge)):
        for top in (edge // 4, box.height - edge + edge // 4):
            left = number * edge + edge // 4
            corner = (left + edge // 2, top + edge // 2)
            pen.rectangle((left, top, *corner), fill=HOLE)
    if sign:
        _triangle(pen, box.width / 2, box.height / 2, 1.5 * edge)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _sky(hue: int, width: int, frame: tuple[int, int, int, int]) -> Image.Image:
    """From dark to light, as wide as the film and as high as its frame."""
    _, top, _, bottom = frame
    shades = Image.new("RGB", (1, 8))
    for step in range(8):
        # Pillow reads CSS colours.
        shades.paste(f"hsl({hue}, 35%, {28 + 5 * step}%)", (0, step, 1, step + 1))
    size = (width, max(1, bottom - top))
    return shades.resize(size, Image.Resampling.BICUBIC)


def _triangle(pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    """As on the button that plays, in a disc."""
    pen.ellipse((x - size, y - size, x + size, y + size), fill=PAPER)
    inner = size / 2
    left = x - 0.7 * inner
    points = [(left, y - inner), (left, y + inner), (x + inner, y)]
    pen.polygon(points, fill=FILM)
