"""Lettering: a line of text as a stencil of 600 dots to the inch.

A press takes no font that is not in the file; a stencil needs none.
"""

import math
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from printshop.press.layout import Rect
from printshop.products import MM_PER_INCH

FONT = Path(__file__).parent / "fonts" / "DejaVuSansCondensed-subset.ttf"
DOTS_PER_MM = 600 / MM_PER_INCH
Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text in a room; too long a line loses its middle.

    ``size`` is the height of the type in millimetres; ``is_upright`` text runs from
    the top to the bottom, as on the back of a book.
    """

    line: str
    room: Rect
    size: float
    align: Literal["left", "centre"] = "left"
    colour: Colour = BLACK
    is_upright: bool = False


@dataclass(frozen=True, slots=True)
class Stencil:
    """Where ink goes: one bit a dot, 0 for ink, rows padded to bytes."""

    bits: bytes
    width: int
    height: int
    rect: Rect


def cut_out(text: Text) -> Stencil | None:
    """The stencil of a text; None where there is nothing to write."""
    length, breadth = text.room.width, text.room.height
    if text.is_upright:
        length, breadth = breadth, length
    font = _font(round(text.size * DOTS_PER_MM))
    line = _shortened(_known(text.line), font, length * DOTS_PER_MM)
    if not line:
        return None

    ascent, descent = font.getmetrics()
    dots = math.ceil(font.getbbox(line)[2])
    image = Image.new("1", (dots, ascent + descent), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    pen.text((0, 0), line, fill=0, font=font)
    free = length - image.width / DOTS_PER_MM
    before = free / 2 if text.align == "centre" else 0
    above = (breadth - image.height / DOTS_PER_MM) / 2
    if text.is_upright:
        image = image.transpose(Image.Transpose.ROTATE_270)
        left, top = text.room.left + above, text.room.top + before
    else:
        left, top = text.room.left + before, text.room.top + above
    width, height = image.width / DOTS_PER_MM, image.height / DOTS_PER_MM
    return Stencil(image.tobytes(), *image.size, Rect(left, top, width, height))


def _known(line: str) -> str:
    """The line in letters that we have; others become a question mark."""
    letters = unicodedata.normalize("NFC", line)
    return "".join(letter if _is_known(letter) else "?" for letter in letters).strip()


def _shortened(line: str, font: ImageFont.FreeTypeFont, dots: float) -> str:
    """As much of a line as there is room for: its beginning and its end."""
    kept, short = len(line), line
    while kept and (length := font.getlength(short)) > dots:
        kept = min(int(kept * dots / length), kept - 1)
        short = f"{line[: (kept + 1) // 2]}…{line[len(line) - kept // 2 :]}"
    return short if kept else ""


@cache
def _font(dots: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, dots, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _is_known(letter: str) -> bool:
    if letter == " ":
        return True
    font = _font(16)
    nothing = font.getmask("\uffff")  # never a letter: the box for what is missing
    return bytes(font.getmask(letter)) != bytes(nothing) and letter.isprintable()
