"""The developer's console: one's own clients, registered with the rules of all.

The secret is in the answer to the form that made it, and nowhere else afterwards.
"""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from authserver import registration
from authserver.models import Client, Event
from authserver.pages import client_guide
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.pages.client_form import ClientForm

LIMIT = 20  # clients per person
GRACE = timedelta(days=1)  # for which a replaced secret still works
SECRETS = ("client_secret", "previous_secret", "previous_secret_expires")
Kind = Event.Kind


@never_cache
@require_safe
@login_required
def developer(request: SignedInRequest) -> HttpResponse:
    """One's own clients."""
    clients = Client.objects.filter(user=request.user).order_by("name")
    return render(request, "developer.html", {"here": "developer", "clients": clients})


@never_cache
@require_safe
@login_required
def choose_type(request: SignedInRequest) -> HttpResponse:
    """What is it? The form depends on the answer (RFC 6749 §2.1)."""
    context = {"here": "developer", "types": client_guide.TYPES.items()}
    return render(request, "developer_types.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: SignedInRequest, kind: str) -> HttpResponse:
    """Register a client; the answer holds its secret, this once."""
    if kind not in client_guide.TYPES:
        raise Http404
    if Client.objects.filter(user=request.user).count() >= LIMIT:
        messages.error(request, f"{LIMIT} apps are the limit. Remove one first.")
        return SeeOther(reverse("developer"))
    client = Client(user=request.user, application_type=kind, client_secret="")
    form = _form(request, client)
    if not form.is_valid():
        return _ask(request, form)
    secret = "" if client.is_public else registration.new_secret()
    if secret:
        registration.set_secret(client, secret)
    form.save()
    _record(request, Kind.CLIENT_REGISTERED, client)
    return _show(request, client, secret, status=201)


@never_cache
@require_safe
@login_required
def client_page(request: SignedInRequest, client_id: str) -> HttpResponse:
    """What to configure; without the secret."""
    return _show(request, _own(request, client_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Change a registration; who it is and of what type stays."""
    client = _own(request, client_id)
    was_verified, form = client.verified_at is not None, _form(request, client)
    if not form.is_valid():
        return _ask(request, form)
    form.save()
    changed = ", ".join(str(form[name].label) for name in form.changed_data)
    _record(request, Kind.CLIENT_CHANGED, client, f"Changed: {changed}.")
    messages.success(request, f"{client.name} is changed, from now on.")
    if was_verified and client.verified_at is None:
        messages.warning(request, "We have to look at it again before it is verified.")
    return SeeOther(reverse("developer_client", args=[client.client_id]))


@never_cache
@require_POST
@login_required
def new_secret(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Replace the secret; the old one works for a day more, so that nothing stops."""
    client = _own(request, client_id)
    if client.is_public:
        messages.error(request, "This app keeps no secret.")
        return SeeOther(reverse("developer_client", args=[client.client_id]))
    secret = registration.new_secret()
    client.previous_secret = client.client_secret
    client.previous_secret_expires = timezone.now() + GRACE
    registration.set_secret(client, secret)
    client.save(update_fields=SECRETS)  # who disables it meanwhile has the last word
    _record(request, Kind.CLIENT_CHANGED, client, "It has a new secret.")
    return _show(request, client, secret)


@require_POST
@login_required
def end_old_secret(request: SignedInRequest, client_id: str) -> HttpResponse:
    """The replaced secret works no longer, from now on."""
    client = _own(request, client_id)
    over = {"previous_secret": "", "previous_secret_expires": None}
    if Client.objects.filter(pk=client.pk).exclude(previous_secret="").update(**over):
        _record(request, Kind.CLIENT_CHANGED, client, "Its old secret was ended.")
    messages.success(request, "The old secret no longer works.")
    return SeeOther(reverse("developer_client", args=[client.client_id]))


@require_POST
@login_required
def remove_client(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Delete a client with everything that people allowed it."""
    client = _own(request, client_id)
    name = client.name
    client.delete()
    Event.objects.record(Kind.CLIENT_REMOVED, request, user=request.user, reason=name)
    messages.success(request, f"{name} is no longer registered.")
    return SeeOther(reverse("developer"))


def _own(request: SignedInRequest, client_id: str) -> Client:
    """One of this person's clients; anybody else's does not exist."""
    mine = Client.objects.filter(user=request.user)
    return get_object_or_404(mine, client_id=client_id.replace("\0", ""))


def _form(request: SignedInRequest, client: Client) -> ClientForm:
    if request.method == "POST":
        return ClientForm(request.POST, request.FILES, client=client)
    return ClientForm(client=client)


def _ask(request: SignedInRequest, form: ClientForm) -> HttpResponse:
    context = {
        "here": "developer",
        "form": form,
        "client": form.instance,
        "kind": client_guide.TYPES[form.instance.application_type],
    }
    status = 400 if form.is_bound else 200
    return render(request, "developer_form.html", context, status=status)


def _show(
    request: SignedInRequest, client: Client, secret: str = "", status: int = 200
) -> HttpResponse:
    context = client_guide.of(client) | {"here": "developer", "secret": secret}
    return render(request, "developer_client.html", context, status=status)


def _record(
    request: SignedInRequest, kind: Event.Kind, client: Client, reason: str = ""
) -> None:
    Event.objects.record(kind, request, user=request.user, client=client, reason=reason)
