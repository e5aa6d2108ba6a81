"""What is made, page by page: single prints, contact sheets, books."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from printshop.models.items import OrderItem, Placement
from printshop.press.drawing import bleed_of
from printshop.press.layout import (
    BLEED_MM,
    CORNER,
    PER_SHEET,
    Rect,
    cell,
    cut_of,
    in_cell,
    lie,
)
from printshop.press.lettering import BLACK, Colour, Text
from printshop.products import Finish, Kind, Size, Sizing

PAPER_WHITE: Colour = (0.97, 0.96, 0.93)
CLOTH: Colour = (0.13, 0.17, 0.24)  # of a book's cover

NAME_MM, HEAD_MM, SLUG_MM = 2.3, 4.2, 2.1  # heights of type

COVER_MM = 140  # the room of the photo on a book's cover
BOARDS_MM, LEAF_MM = 4, 0.2  # of a book's back


@dataclass(frozen=True, slots=True)
class Shown:
    """A print on a page; of what lies at ``rect``, ``clip`` is seen."""

    placed: Placement
    rect: Rect
    clip: Rect


@dataclass(frozen=True, slots=True)
class Page:
    """What is on one side of one sheet of paper."""

    name: str
    trim: Size
    shown: tuple[Shown, ...]
    texts: tuple[Text, ...] = ()
    colour: Colour | None = None  # of the paper
    folds: tuple[int, ...] = ()  # from its left edge


def pages_of(item: OrderItem, placed: Sequence[Placement]) -> Iterator[Page]:
    """One copy of a thing, in the order in which it is printed."""
    match item.product.kind:
        case Kind.SHEET:
            yield from _sheets(item, placed)
        case Kind.BOOK:
            yield _cover(item, placed)
            for number, one in enumerate(placed, 1):
                yield _single(one, f"page {number} of {len(placed)}")
        case _:
            for one in placed:
                yield _single(one, "print")


def slug(page: Page, item: OrderItem, order: str) -> Text:
    """What the person at the press reads beside the paper."""
    names = f" · {page.shown[0].placed}" if len(page.shown) == 1 else ""
    what = f"{item.product.name}, {Finish(item.finish).label}"
    line = f"{order} · {what} · {page.name}{names}"
    above = page.trim.height + BLEED_MM + 1
    return Text(line, Rect(3, above, page.trim.width - 6, SLUG_MM * 1.5), SLUG_MM)


def _single(placed: Placement, name: str) -> Page:
    cut = cut_of(placed)
    everything = bleed_of(cut.paper)
    return Page(name, cut.paper, (Shown(placed, lie(cut).rect, everything),))


def _sheets(item: OrderItem, placed: Sequence[Placement]) -> Iterator[Page]:
    paper = Size(item.product.short_mm, item.product.long_mm)
    starts = range(0, len(placed), PER_SHEET)
    for number, start in enumerate(starts, 1):
        here = placed[start : start + PER_SHEET]
        name = f"sheet {number} of {len(starts)}"
        cells = [cell(index) for index in range(len(here))]
        head = Rect(CORNER.width, 11, paper.width - 2 * CORNER.width, HEAD_MM * 1.4)
        line = f"Photos {start + 1} to {start + len(here)} of {len(placed)}"
        yield Page(
            name,
            paper,
            tuple(map(_shown_in, here, cells)),
            (Text(line, head, HEAD_MM), *map(_name_beneath, here, cells)),
        )


def _shown_in(placed: Placement, room: Rect) -> Shown:
    rect = in_cell(placed, room)
    return Shown(placed, rect, rect)


def _name_beneath(placed: Placement, above: Rect) -> Text:
    room = Rect(above.left, above.top + above.height + 1, above.width, NAME_MM * 1.6)
    return Text(str(placed), room, NAME_MM, align="centre", colour=BLACK)


def _cover(item: OrderItem, placed: Sequence[Placement]) -> Page:
    """Back, spine and front in one piece, as a binder wraps it around the book."""
    side = item.product.short_mm
    spine = round(BOARDS_MM + len(placed) / 2 * LEAF_MM)
    front = side + spine
    title = item.title or "Photo book"
    under = f"{len(placed)} photos"
    texts = (
        Text(title, Rect(front + 15, 165, side - 30, 14), 9, "centre", PAPER_WHITE),
        Text(under, Rect(front + 15, 180, side - 30, 7), 4, "centre", PAPER_WHITE),
        Text(
            title,
            Rect(side, 15, spine, side - 30),
            min(spine / 2, 5),
            "centre",
            PAPER_WHITE,
            is_upright=True,
        ),
        Text("Print Shop", Rect(15, 182, side - 30, 6), 3, "centre", PAPER_WHITE),
    )
    room = Rect(front + (side - COVER_MM) / 2, 20, COVER_MM, COVER_MM)
    paper = Size(2 * side + spine, side)
    shown = (_on_cover(placed[0], room),)
    return Page("cover", paper, shown, texts, CLOTH, folds=(side, front))


def _on_cover(placed: Placement, room: Rect) -> Shown:
    """The first photo as it is inside, smaller and without its border or bleed."""
    cut = cut_of(placed)
    lies = lie(cut).rect
    is_whole = cut.sizing == Sizing.FIT
    seen = lies if is_whole else Rect(0, 0, cut.paper.width, cut.paper.height)
    scale = min(room.width / seen.width, room.height / seen.height)
    width, height = seen.width * scale, seen.height * scale
    clip = Rect(
        room.left + (room.width - width) / 2,
        room.top + (room.height - height) / 2,
        width,
        height,
    )
    rect = Rect(
        clip.left + (lies.left - seen.left) * scale,
        clip.top + (lies.top - seen.top) * scale,
        lies.width * scale,
        lies.height * scale,
    )
    return Shown(placed, rect, clip)
