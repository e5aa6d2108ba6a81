"""Which part of a photo is printed: geometry only, no pictures."""

from dataclasses import dataclass

from printshop.products import Size


@dataclass(frozen=True, slots=True)
class Crop:
    """The printed part of a photo, in pixels of the photo held upright."""

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


def centre_crop(photo: Size, paper: Size) -> Crop:
    """The largest part with the paper's shape, from the middle of the photo."""
    if photo.width * paper.height > photo.height * paper.width:
        width = max(round(photo.height * paper.width / paper.height), 1)
        return Crop((photo.width - width) // 2, 0, width, photo.height)
    height = max(round(photo.width * paper.height / paper.width), 1)
    return Crop(0, (photo.height - height) // 2, photo.width, height)
