"""How a photo lies on its paper, and what the tools of the editor do to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from printshop import crops
from printshop.crops import Crop
from printshop.models.items import Placement
from printshop.products import Kind, Product, Resolution, Size, Sizing, ppi, resolution

NUDGE = 20  # a step is this part of the crop
CLOSER, FURTHER = 110, 91  # per cent; one undoes the other


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A photo of so many pixels on one product; whoever holds one can print it."""

    upright: Size
    product: Product
    rotation: int
    sizing: Sizing
    crop: Crop

    @classmethod
    def of(cls, placement: Placement) -> "Arrangement":
        """As it is saved."""
        original, product = placement.original, placement.item.product
        upright = Size(original.width, original.height)
        sizing = Sizing(placement.sizing)
        return cls(upright, product, placement.rotation, sizing, placement.crop)

    def changed(self, *, rotation: int, sizing: Sizing, crop: Crop) -> "Arrangement":
        """As a browser says, or the nearest that can be printed."""
        if self.product.kind == Kind.SHEET:
            sizing = Sizing.FIT
        lying = replace(self, rotation=rotation, sizing=sizing)
        if sizing == Sizing.FIT:
            return replace(lying, crop=crops.whole(lying.photo))
        return replace(lying, crop=crops.fit_to(crop, lying.photo, lying.paper))

    @property
    def is_printable(self) -> bool:
        """Does the crop lie inside the photo, and has it the shape it must have?"""
        _, _, right, bottom = self.crop.box
        if right > self.photo.width or bottom > self.photo.height:
            return False
        if self.sizing == Sizing.FIT:
            return True
        return crops.is_shaped(self.crop.size, self.paper)

    @property
    def photo(self) -> Size:
        """The photo's pixels, turned as the customer wants it."""
        return self.upright.turned() if self.rotation % 180 else self.upright

    @property
    def paper(self) -> Size:
        """What it is printed on in millimetres, turned the way it lies."""
        return self.product.lying_like(self.photo)

    @property
    def ppi(self) -> int:
        """Pixels per inch of paper."""
        return ppi(self.crop.size, self.paper, self.sizing)

    @property
    def resolution(self) -> Resolution:
        """How sharp it will look; on a sheet of many it is too small to matter."""
        if self.product.kind == Kind.SHEET:
            return Resolution.GOOD
        return resolution(self.crop.size, self.paper, self.sizing)

    @property
    def matrix(self) -> str:
        """How the upright photo is turned, as SVG writes it."""
        wide, high = self.upright.width, self.upright.height
        return {
            0: "matrix(1 0 0 1 0 0)",
            90: f"matrix(0 1 -1 0 {high} 0)",
            180: f"matrix(-1 0 0 -1 {wide} {high})",
            270: f"matrix(0 -1 1 0 0 {wide})",
        }[self.rotation]

    @property
    def outside(self) -> str:
        """The photo without the crop, as a path."""
        photo, crop = self.photo, self.crop
        around = f"M0 0h{photo.width}v{photo.height}h-{photo.width}z"
        hole = f"M{crop.left} {crop.top}h{crop.width}v{crop.height}h-{crop.width}z"
        return around + hole

    @property
    def words(self) -> str:
        """The same for those who do not see it."""
        photo, crop = self.photo, self.crop
        if crop.size == photo:
            return "The whole photo is printed."
        across = round(100 * crop.left / max(photo.width - crop.width, 1))
        down = round(100 * crop.top / max(photo.height - crop.height, 1))
        return (
            f"{self.share} % of the photo is printed."
            f" The frame is {across} % across and {down} % down."
        )

    @property
    def share(self) -> int:
        """How many per cent of the photo are printed."""
        printed = self.crop.width * self.crop.height
        return round(100 * printed / (self.photo.width * self.photo.height))


def _move(now: Arrangement, right: int = 0, down: int = 0) -> Arrangement:
    crop = crops.move(
        now.crop,
        now.photo,
        right=right * max(now.crop.width // NUDGE, 1),
        down=down * max(now.crop.height // NUDGE, 1),
    )
    return replace(now, crop=crop)  # a photo that is printed whole stays whole


def _zoom(now: Arrangement, percent: int) -> Arrangement:
    if now.sizing == Sizing.FIT:
        return now
    return replace(now, crop=crops.zoom(now.crop, now.photo, now.paper, percent))


def _turn(now: Arrangement, turns: int) -> Arrangement:
    return now.changed(
        rotation=(now.rotation + 90 * turns) % 360,
        sizing=now.sizing,
        crop=crops.turn(now.crop, now.photo, turns),
    )


def _reset(now: Arrangement) -> Arrangement:
    crop = crops.centre_crop(now.photo, now.paper)
    return now.changed(rotation=now.rotation, sizing=now.sizing, crop=crop)


Tool = Callable[[Arrangement], Arrangement]
TOOLS: Mapping[str, Tool] = {
    "turn-left": partial(_turn, turns=-1),
    "turn-right": partial(_turn, turns=1),
    "closer": partial(_zoom, percent=CLOSER),
    "further": partial(_zoom, percent=FURTHER),
    "left": partial(_move, right=-1),
    "right": partial(_move, right=1),
    "up": partial(_move, down=-1),
    "down": partial(_move, down=1),
    "reset": _reset,
}
