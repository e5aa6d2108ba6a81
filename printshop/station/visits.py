"""A visit, from the first touch to the last: RFC 8628 §3.4, RFC 8628 §3.5.

Whoever looks at the screen brings on what is due: one question to somebody else, asked
by one tab at a time and no sooner than its answerer likes. What is asked next is the
visit's stage; each step below is one, in the order in which they come.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from printshop import userinfo
from printshop.arrivals import NoRoom
from printshop.failures import (
    Failure,
    NotConnected,
    PhotosRefused,
    PhotosUnavailable,
    ProviderUnavailable,
)
from printshop.models.attempts import digest
from printshop.models.customers import Customer
from printshop.models.stations import Problem, Stage, StationVisit, new_screen
from printshop.station import device_grant, lent, picks
from printshop.station.lent import Turn, TurnLost
from printshop.token_endpoint import Refused

logger = logging.getLogger("printshop.station")


class Over(Exception):
    """The visit has come to its end before it was finished."""

    def __init__(self, problem: Problem, reason: str = "") -> None:
        super().__init__(reason or problem)
        self.problem = problem


def begin(address: str) -> str:
    """Somebody touched the screen; returns the secret that binds the visit to it."""
    screen = new_screen()
    StationVisit.objects.create(screen=digest(screen), address=address)
    return screen


def touched(visit: StationVisit) -> bool:
    """Is whoever touches it the one it knows? Ends it if they come too late."""
    if StationVisit.objects.touched(visit):
        return True
    lent.end(visit, _why_over(visit))
    return False


def attend(visit: StationVisit) -> None:
    """Bring a visit up to now: end it if its time is over, else ask what is due."""
    if visit.has_expired:
        lent.end(visit, Problem.EXPIRED)
    elif visit.is_forsaken:
        lent.end(visit, _why_over(visit))
    elif visit.stage == Stage.CHOOSING and not visit.photos.exists():
        lent.end(visit, Problem.NONE_PICKED)  # forgotten meanwhile
    else:
        _take_turn(visit)
    visit.refresh_from_db()


def _why_over(visit: StationVisit) -> str:
    """Whoever put it into the cart has done all there was to do."""
    return "" if visit.stage == Stage.CARRIED else Problem.LEFT


def _take_turn(visit: StationVisit) -> None:
    until = StationVisit.objects.take_turn(visit)
    if until is None:
        return
    visit.refresh_from_db()
    turn = Turn(visit, until)
    try:
        _step(turn)
    except TurnLost:
        logger.info("visit %s ended meanwhile", visit.pk)
    except Over as over:
        logger.info("visit %s is over: %s", visit.pk, over)
        lent.end(visit, over.problem)


def _step(turn: Turn) -> None:
    """Ask, and read what goes wrong as a reason to wait or to end; raises Over."""
    try:
        STEPS[Stage(turn.visit.stage)](turn)
    except (ProviderUnavailable, PhotosUnavailable, NoRoom) as trouble:
        logger.warning("visit %s waits: %s", turn.visit.pk, trouble)
        _wait(turn)
    except NotConnected as ended:
        raise Over(Problem.TAKEN_BACK, str(ended)) from ended
    except PhotosRefused as ended:  # the picker has forgotten the session
        raise Over(Problem.EXPIRED, str(ended)) from ended
    except (Refused, Failure) as refused:
        raise Over(Problem.REFUSED, str(refused)) from refused


def _wait(turn: Turn) -> None:
    """Each time twice as long: RFC 8628 §3.5."""
    failures = min(turn.visit.failures + 1, 10)
    pause = min(turn.visit.interval * 2**failures, device_grant.SLOWEST)
    turn.write(failures=failures, next_at=_in(pause))


def _ask(turn: Turn) -> None:
    """Two codes: RFC 8628 §3.1."""
    if StationVisit.objects.is_crowded(turn.visit):
        raise Over(Problem.CROWDED)
    codes = device_grant.ask()
    turn.write(
        stage=Stage.WAITING,
        device_code=codes.device_code,
        user_code=codes.user_code,
        verification_uri=codes.verification_uri,
        verification_uri_complete=codes.verification_uri_complete,
        expires_at=codes.expires_at,
        interval=codes.interval,
        next_at=_in(codes.interval),
        failures=0,
    )


def _poll(turn: Turn) -> None:
    """Has the person answered? RFC 8628 §3.4."""
    try:
        tokens = device_grant.poll(turn.visit.device_code)
    except Refused as refused:
        _not_yet(turn, refused.code)
        return
    now = timezone.now()
    lent.keep(
        turn,
        tokens,
        stage=Stage.MEETING,
        id_token=tokens.id_token,
        device_code="",
        user_code="",
        verification_uri="",
        verification_uri_complete="",
        expires_at=None,
        next_at=now,
        touched_at=now,
        failures=0,
    )


def _not_yet(turn: Turn, code: str) -> None:
    """What an error means: RFC 8628 §3.5."""
    interval = turn.visit.interval
    match code:
        case device_grant.PENDING:
            pass
        case device_grant.SLOW_DOWN:  # for this and all questions to come
            interval += device_grant.SLOWER
        case device_grant.DENIED:
            raise Over(Problem.DENIED)
        case device_grant.EXPIRED:
            raise Over(Problem.EXPIRED)
        case _:
            raise Over(Problem.REFUSED, repr(code[:100]))
    turn.write(interval=interval, next_at=_in(interval), failures=0)


def _meet(turn: Turn) -> None:
    """Who is it, may we see what they pick, and where do they pick it?"""
    visit = turn.visit
    who = lent.verified(visit.id_token, visit.access_token)
    if settings.PICK_SCOPE not in visit.scope.split():  # RFC 6749 §5.1
        raise Over(Problem.NO_PHOTOS)
    customer = Customer.objects.met(who.iss, who.sub)
    if not customer.is_active:
        raise Over(Problem.REFUSED, "this account is closed")
    claims = userinfo.ask(lent.access_token(turn), who)
    Customer.objects.called(customer, userinfo.words(claims, "name", 200))
    session = picks.begin(turn)
    turn.write(
        stage=Stage.PICKING,
        customer=customer,
        id_token="",
        picker_session=session.id,
        picker_uri=session.picker_uri,
        interval=session.poll_seconds,
        next_at=_in(session.poll_seconds),
        touched_at=timezone.now(),
        failures=0,
    )


def _look(turn: Turn) -> None:
    """Have they pressed Done on their phone?"""
    session, now = picks.look(turn), timezone.now()
    if session.is_done:
        turn.write(stage=Stage.FETCHING, next_at=now, touched_at=now, failures=0)
    else:
        turn.write(next_at=_in(session.poll_seconds), failures=0)


def _fetch(turn: Turn) -> None:
    """The photos; when they are here nothing that was lent is needed any more."""
    if not picks.fetch(turn):
        turn.write(next_at=timezone.now(), failures=0)
        return
    visit = turn.visit
    if not visit.photos.exists():
        raise Over(Problem.NONE_PICKED)
    before = visit.lent
    turn.write(
        stage=Stage.CHOOSING,
        access_token="",
        refresh_token="",
        picker_session="",
        picker_uri="",
        touched_at=timezone.now(),
    )
    lent.give_back(before)


STEPS: Mapping[Stage, Callable[[Turn], None]] = {
    Stage.ASKING: _ask,
    Stage.WAITING: _poll,
    Stage.MEETING: _meet,
    Stage.PICKING: _look,
    Stage.FETCHING: _fetch,
}


def sweep() -> None:
    """End what nobody looks at any more, and forget what is over."""
    for visit in StationVisit.objects.forsaken():
        lent.end(visit, Problem.LEFT)
    StationVisit.objects.over().delete()


def _in(seconds: int) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)
