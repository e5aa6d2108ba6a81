"""Where a photo lies on paper: geometry in millimetres and pixels, no pictures.

A print that fills its paper goes 3 mm beyond the trim on every side, so that a knife
may miss. A photo that is printed whole has a white border instead.
"""

import math
from dataclasses import dataclass

from printshop.crops import Crop
from printshop.models.items import Placement
from printshop.products import MM_PER_INCH, PRESS_PPI, Kind, Size, Sizing

BLEED_MM = 3
BORDER = 20  # the white border takes this part of the shorter side, all round

COLUMNS, ROWS = 4, 5
PER_SHEET = COLUMNS * ROWS  # photos on a contact sheet, each in a cell
CELL = Size(41, 41)
GAP = Size(4, 12)  # between two cells; beneath one there is its name
CORNER = Size(12, 23)  # where the first cell begins


@dataclass(frozen=True, slots=True)
class Rect:
    """Millimetres, counted from the upper left corner of the trimmed paper."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a photo goes on which paper (millimetres), and how."""

    crop: Crop  # in pixels of the photo held upright, then rotated
    paper: Size
    rotation: int = 0  # degrees, clockwise
    sizing: str = Sizing.FILL
    has_border: bool = True  # when the whole photo is shown

    @property
    def border_mm(self) -> float:
        """The white around a photo that is printed whole."""
        return min(self.paper.width, self.paper.height) / BORDER * self.has_border


@dataclass(frozen=True, slots=True)
class Lying:
    """A print's pixels, and where they lie on the paper.

    300 to the inch, or as many as the photo has where those are fewer: enlarging
    adds nothing that the press would not add itself.
    """

    inside: Size  # pixels of the crop
    beyond: Size  # further pixels on each side
    rect: Rect  # of all of them


def cut_of(placed: Placement) -> Cut:
    """What this placement shows of its photo; on a contact sheet, in its cell."""
    is_small = placed.item.product.kind == Kind.SHEET
    return Cut(
        placed.crop,
        CELL if is_small else placed.paper,
        placed.rotation,
        Sizing.FIT if is_small else placed.sizing,
        has_border=not is_small,
    )


def lie(cut: Cut) -> Lying:
    """Where the pixels of a print lie."""
    paper, crop = cut.paper, cut.crop
    if cut.sizing == Sizing.FILL:
        inside = _pixels(crop, paper.width, paper.height)
        across, down = paper.width / inside.width, paper.height / inside.height
        beyond = Size(math.ceil(BLEED_MM / across), math.ceil(BLEED_MM / down))
        left, top = beyond.width * across, beyond.height * down
        whole = Rect(-left, -top, paper.width + 2 * left, paper.height + 2 * top)
        return Lying(inside, beyond, whole)

    room = paper.width - 2 * cut.border_mm, paper.height - 2 * cut.border_mm
    scale = min(room[0] / crop.width, room[1] / crop.height)
    width, height = crop.width * scale, crop.height * scale
    middle = (paper.width - width) / 2, (paper.height - height) / 2
    return Lying(_pixels(crop, width, height), Size(0, 0), Rect(*middle, width, height))


def cell(number: int) -> Rect:
    """The room of a photo on a contact sheet; the first is number 0."""
    row, column = divmod(number % PER_SHEET, COLUMNS)
    return Rect(
        CORNER.width + column * (CELL.width + GAP.width),
        CORNER.height + row * (CELL.height + GAP.height),
        CELL.width,
        CELL.height,
    )


def in_cell(placed: Placement, room: Rect) -> Rect:
    """Standing on its name, in the middle of the cell."""
    lies = lie(cut_of(placed)).rect
    above = room.height - lies.height
    return Rect(room.left + lies.left, room.top + above, lies.width, lies.height)


def within(shape: Size, room: Size) -> Size:
    """The largest size of this shape that fits."""
    scale = min(room.width / shape.width, room.height / shape.height)
    return Size(max(round(shape.width * scale), 1), max(round(shape.height * scale), 1))


def _pixels(crop: Crop, width_mm: float, height_mm: float) -> Size:
    return Size(min(crop.width, _dots(width_mm)), min(crop.height, _dots(height_mm)))


def _dots(millimetres: float) -> int:
    """At least 300 to the inch."""
    return math.ceil(round(millimetres / MM_PER_INCH * PRESS_PPI, 3))
