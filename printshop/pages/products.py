"""What to make of the photos that were picked."""

import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from printshop import cart
from printshop.forms.making import PAGE, MakeForm, Ticks
from printshop.models.customers import Customer
from printshop.models.selections import Original, Selection
from printshop.offers import Tile
from printshop.pages.home import MAKE
from printshop.pages.requests import CustomerRequest
from printshop.products import PRODUCTS, SMALLEST, Product

GONE = "These photos are no longer here: please pick them once more."
CHOSEN = (Selection.Stage.READY, Selection.Stage.LISTED)


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the photos of a selection, and what is ticked on all of them."""

    selection: Selection
    printable: int
    pages: int
    number: int = 1
    ticks: Ticks | None = None  # None: nobody has said anything yet, all are

    @classmethod
    def of(cls, customer: Customer, selection_id: uuid.UUID) -> "Shown":
        """The customer's own selection; raises Http404."""
        printable = ~Q(originals__state=Original.State.REFUSED)
        counted = Selection.objects.of(customer).annotate(
            printable=Count("originals", printable & Q(originals__width__gt=0)),
            last=Max("originals__position", default=0),
        )
        found = counted.filter(pk=selection_id).first()
        if found is None:
            raise Http404
        known = vars(found)
        return cls(found, known["printable"], known["last"] // PAGE + 1)

    def turn_to(self, page: str) -> "Shown":
        """Another page; the first if there is no such page."""
        number = int(page) if page.isdecimal() and len(page) < len("10000") else 1
        return replace(self, number=number if 1 <= number <= self.pages else 1)

    def tile(self, original: Original, product: Product) -> Tile:
        """A photo with its tick."""
        off = self.ticks.off if self.ticks else ()
        return Tile(original, product, original.position not in off)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def products(request: CustomerRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Tick photos, choose a product, put it into the cart: as often as one likes."""
    shown = Shown.of(request.user, selection_id)
    if shown.selection.stage not in CHOSEN or not shown.printable:
        return redirect("selection", selection_id)
    if request.method != "POST":
        shown = shown.turn_to(request.GET.get("page", ""))
        wanted = request.session.get(MAKE, SMALLEST.code)
        return _page(request, shown, MakeForm(initial={"product": wanted}))

    shown = shown.turn_to(request.POST.get("page", ""))
    printable = shown.selection.originals.printable()
    positions = printable.values_list("position", flat=True)
    shown = replace(shown, ticks=Ticks.sent(request.POST, positions, shown.number))
    if do := request.POST.get("do"):
        return _page(request, _looked(shown, do), MakeForm.kept(request.POST))
    return _add(request, shown)


def _looked(shown: Shown, do: str) -> Shown:
    """After a button that orders nothing: tick all, none, or turn the page."""
    ticks = shown.ticks
    if ticks and do == "all":
        return replace(shown, ticks=replace(ticks, off=frozenset()))
    if ticks and do == "none":
        return replace(shown, ticks=replace(ticks, off=ticks.all))
    return shown.turn_to(do)


def _add(request: CustomerRequest, shown: Shown) -> HttpResponse:
    on = shown.ticks.on if shown.ticks else ()
    printable = shown.selection.originals.printable()
    ticked = [original for original in printable if original.position in on]
    form = MakeForm(request.POST, ticked)
    if not form.is_valid():
        return _page(request, shown, form, status=422)

    try:
        cart.add(request.user, form.wanted())
    except IntegrityError:  # deleted since we read them
        messages.error(request, GONE)
        return redirect("choose")
    messages.success(request, _said(form, len(ticked)))
    return redirect("cart")


def _page(
    request: CustomerRequest, shown: Shown, form: MakeForm, status: int = 200
) -> HttpResponse:
    first = (shown.number - 1) * PAGE
    here = Q(position__gte=first, position__lt=first + PAGE)
    found = shown.selection.originals.filter(here | Q(state=Original.State.REFUSED))
    refused = [one for one in found if one.state == Original.State.REFUSED]
    tiles = [shown.tile(one, form.chosen) for one in found if one not in refused]
    ticked = len(shown.ticks.on) if shown.ticks else shown.printable
    page = {
        "selection": shown.selection,
        "form": form,
        "products": PRODUCTS.values(),
        "tiles": tiles,
        "refused": refused,
        "shown": shown,
        "pages": range(1, shown.pages + 1),
        "off": shown.ticks.beyond(shown.number) if shown.ticks else "",
        "ticked": ticked,
        "elsewhere": ticked - sum(tile.ticked for tile in tiles),
    }
    return render(request, "products.html", page, status=status)


def _said(form: MakeForm, photos: int) -> str:
    """What went into the cart."""
    product, copies = form.chosen, form.cleaned_data["copies"]
    count = copies * photos if product.is_single else copies
    times = f"{count} × " if count > 1 else ""
    of = "" if product.is_single else f", of {photos} photos"
    return f"Added to your cart: {times}{product.name}{of}."
