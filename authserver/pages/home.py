"""The account at a glance."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authserver import mail
from authserver.models import Client
from authserver.pages.answers import SignedInRequest
from authserver.pages.sentences import line_of
from authserver.sessions import live_of


@never_cache
@require_safe
@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Who you are here, and where to look further."""
    user, latest = request.user, request.user.events.select_related("client").first()
    context = {
        "here": "home",
        "unconfirmed": mail.unconfirmed_address(user),
        "apps_count": user.authorizations.live().count(),
        "sessions_count": live_of(user).count(),
        "clients_count": Client.objects.filter(user=user).count(),
        "latest": line_of(latest) if latest else None,
    }
    return render(request, "home.html", context)
