"""Browser sessions: begun by a sign-in here, ended by a sign-out anywhere."""

import logging

from django.contrib import auth
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from printshop import logout_token
from printshop.failures import BadToken, Failure, ProviderUnavailable, SignInFailed
from printshop.id_token import Identity
from printshop.models.customers import Customer
from printshop.models.sessions import BrowserSession, ReceivedLogout
from printshop.sealing import seal

logger = logging.getLogger("printshop.sessions")


def begin(
    request: HttpRequest, customer: Customer, identity: Identity, id_token: str
) -> None:
    """Sign a customer in, under a new session key: nobody else can know it."""
    before = request.session.session_key
    auth.login(request, customer)
    if request.session.session_key in (before, None):  # of who signs in again
        request.session.cycle_key()
    rest_on(request, customer, identity, id_token)


def rest_on(
    request: HttpRequest, customer: Customer, identity: Identity, id_token: str
) -> None:
    """Tie this browser's session to the session at the provider that it came of.

    Raises SignInFailed, and signs out, if either was ended in the meantime: by a
    logout that overtook the sign-in which it ends, or here, in another tab.
    """
    request.session["id_token"] = seal(id_token)
    session_key = str(request.session.session_key)
    try:
        BrowserSession.objects.rests_on(session_key, customer, identity.sid)
    except IntegrityError as error:
        auth.logout(request)
        raise SignInFailed("this browser was signed out in the meantime") from error
    # Looked up after our row is there, and the logout is remembered before it looks
    # for rows: whichever is later sees the other.
    if ReceivedLogout.objects.overtook(identity.sub, identity.sid, identity.iat):
        auth.logout(request)
        raise SignInFailed("the provider ended this session in the meantime")


@csrf_exempt  # called by the provider, not by browsers: no cookie is read here
@never_cache  # OIDC Back-Channel Logout §2.8
@require_POST
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """End what a logout token names: OIDC Back-Channel Logout §2.5.

    Only browsers are signed out. Orders stay, and so does the connection: what was
    lent offline outlasts a session (OIDC Back-Channel Logout §2.7).
    """
    try:
        ended = _end(_received(request))
    except (BadToken, ProviderUnavailable) as failure:
        logger.warning("logout token refused: %s", failure)
        return _refused(failure)
    logger.info("the provider signed out %s browser sessions", ended)
    return HttpResponse()  # 200 as well if nobody was signed in under that name


def _received(request: HttpRequest) -> logout_token.Logout:
    """The logout that the request asks for; raises BadToken."""
    match request.POST.getlist("logout_token"):
        case [text]:
            return logout_token.verify(text)
        case _:
            raise BadToken("the request has not exactly one logout_token")


def _end(logout: logout_token.Logout) -> int:
    """Sign browsers out, once for each token; raises BadToken.

    Remembered together with what it did: if that failed, the provider tries again.
    """
    named = BrowserSession.objects.named_by(logout)
    with transaction.atomic():
        if not ReceivedLogout.objects.first_time(logout):
            raise BadToken("the token came before")
        ended = named.end()
    return ended + named.end()  # who came in before this could be seen


def _refused(failure: Failure) -> HttpResponse:
    """A logout that is invalid or failed: OIDC Back-Channel Logout §2.8."""
    why = str(failure) if isinstance(failure, BadToken) else "no key to check it with"
    error = {"error": "invalid_request", "error_description": why}
    return JsonResponse(error, status=400)
