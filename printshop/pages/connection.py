"""Lending the shop one's photos, seeing what was lent, taking it back."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from printshop import connection as tokens
from printshop import fulfilment
from printshop.authorization import Return, depart, own_path
from printshop.failures import Declined, SignInFailed
from printshop.models.attempts import Attempt
from printshop.models.customers import Connection
from printshop.models.orders import Order, Stage
from printshop.models.selections import Original
from printshop.pages.requests import CustomerRequest


class DeclinedPhotos(Declined):
    """The person lends no photos, today."""

    advice = (
        "We see none of your photos. Nothing else has changed: you are still signed"
        " in, and your orders are where they were."
    )
    action = ("connection", "Back to your connection")


class NotLent(SignInFailed):
    """The answer is not acceptable; whoever is signed in stays so."""

    title = "We could not connect your photos"
    action = ("connect", "Connect again")


@never_cache
@login_required
@require_safe
def connect(request: CustomerRequest) -> HttpResponse:
    """Ask to see what is picked; for more only if ``missing`` says so."""
    held = Connection.objects.filter(customer=request.user).first()
    scope = tokens.wanted_scope(held, request.GET.get("missing", ""))
    lasting = settings.OFFLINE_SCOPE in scope.split()
    target = depart(
        request,
        Attempt.Purpose.CONNECT,
        scope=scope,
        next_path=own_path(request.GET.get("next"), reverse("choose")),
        customer=request.user,
        prompt="consent" if lasting else "",  # OIDC Core §11
        resource=settings.RESOURCE,
    )
    return redirect(target)


@never_cache
@login_required
@require_safe
def connect_callback(request: CustomerRequest) -> HttpResponse:
    """Take the answer; go on only if the person lent what is needed."""
    try:
        returned = Return.parse(request, Attempt.Purpose.CONNECT)
        lent = tokens.connect(request, returned, request.user)
    except Declined as declined:
        raise DeclinedPhotos(str(declined)) from declined
    except SignInFailed as failed:
        raise NotLent(str(failed)) from failed
    if not lent.may_pick:
        return redirect("connection")
    fulfilment.go_on(request.user)
    messages.success(request, "Your photos are connected.")
    return redirect(returned.attempt.next)


@never_cache
@login_required
@require_safe
def connection(request: CustomerRequest) -> HttpResponse:
    """What is lent, since when, until when, and which orders need it yet."""
    held = Connection.objects.filter(customer=request.user).first()
    unfetched = Original.objects.waiting().filter(selection__customer=request.user)
    orders = Order.objects.of(request.user).filter(
        stage=Stage.RECEIVED, items__placements__original__in=unfetched
    )
    page = {"held": held, "orders": orders.distinct()}
    return render(request, "connection.html", page)


@login_required
@require_POST
def disconnect(request: CustomerRequest) -> HttpResponse:
    """Give everything back; works when the provider is down."""
    if tokens.disconnect(request.user):
        messages.success(request, "Disconnected. We hold nothing of yours any more.")
    else:
        messages.warning(
            request,
            "Disconnected: we hold no access any more. Your"
            f" {settings.PROVIDER_NAME} account could not be told; to be sure, remove"
            " us there too, from the list of connected apps.",
        )
    return redirect("connection")
