"""Choosing photos."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from printshop import night, selections
from printshop.connection import MISSING_OFFLINE
from printshop.models.customers import Connection
from printshop.models.selections import RECONNECT, Selection
from printshop.pages.products import CHOSEN
from printshop.pages.requests import CustomerRequest

LASTING = urlencode({"missing": MISSING_OFFLINE})
NOT_OURS = (Selection.Stage.ENDED, Selection.Stage.STATION)  # nothing to go on with


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: CustomerRequest) -> HttpResponse:
    """Begin a selection; without a connection say what it is for, and offer one."""
    held = Connection.objects.filter(customer=request.user).first()
    if request.method == "POST":
        tonight = request.POST.get("fetch") == "tonight"
        if tonight and held and held.may_pick and not held.works_at_night:
            return redirect(f"{reverse('connect')}?{LASTING}")
        begun = selections.begin(request.user, tonight=tonight)
        return redirect("selection", begun.pk)
    recent = Selection.objects.of(request.user).exclude(stage__in=NOT_OURS)
    page = {"held": held, "recent": recent[:3], "night": night.words()}
    return render(request, "choose.html", page)


@never_cache
@login_required
@require_safe
def selection(request: CustomerRequest, selection_id: uuid.UUID) -> HttpResponse:
    """Waiting for the picks, then for the copies, then on to the products."""
    chosen = _selection(request, selection_id)
    if chosen.stage in CHOSEN and chosen.originals.printable().exists():
        return redirect("products", chosen.pk)
    reconnect = chosen.problem == RECONNECT
    page = {"selection": chosen, "reconnect": reconnect, **_progress(chosen)}
    return render(request, "selection.html", page)


@never_cache
@login_required
@require_safe
def selection_state(request: CustomerRequest, selection_id: uuid.UUID) -> HttpResponse:
    """The same for the page's script."""
    return JsonResponse(_progress(_selection(request, selection_id)))


def _selection(request: CustomerRequest, selection_id: uuid.UUID) -> Selection:
    """The customer's own selection, as the picker knows it now."""
    chosen = get_object_or_404(Selection.objects.of(request.user), pk=selection_id)
    selections.look(chosen)
    return chosen


def _progress(chosen: Selection) -> dict[str, object]:
    """``version`` changes when the page should be shown anew."""
    total = chosen.originals.count()
    done = total - chosen.originals.waiting().count()
    version = f"{chosen.stage}{chosen.problem}{total}"
    return {"version": version, "done": done, "total": total}
