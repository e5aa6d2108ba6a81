"""Signing in and out of this server: one Session row per person and browser.

The pages call ``start_session`` once a password was right, and ``end_session`` to sign
out. Whoever calls Django's ``login`` directly gets a Session all the same.

``live_of`` lists a person's browsers; ``end_one`` and ``end_others`` sign out there.
Whoever changes a password calls ``start_session`` again for this browser, then
``end_others``; whoever disables or deletes an account, or resets a password for
somebody who is not signed in, calls ``end_all`` first, in the same transaction.
"""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import auth
from django.contrib.auth.middleware import (
    AuthenticationMiddleware as DjangoAuthenticationMiddleware,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.functional import SimpleLazyObject

from authserver import tasks
from authserver.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    DeviceGrant,
    Event,
    LogoutDelivery,
    RefreshToken,
    Session,
    User,
)
from authserver.prepared import PARAMETER, One

SESSION = One(lambda: Session.objects.select_related("user").filter(sid=PARAMETER))
SID, BROWSER = "sid", "browser"  # keys of Django's session
CACHE = "_oidc_session"  # and one of the request


class AuthenticationMiddleware(DjangoAuthenticationMiddleware):
    """``request.user`` is somebody only while their Session is live."""

    def process_request(self, request: HttpRequest) -> None:
        """Put the person on the request, looked up when first asked for."""
        request.user = cast(User, SimpleLazyObject(lambda: _person(request)))


def current_session(request: HttpRequest) -> Session | None:
    """The live Session of the person at this browser, or None.

    None also when the account is disabled or its password changed elsewhere.
    """
    return _session(request) if request.user.is_authenticated else None


@transaction.atomic
def start_session(request: HttpRequest, user: User) -> Session | None:
    """Sign a person in, or in again; the caller has checked the password.

    None if that is not their password any more: it was changed, or the account
    disabled, since it was read. Whoever does so ends every session afterwards, so
    the row stays locked until this one can be seen.

    The same person keeps ``sid`` and gets a new ``auth_time``; another one ends the
    session that was here. The cookie changes in every case (session fixation).
    """
    if not User.objects.hold(user):
        return None
    before, browser = current_session(request), browser_of(request)
    if before and before.user_id != user.pk:
        end_session(request)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.cycle_key()  # login() leaves the cookie of who signs in again
    request.session[BROWSER] = browser  # pending requests survive the change of cookie
    session = current_session(request)
    assert session is not None  # noqa: S101  # the signal below has just made it
    Event.objects.record(Event.Kind.SIGNED_IN, request, user=user)
    return session


def end_session(request: HttpRequest, client: Client | None = None) -> None:
    """Sign out of this browser, and end what was lent until then.

    When a client asked for it, its own tokens end and no other client's.
    """
    if session := current_session(request):
        end(session, client)
        vars(request).pop(CACHE)
        Event.objects.record(
            Event.Kind.SIGNED_OUT, request, user=session.user, client=client
        )
    auth.logout(request)


def live_of(user: User) -> QuerySet[Session]:
    """The browsers in which a person is signed in, the latest seen first."""
    live = Session.objects.live().filter(user=user).select_related("user")
    return live.order_by("-last_seen", "-pk")


def end_one(request: HttpRequest, sid: UUID) -> bool:
    """Sign out there: end another session of the person who asks.

    False if there is no such live session of theirs, or it is this very browser's
    (``end_session`` is for that).
    """
    return bool(_end_elsewhere(request, {"sid": sid}))


def end_others(request: HttpRequest) -> int:
    """Sign out everywhere but here; returns in how many browsers."""
    return _end_elsewhere(request, {})


def end_all(user: User, request: HttpRequest | None = None) -> int:
    """End every session of a person, and tell their clients; returns how many."""
    return _end_each(live_of(user), request)


