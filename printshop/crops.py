"""Which part of a photo is printed: geometry only, no pictures.

Every length is a whole number of pixels of the photo as the customer sees it: held
upright, then turned. A crop has the paper's shape to within a pixel, the nearest that
whole numbers come to it. static/printshop_editor.js counts in the same way.
"""

from dataclasses import dataclass, replace

from printshop.products import Size

CLOSEST = 10  # the smallest crop is this part of the largest


@dataclass(frozen=True, slots=True)
class Crop:
    """The printed part of a photo."""

    left: int
    top: int
    width: int
    height: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """As Pillow counts."""
        return self.left, self.top, self.left + self.width, self.top + self.height

    @property
    def size(self) -> Size:
        """How many pixels are printed."""
        return Size(self.width, self.height)


def whole(photo: Size) -> Crop:
    """All of it."""
    return Crop(0, 0, photo.width, photo.height)


def centre_crop(photo: Size, paper: Size) -> Crop:
    """The largest part with the paper's shape, from the middle of the photo."""
    size = largest(photo, paper)
    return Crop(
        (photo.width - size.width) // 2,
        (photo.height - size.height) // 2,
        size.width,
        size.height,
    )


def largest(photo: Size, paper: Size) -> Size:
    """How big a crop can be."""
    if photo.width * paper.height > photo.height * paper.width:
        return Size(_share(photo.height, paper.width, paper.height), photo.height)
    return Size(photo.width, _share(photo.width, paper.height, paper.width))


def smallest(photo: Size, paper: Size) -> Size:
    """How small a crop can be: never less than a pixel."""
    most = largest(photo, paper)
    short = max(min(most.width, most.height) // CLOSEST, 1)
    if paper.width <= paper.height:
        size = Size(short, _share(short, paper.height, paper.width))
    else:
        size = Size(_share(short, paper.width, paper.height), short)
    return most if _is_beyond(size, most) else size


def clamp(crop: Crop, photo: Size, paper: Size) -> Crop:
    """The nearest crop that can be printed: of the paper's shape, inside the photo."""
    size = _printable(crop.size, photo, paper)
    return Crop(
        min(max(crop.left, 0), photo.width - size.width),
        min(max(crop.top, 0), photo.height - size.height),
        size.width,
        size.height,
    )


def move(crop: Crop, photo: Size, *, right: int = 0, down: int = 0) -> Crop:
    """The same part a little further, as far as the photo reaches."""
    return replace(
        crop,
        left=min(max(crop.left + right, 0), photo.width - crop.width),
        top=min(max(crop.top + down, 0), photo.height - crop.height),
    )


def zoom(crop: Crop, photo: Size, paper: Size, percent: int) -> Crop:
    """Nearer (more than 100) or further away, about the middle of the crop."""
    width = _share(crop.width, 100, percent)
    size = Size(width, _share(width, paper.height, paper.width))
    return _about(crop, _printable(size, photo, paper), photo)


def fit_to(crop: Crop, photo: Size, paper: Size) -> Crop:
    """What was chosen for other paper: all of it on this one, as far as it goes."""
    if is_shaped(crop.size, paper):
        return clamp(crop, photo, paper)
    width = max(crop.width, _share(crop.height, paper.width, paper.height))
    size = Size(width, _share(width, paper.height, paper.width))
    return _about(crop, _printable(size, photo, paper), photo)


def turn(crop: Crop, photo: Size, turns: int) -> Crop:
    """The same part when the photo is turned clockwise by so many right angles."""
    for _ in range(turns % 4):
        left = photo.height - crop.top - crop.height
        crop = Crop(left, crop.left, crop.height, crop.width)
        photo = photo.turned()
    return crop


def _printable(size: Size, photo: Size, paper: Size) -> Size:
    """The nearest size of the paper's shape between the smallest and the largest."""
    most, least = largest(photo, paper), smallest(photo, paper)
    if not is_shaped(size, paper):
        size = Size(size.width, _share(size.width, paper.height, paper.width))
    if _is_beyond(least, size):
        return least
    return most if _is_beyond(size, most) else size


def _is_beyond(size: Size, limit: Size) -> bool:
    return size.width > limit.width or size.height > limit.height


def _about(crop: Crop, size: Size, photo: Size) -> Crop:
    """A crop of another size with the same middle, or the nearest inside the photo."""
    left = crop.left + (crop.width - size.width) // 2
    top = crop.top + (crop.height - size.height) // 2
    return move(Crop(left, top, size.width, size.height), photo)


def is_shaped(size: Size, paper: Size) -> bool:
    """Has it the paper's shape, to within a pixel?"""
    off = abs(size.width * paper.height - size.height * paper.width)
    return off <= max(paper.width, paper.height)


def _share(length: int, of: int, per: int) -> int:
    """``length × of ÷ per``, to the nearest pixel, at least one; halves go up."""
    return max((2 * length * of + per) // (2 * per), 1)
