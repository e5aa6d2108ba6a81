"""The consent page: what may this app do (RFC 6749 §4.1.1, OIDC Core §3.1.2.4).

The form holds nothing but the decision and the ticked boxes. What was validated stays
in the PendingRequest, so a tampered form can only choose less.
"""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from authserver import consent as engine
from authserver.authorization_request import (
    AuthorizationRequest,
    form_action,
    must_sign_in,
    pending_of,
)
from authserver.models import PendingRequest, Session
from authserver.pages.answers import SeeOther, forms_may_end_at, gone_is_a_page
from authserver.pages.permissions import grouped
from authserver.sessions import current_session

UNDECIDED = "Choose Allow or Deny."
NOTHING_TICKED = "Tick at least one permission to allow, or choose Deny."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@gone_is_a_page
def consent(request: HttpRequest, request_id: str) -> HttpResponse:
    """Show what a client asks for, and answer it as the person decides."""
    pending = pending_of(request, request_id)
    session = current_session(request)
    if session is None or must_sign_in(pending, session):
        return SeeOther(_sign_in(pending))
    page = engine.page(pending, session.user)
    if request.method != "POST":
        return _show(request, pending, page, session)
    decision, page = request.POST.get("decision"), page.sent(request.POST)
    if problem := _problem(page, decision):
        return _show(request, pending, page, session, problem=problem)
    return engine.decide(
        request,
        pending,
        allow=decision == "allow",
        scope=request.POST.getlist("scope"),
        claim=request.POST.getlist("claim"),
    )


def _problem(page: engine.ConsentPage, decision: str | None) -> str | None:
    """What keeps this form from being an answer."""
    if decision not in {"allow", "deny"}:
        return UNDECIDED
    grants = any(row.ticked for row in page.rows if row.field == "scope")
    return NOTHING_TICKED if decision == "allow" and not grants else None


def _show(
    request: HttpRequest,
    pending: PendingRequest,
    page: engine.ConsentPage,
    session: Session,
    problem: str | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page,
        "client": page.client,
        "groups": grouped(page.rows),
        "home_host": urlsplit(page.client.client_uri).netloc,
        "return_host": page.returns_to,
        "switch_url": _sign_in(pending),
        "asked": AuthorizationRequest.of(pending),
        "problem": problem,
    }
    status = 400 if problem else 200
    response = render(request, "consent.html", context, status=status)
    return forms_may_end_at(response, form_action(pending))


def _sign_in(pending: PendingRequest) -> str:
    return f"{reverse('sign_in')}?{urlencode({'request': pending.pk})}"
