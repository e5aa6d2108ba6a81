"""Connected apps: what was allowed, to whom, since when; and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from authserver import access, redirect_uris, scopes
from authserver.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    Event,
    RefreshToken,
)
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.pages.sentences import said


def _newest(issued: QuerySet[Any]) -> Subquery:
    """When the last of these codes or tokens was issued."""
    came_of_it = issued.filter(authorization=OuterRef("pk")).order_by("-created")
    return Subquery(came_of_it.values("created")[:1])


NEWEST = {  # three, since their rows live for different times
    "newest_code": _newest(AuthorizationCode.objects.all()),
    "newest_access_token": _newest(AccessToken.objects.all()),
    "newest_refresh_token": _newest(RefreshToken.objects.all()),
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
    if access.take_back(authorization):
        Event.objects.record(
            Event.Kind.REMOVED, request, user=request.user, client=client
        )
    messages.success(request, f"{client.name} no longer has access to your account.")
    return SeeOther(reverse("apps"))


def _app(authorization: Authorization, catalogue: dict[str, scopes.Scope]) -> App:
    uris = authorization.client.redirect_uris.split()
    granted = [name for name in catalogue if name in authorization.scopes]
    return App(
        authorization,
        tuple(said((*granted, *authorization.claims.split()), catalogue)),
        tuple(dict.fromkeys(redirect_uris.host(uri) for uri in uris)),
        max(filter(None, map(partial(getattr, authorization), NEWEST)), default=None),
    )
