"""A sheet of paper while it is drawn on, in the language of PDF content streams.

Lengths are millimetres from the upper left corner of the trimmed paper; PDF counts
from the lower left corner of the medium, which has room for the marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from printshop.press.layout import BLEED_MM, Rect
from printshop.press.lettering import Colour, Stencil
from printshop.products import MM_PER_INCH, Size

MARGIN_MM = 10  # room for the marks, around the trimmed paper
FAR = BLEED_MM + 5  # from the trim: marks begin where the bleed ends
HAIRLINE_MM = 0.09  # a quarter of a point
POINTS_PER_MM = 72 / MM_PER_INCH


@dataclass(slots=True)
class Sheet:
    """What is drawn so far, and which pictures and texts it needs."""

    trim: Size
    drawn: list[str] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)

    def paint(self, colour: Colour) -> None:
        """The whole paper, bleed included."""
        area = self._place(bleed_of(self.trim))
        self.drawn.append(f"/sRGB cs {numbers(*colour)} sc {area} re f")

    def show(self, number: int, rect: Rect, clip: Rect) -> None:
        """A picture, as far as it lies inside ``clip``."""
        name = f"P{number}"
        self.used[name] = number
        self.drawn.append(
            f"q {self._place(clip)} re W n {self._matrix(rect)} cm /{name} Do Q"
        )

    def write(self, stencil: Stencil, number: int, colour: Colour) -> None:
        """Text."""
        name = f"T{number}"
        self.used[name] = number
        self.drawn.append(
            f"q /sRGB cs {numbers(*colour)} sc "
            f"{self._matrix(stencil.rect)} cm /{name} Do Q"
        )

    def mark(self, folds: Sequence[float] = ()) -> None:
        """Where the knife cuts, a line each way at each corner; dashed: where it folds.

        All of them outside the bleed.
        """
        width, height = self.trim.width, self.trim.height
        self.drawn.append(f"0 G {HAIRLINE_MM} w")
        for across in (0, width):
            self._cross(across)
        for down in (0, height):
            self._line(-FAR, down, -BLEED_MM, down)
            self._line(width + BLEED_MM, down, width + FAR, down)
        self.drawn.append("[0.5] 0 d")
        for fold in folds:
            self._cross(fold)

    def _cross(self, across: float) -> None:
        """Above and beneath the paper."""
        height = self.trim.height
        self._line(across, -FAR, across, -BLEED_MM)
        self._line(across, height + BLEED_MM, across, height + FAR)

    def _line(self, *ends: float) -> None:
        start, end = self._point(*ends[:2]), self._point(*ends[2:])
        self.drawn.append(f"{numbers(*start)} m {numbers(*end)} l S")

    @property
    def content(self) -> bytes:
        """Everything that was drawn."""
        scale = numbers(POINTS_PER_MM, 0, 0, POINTS_PER_MM, 0, 0)
        return "\n".join([f"q {scale} cm", *self.drawn, "Q"]).encode()

    @property
    def boxes(self) -> dict[str, Rect]:
        """The medium, what ink goes on, and what is left when it is cut."""
        trim = Rect(0, 0, self.trim.width, self.trim.height)
        return {
            "MediaBox": _around(trim, MARGIN_MM),
            "CropBox": _around(trim, MARGIN_MM),
            "BleedBox": _around(trim, BLEED_MM),
            "TrimBox": trim,
        }

    def _point(self, left: float, top: float) -> tuple[float, float]:
        return left + MARGIN_MM, self.trim.height + MARGIN_MM - top

    def _place(self, rect: Rect) -> str:
        left, bottom = self._point(rect.left, rect.top + rect.height)
        return numbers(left, bottom, rect.width, rect.height)

    def _matrix(self, rect: Rect) -> str:
        left, bottom = self._point(rect.left, rect.top + rect.height)
        return numbers(rect.width, 0, 0, rect.height, left, bottom)


def bleed_of(trim: Size) -> Rect:
    """What ink goes on, before it is cut."""
    return _around(Rect(0, 0, trim.width, trim.height), BLEED_MM)


def points(box: Rect) -> str:
    """A box as PDF writes it; ours are symmetric, so up and down are alike."""
    left, bottom = box.left + MARGIN_MM, box.top + MARGIN_MM
    edges = (left, bottom, left + box.width, bottom + box.height)
    return f"[{numbers(*(edge * POINTS_PER_MM for edge in edges))}]"


def numbers(*values: float) -> str:
    """As short as they can be."""
    return " ".join(f"{value:.5f}".rstrip("0").rstrip(".") for value in values)


def _around(box: Rect, more: float) -> Rect:
    return Rect(
        box.left - more, box.top - more, box.width + 2 * more, box.height + 2 * more
    )
