"""What is made, drawn from the small pictures of its photos: numbers for an SVG.

A browser cuts the crop out of a photo by itself: one picture per photo is enough for
whatever is made of it, and shows exactly what will lie inside the trim.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from printshop.crops import Crop
from printshop.models.items import OrderItem, Placement
from printshop.models.selections import Original
from printshop.press.layout import PER_SHEET, Rect, cell, cut_of, in_cell
from printshop.products import Kind, Resolution, Size, Sizing

FRAME_MM = 14


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo on paper; lengths in millimetres, the crop in pixels."""

    original: Original
    left: float
    top: float
    width: float
    height: float
    crop: Crop
    transform: str  # turns the upright photo into the rotated one

    @property
    def view_box(self) -> str:
        """The crop, as SVG says it."""
        crop = self.crop
        return f"{crop.left} {crop.top} {crop.width} {crop.height}"

    @property
    def is_here(self) -> bool:
        """Is there something to show already?"""
        return self.original.state == Original.State.HERE


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sheet of paper and what is on it, with a frame of so many millimetres."""

    paper: Size
    pictures: tuple[Picture, ...]
    frame: int = 0
    is_book: bool = False
    words: str = ""

    @property
    def view_box(self) -> str:
        """Paper and frame."""
        width, height = (side + 2 * self.frame for side in (self.width, self.height))
        return f"{-self.frame} {-self.frame} {width} {height}"

    @property
    def width(self) -> int:
        """Of the paper."""
        return self.paper.width

    @property
    def height(self) -> int:
        """Of the paper."""
        return self.paper.height


@dataclass(frozen=True, slots=True)
class Said:
    """A word of warning, and its colour."""

    words: str
    tone: str


def of_item(item: OrderItem) -> Drawing:
    """A print, a sheet with the first of its photos, or a book seen from outside."""
    placements = list(item.placements.all())
    if item.product.kind == Kind.SHEET:
        return _sheet(item, placements)
    drawing = of_placement(placements[0])
    words = f"{item.product.name}, as it will be made"
    return Drawing(
        drawing.paper,
        drawing.pictures,
        FRAME_MM if item.product.kind == Kind.FRAMED else 0,
        item.product.kind == Kind.BOOK,
        words,
    )


def of_placement(placed: Placement) -> Drawing:
    """One photo on its paper."""
    paper = placed.paper
    border = cut_of(placed).border_mm if placed.sizing == Sizing.FIT else 0
    room = paper.width - 2 * border, paper.height - 2 * border
    picture = _picture(placed, Rect(border, border, *room))
    frame = FRAME_MM if placed.item.product.kind == Kind.FRAMED else 0
    return Drawing(paper, (picture,), frame, words=f"{placed}, as it will be printed")


def warning(item: OrderItem) -> Said | None:
    """What there is to say of a thing whose placements are known."""
    return warning_of(list(item.placements.all()))


def warning_of(placements: Sequence[Placement]) -> Said | None:
    """The same of all photos of one thing: the worst of them decides."""
    poor = [placed for placed in placements if placed.resolution != Resolution.GOOD]
    if not poor:
        return None
    worst = min(poor, key=lambda placed: placed.ppi)
    resolution = worst.resolution
    words = f"{worst.ppi} ppi, {resolution.advice}"
    if len(placements) > 1:
        words = f"{len(poor)} of them {words}"
    return Said(words, resolution.tone)


def _sheet(item: OrderItem, placements: list[Placement]) -> Drawing:
    paper = Size(item.product.short_mm, item.product.long_mm)
    pictures = tuple(
        _picture(placed, in_cell(placed, cell(number)))
        for number, placed in enumerate(placements[:PER_SHEET])
    )
    return Drawing(paper, pictures, words=f"{item.product.name}, as it will be made")


def _picture(placed: Placement, rect: Rect) -> Picture:
    photo = placed.original
    turned = {
        90: f"translate({photo.height} 0) rotate(90)",
        180: f"translate({photo.width} {photo.height}) rotate(180)",
        270: f"translate(0 {photo.width}) rotate(270)",
    }
    return Picture(
        photo,
        rect.left,
        rect.top,
        rect.width,
        rect.height,
        placed.crop,
        turned.get(placed.rotation, ""),
    )
