"""What the shop sells: sizes in millimetres, prices in cents."""

from dataclasses import dataclass
from enum import StrEnum

MM_PER_INCH = 25.4
PRESS_PPI = 300
CURRENCY = "EUR"
SHIPPING_CENTS = 390


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height, in whatever unit its owner says."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Product:
    """A print of one size; the shorter side first."""

    code: str
    name: str
    short_mm: int
    long_mm: int
    cents: int
    blurb: str

    def lying_like(self, photo: Size) -> Size:
        """The print in millimetres, turned the way the photo is."""
        if photo.width > photo.height:
            return Size(self.long_mm, self.short_mm)
        return Size(self.short_mm, self.long_mm)


PRODUCTS = {
    product.code: product
    for product in (
        Product("10x15", "10 × 15 cm", 100, 150, 35, "The classic, for the album"),
        Product("13x18", "13 × 18 cm", 130, 180, 65, "For the frame on the desk"),
        Product("20x20", "20 × 20 cm", 200, 200, 290, "Square, as you took it"),
        Product("20x30", "20 × 30 cm", 200, 300, 390, "Big enough for the wall"),
    )
}
SMALLEST = PRODUCTS["10x15"]


class Resolution(StrEnum):
    """How sharp a print will look."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"

    @property
    def advice(self) -> str:
        """One phrase for the person who chooses."""
        return {
            Resolution.GOOD: "will be sharp",
            Resolution.FAIR: "a little soft",
            Resolution.POOR: "will look blurred",
        }[self]

    @property
    def tone(self) -> str:
        """The colour of the advice."""
        return {"good": "good", "fair": "warn", "poor": "bad"}[self.value]


def pixels(millimetres: int) -> int:
    """A length on paper as the press counts it, at 300 ppi."""
    return round(millimetres / MM_PER_INCH * PRESS_PPI)


def ppi(crop: Size, print_mm: Size) -> int:
    """Pixels of the crop per inch of paper, in the direction that has fewer."""
    return int(
        min(
            crop.width / (print_mm.width / MM_PER_INCH),
            crop.height / (print_mm.height / MM_PER_INCH),
        )
    )


def resolution(crop: Size, print_mm: Size) -> Resolution:
    """What the print will look like: 200 ppi is sharp, below 100 is not a photo."""
    match ppi(crop, print_mm):
        case sharp if sharp >= 200:  # noqa: PLR2004 - said in the docstring
            return Resolution.GOOD
        case soft if soft >= 100:  # noqa: PLR2004
            return Resolution.FAIR
    return Resolution.POOR


def euros(cents: int) -> str:
    """Cents as people read them: €3.90."""
    return f"€{cents // 100}.{cents % 100:02}"
