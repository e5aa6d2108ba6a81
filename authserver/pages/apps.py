"""Connected apps: what was allowed, to whom, since when; and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from authserver import redirect_uris, scopes
from authserver.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    Event,
    RefreshToken,
)
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.pages.sentences import said

ISSUED = (AuthorizationCode, AccessToken, RefreshToken)
NEWEST = {  # when the last code or token was issued; rows live for different times
    f"newest_{number}": Subquery(
        model.objects.filter(authorization=OuterRef("pk"))
        .order_by("-created")
        .values("created")[:1]
    )
    for number, model in enumerate(ISSUED)
}


@dataclass(frozen=True, slots=True)
class App:
    """One authorization in a person's words."""

    authorization: Authorization
    sentences: tuple[str, ...]
    hosts: tuple[str, ...]
    last_used: datetime | None


@never_cache
@require_safe
@login_required
def apps(request: SignedInRequest) -> HttpResponse:
    """One row per client."""
    live = request.user.authorizations.live().annotate(**NEWEST)
    catalogue = scopes.catalogue()
    rows = [_app(each, catalogue) for each in live.select_related("client__user")]
    return render(request, "apps.html", {"here": "apps", "apps": rows})


@require_POST
@login_required
def remove_access(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back consent, and every token that came of it, at once."""
    mine = request.user.authorizations.select_related("client")
    authorization = get_object_or_404(mine, pk=pk)
    client = authorization.client
    if _end(authorization):
        Event.objects.record(
            Event.Kind.REMOVED, request, user=request.user, client=client
        )
    messages.success(request, f"{client.name} no longer has access to your account.")
    return SeeOther(reverse("apps"))


def _end(authorization: Authorization) -> bool:
    """Revoke it and all that came of it; False if somebody was faster.

    In the order in which one comes of the other, so that a code or token that is being
    exchanged at this moment leaves nothing alive behind.
    """
    came_of_it = {"authorization": authorization}
    ended = Authorization.objects.filter(pk=authorization.pk).revoke() == 1
    for code in AuthorizationCode.objects.filter(**came_of_it, redeemed_at=None):
        AuthorizationCode.objects.burn(code.pk)
    alive = RefreshToken.objects.filter(**came_of_it, used_at=None, revoked=None)
    while alive.exists():  # a refresh that ran meanwhile has left a successor
        alive.revoke()
    AccessToken.objects.filter(**came_of_it).revoke()
    return ended


def _app(authorization: Authorization, catalogue: dict[str, scopes.Scope]) -> App:
    uris = authorization.client.redirect_uris.split()
    granted = [name for name in catalogue if name in authorization.scopes]
    return App(
        authorization,
        tuple(said((*granted, *authorization.claims.split()), catalogue)),
        tuple(dict.fromkeys(redirect_uris.host(uri) for uri in uris)),
        max(filter(None, map(partial(getattr, authorization), NEWEST)), default=None),
    )
