"""The authorization endpoint: RFC 6749 §3.1, OIDC Core §3.1.2."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authserver import authorization_checks as checks
from authserver import consent
from authserver.authorization_request import (
    AuthorizationRequest,
    RequestGone,
    must_sign_in,
)
from authserver.authorization_response import (
    as_before,
    failure,
    success,
    way_back,
)
from authserver.errors import (
    ConsentRequired,
    InvalidRequest,
    LoginRequired,
    OAuthError,
    Shown,
    refused,
)
from authserver.models import Client, Event, PendingRequest, Session
from authserver.pages import errors as pages
from authserver.sessions import current_session

MAX_QUERY = 3500  # what fits into a request line everywhere


class SeeOther(HttpResponseRedirect):
    """Go on with GET (RFC 9700 §4.12)."""

    status_code = 303


@csrf_exempt  # clients send people here by POST too; it never approves by itself
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])  # OIDC Core §3.1.2.1
def authorize(request: HttpRequest) -> HttpResponse:
    """Check a request, then sign-in, consent, or straight back to the client."""
    if request.method == "POST":
        return _as_get(request)
    try:
        client = checks.client_of(request.GET)
        address = checks.return_address(request.GET, client)
    except Shown as problem:
        _note(request, InvalidRequest(str(problem)))
        return pages.refused(request, str(problem))
    try:
        return _begin(request, client, checks.parse(request.GET, client, address))
    except OAuthError as problem:
        _note(request, problem, client)
        if client.is_self_registered and not _must_be_silent(request, problem):
            return way_back(request, client, address, problem)
        return failure(request, address, problem.error, str(problem))


def _must_be_silent(request: HttpRequest, problem: OAuthError) -> bool:
    """Whether even a client that nobody looked at gets an error without a click.

    Anybody can register one for the sake of its redirect URI, and send people there
    by a request that fails; hence the page (RFC 9700 §4.11.2). The same section leaves
    silent authentication out, and OIDC Core §3.1.2.1 forbids pages there: such a
    client would wait in a hidden frame for an answer that never comes. So it is told
    the two things it may ask for silently: that a sign-in or a decision is owed. A
    malformed request is shown all the same.
    """
    asked = isinstance(problem, LoginRequired | ConsentRequired)
    return asked and request.GET.get("prompt", "").split() == ["none"]


def resume(request: HttpRequest, pending: PendingRequest) -> HttpResponse:
    """What comes next for a pending request: sign-in, consent, or the client (303)."""
    session, asked = current_session(request), AuthorizationRequest.of(pending)
    if session is None or must_sign_in(pending, session):
        query = urlencode({"request": pending.pk})
        return SeeOther(f"{reverse('sign_in')}?{query}")
    if not asked.means(session.user):
        return _answered(request, pending, LoginRequired("Another account signed in."))
    before = consent.granted_before(pending.client, session.user)
    if consent.needed(asked, pending.client, before):
        return SeeOther(reverse("consent", args=[pending.pk]))
    if not PendingRequest.objects.answer(pending.pk):
        raise RequestGone
    return success(request, asked, pending.client, session, asked.everything)


def _begin(
    request: HttpRequest, client: Client, asked: AuthorizationRequest
) -> HttpResponse:
    """At once if nothing is owed; else keep the request and go on."""
    session = current_session(request)
    try:
        return _at_once(request, client, asked, session)
    except (LoginRequired, ConsentRequired):
        if asked.is_silent:  # an error, never a page: OIDC Core §3.1.2.6
            raise
    pending = asked.keep(request, client=client)
    if session and not asked.means(session.user):
        pending.require_sign_in()
    return resume(request, pending)


def _at_once(
    request: HttpRequest,
    client: Client,
    asked: AuthorizationRequest,
    session: Session | None,
) -> HttpResponse:
    """A code without a page; raises LoginRequired, ConsentRequired if one is owed."""
    oldest = asked.must_authenticate_after()
    if session is None or (oldest and session.auth_time < oldest):
        raise LoginRequired("Nobody is signed in, or not recently enough.")
    if not asked.means(session.user):
        raise LoginRequired("Another account is signed in.")
    before = consent.granted_before(client, session.user)
    if consent.needed(asked, client, before):
        raise ConsentRequired("The resource owner has not agreed to this yet.")
    if before.covers(asked.scopes, asked.single_claims):
        return as_before(request, asked, session, before)
    return success(request, asked, client, session, asked.everything)


def _answered(
    request: HttpRequest, pending: PendingRequest, problem: OAuthError
) -> HttpResponse:
    """End a pending request with an error."""
    if not PendingRequest.objects.answer(pending.pk):
        raise RequestGone
    _note(request, problem, pending.client)
    address = AuthorizationRequest.of(pending).return_address
    return failure(request, address, problem.error, str(problem))


def _note(
    request: HttpRequest, problem: OAuthError, client: Client | None = None
) -> None:
    """To the log, and to the activity of whoever is signed in."""
    refused(problem.error, problem, client=client)
    if request.user.is_authenticated:
        reason = f"{problem.error}: {problem}"
        Event.objects.record(
            Event.Kind.REFUSED, request, user=request.user, client=client, reason=reason
        )


def _as_get(request: HttpRequest) -> HttpResponse:
    """The same request again by GET: a POST from another site brings no cookie, so
    this browser's session would not be seen.
    """
    query = "&".join(filter(None, (request.GET.urlencode(), request.POST.urlencode())))
    if len(query) > MAX_QUERY:
        return pages.refused(request, "The request is too long.")
    return SeeOther(f"{reverse('authorize')}?{query}")