def end(session: Session, client: Client | None = None) -> None:
    """End a Session, this browser's or another's, and its tokens, or one client's.

    What was granted offline stays (OIDC Core §11). Another client's refresh token is
    not touched, but cannot be used once its session is over. Every client of the
    session is told, also the one that asked: its other servers may not know yet
    (OIDC Back-Channel Logout §2.5).
    """
    came_of_it: dict[str, Any] = {"session": session, "offline": False}
    if client:
        came_of_it["application"] = client
    with transaction.atomic():
        ended = Session.objects.filter(pk=session.pk).end()
        if ended and LogoutDelivery.objects.announce(session):
            transaction.on_commit(tasks.send_logouts_now, robust=True)
        _burn(came_of_it)  # first: tokens may come of one at this moment
        RefreshToken.objects.filter(**came_of_it).revoke()
        AccessToken.objects.filter(**came_of_it).revoke()


def _burn(came_of: dict[str, Any]) -> None:
    """Spoil what is not redeemed yet; waits for redemptions that are under way."""
    unspent = {"redeemed_at": None, "burnt_at": None}
    for code in AuthorizationCode.objects.filter(**came_of, **unspent).order_by("pk"):
        AuthorizationCode.objects.burn(code.pk)
    session, offline = came_of["session"], came_of["offline"]
    DeviceGrant.objects.filter(session=session, offline=offline).stop()


def browser_of(request: HttpRequest) -> str:
    """A random name for this browser, to which pending requests are bound."""
    if BROWSER not in request.session:
        request.session[BROWSER] = get_random_string(43)
    return str(request.session[BROWSER])


@receiver(user_logged_in)
def _open(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """Make or renew the Session row of a sign-in."""
    now = timezone.now()
    fresh = {
        "auth_time": now,
        "last_seen": now,
        "expires_at": now + Session.LIFETIME,
        "amr": ["pwd"],  # RFC 8176 §2
        "address": request.META.get("REMOTE_ADDR") or None,
        "user_agent": request.META.get("HTTP_USER_AGENT", "")[:300],
    }
    sid = request.session.get(SID)
    renewed = sid and Session.objects.live().filter(sid=sid, user=user).update(**fresh)
    if not renewed:
        request.session[SID] = str(Session.objects.create(user=user, **fresh).sid)
    vars(request).pop(CACHE, None)


@receiver(user_logged_out)
def _close(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    """End the Session row of a sign-out."""
    if session := current_session(request):
        end(session)
    vars(request).pop(CACHE, None)


def _end_elsewhere(request: HttpRequest, which: dict[str, UUID]) -> int:
    here = current_session(request)
    if here is None:
        return 0
    others = live_of(here.user).filter(**which).exclude(pk=here.pk)
    return _end_each(others, request)


def _end_each(sessions: Iterable[Session], request: HttpRequest | None) -> int:
    ended = 0
    with transaction.atomic():
        for session in sessions:
            end(session)
            Event.objects.record(Event.Kind.SESSION_ENDED, request, user=session.user)
            ended += 1
    return ended


def _person(request: HttpRequest) -> User | AnonymousUser:
    """Checked as Django's ``get_user`` does, but read together with the Session."""
    session, known = _session(request), request.session
    if session is None or known.get(auth.SESSION_KEY) != str(session.user_id):
        return AnonymousUser()
    password = known.get(auth.HASH_SESSION_KEY, "")
    is_theirs = constant_time_compare(password, session.user.get_session_auth_hash())
    return session.user if session.user.is_active and is_theirs else AnonymousUser()


def _session(request: HttpRequest) -> Session | None:
    """The live row that Django's session names, read once per request."""
    if CACHE not in vars(request):
        sid = request.session.get(SID)
        found = SESSION.get(UUID(sid).hex) if sid else None  # hex: on both databases
        found = found if found and found.is_live else None
        if found and not found.seen_lately:
            Session.objects.seen(found.pk)
        vars(request)[CACHE] = found
    return cast("Session | None", vars(request)[CACHE])
