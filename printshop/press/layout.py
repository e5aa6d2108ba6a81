"""Where things lie on paper: geometry in millimetres, no pictures."""

from printshop.products import Size

BLEED_MM = 3  # beyond the trim, so that a knife may miss
BORDER = 20  # a white border takes this part of the shorter side, all round


def border_mm(paper: Size) -> float:
    """The white border of a photo that is printed whole."""
    return min(paper.width, paper.height) / BORDER


def within(shape: Size, room: Size) -> Size:
    """The largest size of this shape that fits."""
    scale = min(room.width / shape.width, room.height / shape.height)
    return Size(max(round(shape.width * scale), 1), max(round(shape.height * scale), 1))
