"""What is made of photos: which of them, what, and how often."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from printshop.cart import MOST_COPIES, Placed, Wanted
from printshop.models.selections import Original
from printshop.products import (
    FRAMES,
    PAPER,
    PRODUCTS,
    SMALLEST,
    Finish,
    Kind,
    Product,
    Resolution,
)

PAGE = 60  # photos
RANGES = re.compile(r"(?:\d{1,6}(?:-\d{1,6})?(?:,(?!$)|$))*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which photos are ticked, of all pages: each is known by its position.

    A page carries those that are not ticked on the other pages, as ranges: "3,17-40".
    """

    all: frozenset[int]
    off: frozenset[int]

    @classmethod
    def sent(cls, data: QueryDict, everything: Iterable[int], page: int) -> "Ticks":
        """As a page sends them back; what makes no sense counts as not said."""
        positions = frozenset(everything)
        shown = frozenset(p for p in positions if p // PAGE == page - 1)
        on = {int(p) for p in data.getlist("photo") if re.fullmatch(r"[0-9]{1,6}", p)}
        elsewhere = parse_ranges(data.get("off", ""), positions) - shown
        return cls(positions, elsewhere | (shown - on))

    @property
    def on(self) -> frozenset[int]:
        """Those that are ticked."""
        return self.all - self.off

    def beyond(self, page: int) -> str:
        """Those not ticked on other pages than this one, as ranges."""
        return format_ranges(p for p in self.off if p // PAGE != page - 1)


class MakeForm(forms.Form):
    """One thing of each photo, or one thing of them all."""

    product = forms.ChoiceField(
        choices=[(p.code, p.name) for p in PRODUCTS.values()], initial=SMALLEST.code
    )
    paper = forms.ChoiceField(
        choices=[(finish.value, finish.label) for finish in PAPER],
        initial=PAPER[0],
        required=False,
    )
    frame = forms.ChoiceField(
        choices=[(finish.value, finish.label) for finish in FRAMES],
        initial=FRAMES[0],
        required=False,
    )
    copies = forms.IntegerField(min_value=1, max_value=MOST_COPIES, initial=1)
    title = forms.CharField(max_length=60, required=False)  # on the cover of a book
    anyway = forms.BooleanField(required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        ticked: Collection[Original] = (),
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Know the photos, whose number and pixels decide what is sensible."""
        super().__init__(data, label_suffix="", initial=dict(initial or {}))
        self.ticked = ticked
        self.blurred: list[Original] = []

    @classmethod
    def kept(cls, data: QueryDict) -> "MakeForm":
        """As it was filled in, and not judged yet."""
        sent = {name: data[name] for name in cls.base_fields if name in data}
        return cls(initial=sent)

    @property
    def chosen(self) -> Product:
        """What is selected now."""
        return PRODUCTS.get(str(self["product"].value()), SMALLEST)

    def clean(self) -> dict[str, object]:
        """The product takes so many photos, and none is blurred unless wanted so."""
        cleaned = self.cleaned_data
        if "product" not in cleaned:
            return cleaned
        product = PRODUCTS[cleaned["product"]]
        if message := _number(product, len(self.ticked)):
            self.add_error("product", message)
        self.blurred = [
            original
            for original in self.ticked
            if Placed.on(product, original).on_paper(product)[1] == Resolution.POOR
        ]
        if self.blurred and not cleaned.get("anyway"):
            self.add_error("anyway", "Say that you want them, or choose a smaller one.")
        return cleaned

    def wanted(self) -> list[Wanted]:
        """What goes into the cart; only for a valid form."""
        product = PRODUCTS[self.cleaned_data["product"]]
        field = "paper" if product.finishes == PAPER else "frame"
        finish = Finish(self.cleaned_data[field] or product.finishes[0])
        copies = self.cleaned_data["copies"]
        placed = [
            Placed.on(product, original, confirmed=original in self.blurred)
            for original in self.ticked
        ]
        together = [[one] for one in placed] if product.is_single else [placed]
        title = self.cleaned_data["title"] if product.kind == Kind.BOOK else ""
        return [
            Wanted(product, photos, finish, copies, title=title) for photos in together
        ]


def _number(product: Product, photos: int) -> str:
    """What is wrong with so many photos; nothing if nothing is."""
    if not photos:
        return "Tick at least one photo."
    if product.is_single or product.fewest <= photos <= product.most:
        return ""
    return (
        f"A {product.name.lower()} takes {product.fewest} to {product.most} photos;"
        f" {photos} {'is' if photos == 1 else 'are'} ticked."
    )


def parse_ranges(text: str, within: Collection[int]) -> frozenset[int]:
    """The numbers of "3,17-40" that are within; none if it is anything else."""
    if not RANGES.fullmatch(text) or not within:
        return frozenset()
    numbers: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        until = min(int(last or first), max(within))
        numbers.update(range(int(first), until + 1))
    return frozenset(numbers & set(within))


def format_ranges(numbers: Iterable[int]) -> str:
    """As short as can be: "3,17-40"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{a}-{b}" if a != b else f"{a}" for a, b in runs)
