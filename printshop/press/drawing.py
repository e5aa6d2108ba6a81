"""A sheet of paper while it is drawn on, in the language of PDF content streams.

Lengths are millimetres from the upper left corner of the trimmed paper; PDF counts
from the lower left corner of the medium, which has room for the marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pikepdf import (
    Array,
    ContentStreamInstruction,
    Name,
    Operator,
    unparse_content_stream,
)

from printshop.press.album import Picture
from printshop.press.layout import BLEED_MM, Rect
from printshop.press.lettering import Colour, Stencil
from printshop.products import MM_PER_INCH, Size

MARGIN_MM = 10  # room for the marks, around the trimmed paper
FAR = BLEED_MM + 5  # from the trim: marks begin where the bleed ends
HAIRLINE_MM = 0.09  # a quarter of a point
POINTS_PER_MM = 72 / MM_PER_INCH
Operand = float | Name | Array


@dataclass(slots=True)
class Sheet:
    """What is drawn so far, and which pictures and texts it needs, by name."""

    trim: Size
    used: dict[str, Picture | Stencil] = field(default_factory=dict)
    _drawn: list[ContentStreamInstruction] = field(default_factory=list)

    def __post_init__(self) -> None:
        """From now on in millimetres."""
        self._do(POINTS_PER_MM, 0, 0, POINTS_PER_MM, 0, 0, "cm")

    def paint(self, colour: Colour) -> None:
        """The whole paper, bleed included."""
        self._do(Name.sRGB, "cs", *colour, "sc")
        self._do(*self._place(bleed_of(self.trim)), "re", "f")

    def show(self, picture: Picture, rect: Rect, clip: Rect) -> None:
        """A picture, as far as it lies inside ``clip``."""
        self._do("q", *self._place(clip), "re", "W", "n")
        self._put(f"P{len(self.used)}", picture, rect)

    def write(self, stencil: Stencil, colour: Colour) -> None:
        """Text."""
        self._do("q", Name.sRGB, "cs", *colour, "sc")
        self._put(f"T{len(self.used)}", stencil, stencil.rect)

    def mark(self, folds: Sequence[float] = ()) -> None:
        """Where the knife cuts, a line each way at each corner; dashed: where it folds.

        All of them outside the bleed.
        """
        width, height = self.trim.width, self.trim.height
        self._do(0, "G", HAIRLINE_MM, "w")
        for across in (0, width):
            self._cross(across)
        for down in (0, height):
            self._line(-FAR, down, -BLEED_MM, down)
            self._line(width + BLEED_MM, down, width + FAR, down)
        self._do(Array([0.5]), 0, "d")
        for fold in folds:
            self._cross(fold)

    @property
    def content(self) -> bytes:
        """Everything that was drawn."""
        return unparse_content_stream(self._drawn)

    @property
    def boxes(self) -> dict[str, Array]:
        """The medium, what ink goes on, and what is left when it is cut; in points."""
        trim = Rect(0, 0, self.trim.width, self.trim.height)
        return {
            "MediaBox": _points(_around(trim, MARGIN_MM)),
            "CropBox": _points(_around(trim, MARGIN_MM)),
            "BleedBox": _points(_around(trim, BLEED_MM)),
            "TrimBox": _points(trim),
        }

    def _do(self, *words: Operand | str) -> None:
        """Operands before their operator, as PDF has it; several operators in turn."""
        operands: list[Operand] = []
        for word in words:
            if isinstance(word, str):
                self._drawn.append(ContentStreamInstruction(operands, Operator(word)))
                operands = []
            else:
                operands.append(word)

    def _put(self, name: str, shown: Picture | Stencil, rect: Rect) -> None:
        """Into its place, and back to the state that ``q`` kept."""
        self.used[name] = shown
        left, bottom, width, height = self._place(rect)
        self._do(width, 0, 0, height, left, bottom, "cm", Name(f"/{name}"), "Do", "Q")

    def _cross(self, across: float) -> None:
        """Above and beneath the paper."""
        height = self.trim.height
        self._line(across, -FAR, across, -BLEED_MM)
        self._line(across, height + BLEED_MM, across, height + FAR)

    def _line(self, *ends: float) -> None:
        start, end = self._point(*ends[:2]), self._point(*ends[2:])
        self._do(*start, "m", *end, "l", "S")

    def _point(self, left: float, top: float) -> tuple[float, float]:
        return left + MARGIN_MM, self.trim.height + MARGIN_MM - top

    def _place(self, rect: Rect) -> tuple[float, float, float, float]:
        left, bottom = self._point(rect.left, rect.top + rect.height)
        return left, bottom, rect.width, rect.height


def bleed_of(trim: Size) -> Rect:
    """What ink goes on, before it is cut."""
    return _around(Rect(0, 0, trim.width, trim.height), BLEED_MM)


def _points(box: Rect) -> Array:
    """A box as PDF counts; ours are symmetric, so up and down are alike."""
    left, bottom = box.left + MARGIN_MM, box.top + MARGIN_MM
    edges = (left, bottom, left + box.width, bottom + box.height)
    return Array([edge * POINTS_PER_MM for edge in edges])


def _around(box: Rect, more: float) -> Rect:
    return Rect(
        box.left - more, box.top - more, box.width + 2 * more, box.height + 2 * more
    )
