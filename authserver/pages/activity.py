"""What happened with an account, newest first."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authserver import scopes
from authserver.pages.answers import SignedInRequest
from authserver.pages.sentences import GROUPS, line_of

PER_PAGE = 25


@never_cache
@require_safe
@login_required
def activity(request: SignedInRequest) -> HttpResponse:
    """Everything about this account, or one kind of it."""
    events, group = request.user.events.select_related("client"), request.GET.get("of")
    if group in GROUPS:
        events = events.filter(kind__in=GROUPS[group][1])
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    catalogue = scopes.catalogue()
    context = {
        "here": "activity",
        "page": page,
        "lines": [line_of(event, catalogue) for event in page],
        "group": group if group in GROUPS else "",
        "groups": [(name, label) for name, (label, _) in GROUPS.items()],
    }
    return render(request, "activity.html", context)
