"""Browser sessions: begun by a sign-in here, ended by a sign-out anywhere."""

import logging

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from photos_api.models import BrowserSession, Person, ReceivedLogout
from photos_api.pages.logout_token import BadLogoutToken, Logout

logger = logging.getLogger(__name__)


def begin(request: HttpRequest, person: Person, *, sid: str, iat: int) -> bool:
    """Sign somebody in, under a new session key: nobody else can know it.

    False if the session at the issuer that they come from was ended in the meantime:
    a logout may overtake the sign-in that it ends.
    """
    login(request, person)
    request.session.cycle_key()  # login() leaves the key of who signs in again
    BrowserSession.objects.create(
        session_id=str(request.session.session_key), person=person, sid=sid
    )
    # Looked up after our row is there, and the logout is remembered before it looks
    # for rows: whichever is later sees the other.
    if ReceivedLogout.objects.overtook(sub=person.sub, sid=sid, iat=iat):
        logout(request)
        return False
    return True


@csrf_exempt  # called by the issuer, not by browsers: no cookie is read here
@never_cache  # OIDC Back-Channel Logout §2.8
@require_POST
def backchannel_logout(request: HttpRequest) -> HttpResponse:
    """End what a logout token names: OIDC Back-Channel Logout §2.5.

    Only browsers are signed out. Apps keep their access: their tokens are the
    issuer's business.
    """
    try:
        told = _received(request)
    except BadLogoutToken as problem:
        logger.warning("logout token refused: %s", problem)
        error = {"error": "invalid_request", "error_description": str(problem)}
        return JsonResponse(error, status=400)
    named = BrowserSession.objects.named(iss=told.iss, sub=told.sub, sid=told.sid)
    logger.info("the issuer signed out %s browser sessions", named.end())
    return HttpResponse()  # 200 as well if nobody was signed in under that name


def _received(request: HttpRequest) -> Logout:
    """The logout that the request asks for, once."""
    match request.POST.getlist("logout_token"):
        case [text]:
            told = Logout.verify(text)
        case _:
            raise BadLogoutToken("The request has not exactly one logout_token")
    if not ReceivedLogout.objects.first_time(
        jti=told.jti, sub=told.sub, sid=told.sid, iat=told.iat
    ):
        raise BadLogoutToken("The logout token came before")
    return told
