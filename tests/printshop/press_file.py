"""Reads the PDF that the press gets, with a library that did not write it."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image

from printshop import storage

POINTS_PER_MM = 72 / 25.4
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """A picture or a text on a page; millimetres from the trim's upper left corner."""

    name: str
    left: float
    top: float
    width: float
    height: float
    pixels: tuple[int, int]
    jpeg: bytes  # the very stream; empty for a text
    profile: bytes  # of its colours

    @property
    def ppi(self) -> float:
        """In the direction that has fewer."""
        across, down = self.width / 25.4, self.height / 25.4
        return min(self.pixels[0] / across, self.pixels[1] / down)

    @property
    def picture(self) -> Image.Image:
        """Decoded."""
        return Image.open(io.BytesIO(self.jpeg))


@dataclass(frozen=True)
class Side:
    """One page, in millimetres."""

    media: Box
    bleed: Box
    trim: Box
    drawn: list[Drawn]
    lines: list[Box]
    clips: list[Box]

    @property
    def pictures(self) -> list[Drawn]:
        """The photos."""
        return [one for one in self.drawn if one.name.startswith("/P")]

    @property
    def texts(self) -> list[Drawn]:
        """What is written."""
        return [one for one in self.drawn if one.name.startswith("/T")]

    @property
    def size(self) -> tuple[float, float]:
        """Of the paper, when it is cut."""
        return self.trim[2] - self.trim[0], self.trim[3] - self.trim[1]


Printing = Callable[..., list[Side]]  # orders something, reads what the press gets


def sides(content: bytes) -> list[Side]:
    """Every page; fails on what a careful reader would complain about."""
    with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
        assert pdf.check_pdf_syntax() == []
        return [_side(page) for page in pdf.pages]


def _side(page: pikepdf.Page) -> Side:
    trim = _box(page.trimbox)
    drawn, lines, clips = [], [], []
    for kind, value in _operations(page):
        if kind == "Do":
            name, matrix = value
            drawn.append(_drawn(page, name, matrix, trim))
        elif kind == "line":
            lines.append(_from(value, trim))
        else:
            clips.append(_from(value, trim))
    boxes = _box(page.mediabox), _box(page.bleedbox), trim
    return Side(*boxes, drawn, lines, clips)


def _operations(page: pikepdf.Page) -> Iterator[tuple[str, Any]]:
    """What is done on a page, in points, with the matrix of that moment."""
    pen = Pen()
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        operands: list[Any] = list(instruction.operands)
        if operator == "Do":
            yield "Do", (str(operands[0]), pen.now)
        numbers = [float(one) for one in operands if operator in Pen.NUMERIC]
        if done := pen.follow(operator, numbers):
            yield done, pen.last
    assert not pen.stack


class Pen:
    """Follows a content stream as ISO 32000-1 says."""

    NUMERIC = frozenset({"cm", "m", "l", "re"})

    def __init__(self) -> None:
        self.now = pikepdf.Matrix()
        self.stack: list[Any] = []
        self.start: Any = (0.0, 0.0)
        self.last: Any = None

    def follow(self, operator: str, numbers: list[float]) -> str:
        """One operator; returns what came of it: a line, a clip, or nothing."""
        match operator:
            case "q":
                self.stack.append(self.now)
            case "Q":
                self.now = self.stack.pop()
            case "cm":
                self.now = pikepdf.Matrix(*numbers) @ self.now
            case "m":
                self.start = self.now.transform((numbers[0], numbers[1]))
            case "re":
                self._area(*numbers)
            case "l":
                self.last = (*self.start, *self.now.transform((numbers[0], numbers[1])))
        return {"l": "line", "W": "clip"}.get(operator, "")

    def _area(self, left: float, bottom: float, width: float, height: float) -> None:
        corner = self.now.transform((left, bottom))
        self.last = (*corner, *self.now.transform((left + width, bottom + height)))


def _drawn(page: pikepdf.Page, name: str, matrix: Any, trim: Box) -> Drawn:
    image = page.Resources.XObject[name]
    left, bottom, right, top = _from(
        (*matrix.transform((0, 0)), *matrix.transform((1, 1))), trim
    )
    is_photo = str(image.Filter) == "/DCTDecode"
    return Drawn(
        name,
        left,
        top,
        right - left,
        bottom - top,
        (int(image.Width), int(image.Height)),
        image.read_raw_bytes() if is_photo else b"",
        image.ColorSpace[1].read_bytes() if is_photo else b"",
    )


def _box(box: Any) -> Box:
    left, bottom, right, top = (float(edge) / POINTS_PER_MM for edge in box)
    return left, bottom, right, top


def _from(points: Box, trim: Box) -> Box:
    """Seen from the trim's upper left corner, downwards."""
    x1, y1, x2, y2 = (edge / POINTS_PER_MM for edge in points)
    return x1 - trim[0], trim[3] - y1, x2 - trim[0], trim[3] - y2


def kept_file(name: str) -> bytes:
    """The bytes of a file of the shop's."""
    with storage.opened(name) as file:
        return file.read()
