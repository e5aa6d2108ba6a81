"""What the shop sells: sizes in millimetres, prices in cents."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.db.models import TextChoices

MM_PER_INCH = 25.4
PRESS_PPI = 300
CURRENCY = "EUR"


class Shipping(TextChoices):
    """How a parcel travels."""

    STANDARD = "standard", "Standard, 3 to 5 days"
    EXPRESS = "express", "Express, the next day"

    @property
    def cents(self) -> int:
        """What a parcel costs, whatever is in it."""
        return {Shipping.STANDARD: 390, Shipping.EXPRESS: 990}[self]


class Finish(TextChoices):
    """What the paper feels like, or what is around it."""

    GLOSSY = "glossy", "Glossy"
    MATT = "matt", "Matt"
    LUSTRE = "lustre", "Lustre"
    BLACK = "black", "Black frame"
    OAK = "oak", "Oak frame"
    WHITE = "white", "White frame"


class Sizing(TextChoices):
    """What happens when photo and paper have different shapes."""

    FILL = "fill", "Fill the paper"  # the edges of the photo are cut off
    FIT = "fit", "Whole photo, with a white border"


class Kind(StrEnum):
    """What is made of the photos."""

    PRINT = "print"  # one photo on one sheet; posters too
    FRAMED = "framed"  # the same behind glass
    SHEET = "sheet"  # many small photos on one sheet, each with its name
    BOOK = "book"  # a photo a page


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height, in whatever unit its owner says."""

    width: int
    height: int

    def turned(self) -> Self:
        """The same, lying on its side."""
        return type(self)(self.height, self.width)


PAPER = (Finish.GLOSSY, Finish.MATT, Finish.LUSTRE)
FRAMES = (Finish.BLACK, Finish.OAK, Finish.WHITE)


@dataclass(frozen=True, slots=True)
class Product:
    """A thing of one size; the shorter side first."""

    code: str
    name: str
    short_mm: int
    long_mm: int
    cents: int
    blurb: str
    kind: Kind = Kind.PRINT
    finishes: tuple[Finish, ...] = PAPER
    fewest: int = 1  # photos on one copy
    most: int = 1
    included: int = 1  # photos in the price; each further one costs more_cents
    more_cents: int = 0
    is_sold: bool = True

    def lying_like(self, photo: Size) -> Size:
        """The sheet in millimetres, turned the way the photo is; a book never turns."""
        if self.kind in {Kind.PRINT, Kind.FRAMED} and photo.width > photo.height:
            return Size(self.long_mm, self.short_mm)
        return Size(self.short_mm, self.long_mm)

    def price(self, photos: int) -> int:
        """Cents for one copy with so many photos; LookupError if it is not sold."""
        if not self.is_sold:
            raise LookupError(self.code)
        return self.cents + max(photos - self.included, 0) * self.more_cents

    @property
    def measures(self) -> str:
        """As people say it: 20 × 30 cm."""
        return f"{self.short_mm // 10} × {self.long_mm // 10} cm"

    @property
    def sizing(self) -> Sizing:
        """What we offer: paper is filled, pages and sheets show whole photos."""
        filled = self.kind in {Kind.PRINT, Kind.FRAMED}
        return Sizing.FILL if filled else Sizing.FIT

    @property
    def is_single(self) -> bool:
        """Is it made of one photo?"""
        return self.most == 1


PRODUCTS = {
    product.code: product
    for product in (
        Product("10x15", "Print 10 × 15 cm", 100, 150, 35, "The classic, for albums"),
        Product("13x18", "Print 13 × 18 cm", 130, 180, 65, "For the frame on the desk"),
        Product("20x20", "Print 20 × 20 cm", 200, 200, 290, "Square, as you took it"),
        Product("20x30", "Print 20 × 30 cm", 200, 300, 390, "Big enough for the wall"),
        Product("50x70", "Poster 50 × 70 cm", 500, 700, 1490, "Seen across the room"),
        Product(
            "framed-20x30",
            "Framed 20 × 30 cm",
            200,
            300,
            2490,
            "Behind glass, ready to hang",
            kind=Kind.FRAMED,
            finishes=FRAMES,
        ),
        Product(
            "contact-sheet",
            "Contact sheet",
            200,
            300,
            690,
            "Twenty photos a sheet, each with its name",
            kind=Kind.SHEET,
            fewest=2,
            most=400,
            included=20,
            more_cents=20,
        ),
        Product(
            "photo-book",
            "Photo book 20 × 20 cm",
            200,
            200,
            1990,
            "A photo a page, bound; from 12 to 120 pages",
            kind=Kind.BOOK,
            fewest=12,
            most=120,
            included=24,
            more_cents=45,
        ),
    )
}
SMALLEST = PRODUCTS["10x15"]


def product_of(code: str) -> Product:
    """Of something ordered: what is no longer sold is shown by its code."""
    gone = Product(code, code, 100, 150, 0, "", finishes=tuple(Finish), is_sold=False)
    return PRODUCTS.get(code, gone)


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


def ppi(crop: Size, print_mm: Size, sizing: Sizing = Sizing.FILL) -> int:
    """Pixels of the crop per inch of paper, in the direction that has fewer.

    Fitted, a photo is as big as the paper lets it be: the other direction decides.
    """
    across = crop.width / (print_mm.width / MM_PER_INCH)
    down = crop.height / (print_mm.height / MM_PER_INCH)
    return int(max(across, down) if sizing == Sizing.FIT else min(across, down))


def resolution(crop: Size, print_mm: Size, sizing: Sizing = Sizing.FILL) -> Resolution:
    """What the print will look like: 200 ppi is sharp, below 100 is not a photo."""
    match ppi(crop, print_mm, sizing):
        case sharp if sharp >= 200:  # noqa: PLR2004 - said in the docstring
            return Resolution.GOOD
        case soft if soft >= 100:  # noqa: PLR2004
            return Resolution.FAIR
    return Resolution.POOR


def euros(cents: int) -> str:
    """Cents as people read them: €3.90."""
    return f"€{cents // 100}.{cents % 100:02}"
