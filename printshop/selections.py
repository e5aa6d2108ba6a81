"""From a visit to the picker to the shop's own copies of what was picked."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from printshop import photos
from printshop.arrivals import NoRoom
from printshop.copying import CopyingFailed, Lease, LeaseLost, SelectionForgotten, Turn
from printshop.failures import (
    Failure,
    NotConnected,
    PhotosRefused,
    PhotosUnavailable,
    ScopeMissing,
)
from printshop.models.customers import Connection, Customer
from printshop.models.selections import RECONNECT, Original, Selection

TRIES = 5  # for what is refused, before the others go on without it
PATIENCE = 12  # tries, within an hour, for what the service lists and does not send
REMIND = 3600  # seconds between two looks whether somebody connected again
LATER = "The photo service does not answer. We keep trying; nothing is lost."
FULL = "We have no room for your photos just now. We keep trying; nothing is lost."
BROKEN = "Something went wrong here. We keep trying; nothing is lost."
KEPT_BACK = "The photo service would not give it to us."
REASONS: dict[type[PhotosRefused], str] = {
    SelectionForgotten: "The photo service no longer knows what you picked.",
    CopyingFailed: "Something went wrong here when we copied it.",
}
logger = logging.getLogger("printshop.selections")


def begin(customer: Customer, *, tonight: bool = False) -> Selection:
    """A new visit to the picker; raises NotConnected, ScopeMissing and the rest.

    ``tonight``: what is picked is ordered now, and fetched when nobody is there.
    """
    session = photos.create_session(connection_of(customer))
    return Selection.objects.create(
        customer=customer,
        tonight=tonight,
        picker_session=session.id,
        picker_uri=session.picker_uri,
        look_every=session.poll_seconds,
    )


def look(selection: Selection) -> None:
    """Ask the picker if the person is done, as often as it likes to be asked."""
    if not Selection.objects.may_look(selection):
        return

    try:
        connection = connection_of(selection.customer)
        done = photos.get_session(connection, selection.picker_session).is_done
    except PhotosRefused:
        Selection.objects.end(selection)
    except PhotosUnavailable as error:
        logger.warning("picker: %s", error)
    else:
        with transaction.atomic():
            if done and Selection.objects.picked(selection):
                copy_selection.enqueue(str(selection.pk))
    selection.refresh_from_db()


@task
def copy_selection(selection_id: str) -> None:
    """Wake-up call: this selection may have photos to fetch."""
    if selection := Selection.objects.filter(pk=selection_id).first():
        copy(selection)


def copy(selection: Selection) -> None:
    """Fetch what is still missing; may be broken off and run again at any point."""
    until = Selection.objects.claim(selection)
    if until is None:
        _after_the_other(selection)
        return

    died = selection.leased_until is not None  # whoever had it before us
    selection.refresh_from_db()
    lease = Lease(selection, until)
    try:
        if died and selection.attempts > PATIENCE:
            _give_up(selection, CopyingFailed("every worker dies over it"))
        elif not _copy(selection, lease):
            copy_selection.enqueue(str(selection.pk))
    except Failure as error:
        _stopped(selection, error)
    except LeaseLost:
        logger.warning("selection %s: another worker has taken over", selection.pk)
    except Exception as error:  # it counts too: nothing is taken up for ever
        logger.exception("selection %s: copying failed", selection.pk)
        _stopped(selection, CopyingFailed(repr(error)))
    finally:
        lease.release()


def wake(customer: Customer) -> None:
    """A new connection: what waited for it goes on at once."""
    mine = Selection.objects.of(customer)
    mine.hurry()
    for selection in mine.filter(stage=Selection.Stage.COPYING):
        copy_selection.enqueue(str(selection.pk))


def connection_of(customer: Customer) -> Connection:
    """The connection that may choose photos; raises NotConnected or ScopeMissing."""
    connection = Connection.objects.filter(customer=customer).first()
    if connection is None or connection.broken_at:
        raise NotConnected("no connection")
    if not connection.may_pick:
        raise ScopeMissing("the grant does not cover the picker")
    return connection


def _copy(selection: Selection, lease: Lease) -> bool:
    """One turn; False when more is left to do."""
    connection = connection_of(selection.customer)
    turn = Turn(selection, connection, lease)
    turn.list()
    if selection.tonight and selection.originals.waiting().exists():
        Selection.objects.listed(selection)
        return True
    try:
        if not turn.run():
            return False
    except PhotosUnavailable as error:
        if selection.attempts < PATIENCE:
            raise
        raise PhotosRefused(f"every other call works: {error}") from error
    Selection.objects.copied(selection)
    if selection.originals.ordered_and_refused().exists():
        return True  # the press may ask for them once more
    try:
        photos.delete_session(connection, selection.picker_session)
    except Failure as error:  # it ends by itself
        logger.info("picker session not deleted: %s", error)
    return True


def _after_the_other(selection: Selection) -> None:
    """Somebody holds the lease, or did when it died: look again when it ends."""
    selection.refresh_from_db()
    held = selection.leased_until
    if selection.stage == Selection.Stage.COPYING and held and held > timezone.now():
        copy_selection.using(run_after=held).enqueue(str(selection.pk))


def _stopped(selection: Selection, error: Failure) -> None:
    """What is in the way, and whether waiting helps."""
    match error:
        case NotConnected() | ScopeMissing():
            _wait(selection, RECONNECT, error, at_least=REMIND)  # or until wake()
        case NoRoom():
            _wait(selection, FULL, error)
        case PhotosRefused() if selection.attempts >= TRIES:
            _give_up(selection, error)
        case CopyingFailed():
            _wait(selection, BROKEN, error)
        case PhotosUnavailable(retry_after=seconds):
            _wait(selection, LATER, error, at_least=seconds)
        case _:
            _wait(selection, LATER, error)


def _wait(
    selection: Selection, problem: str, error: Failure, *, at_least: int = 0
) -> None:
    """Say what is in the way, and try again; more patiently each time."""
    pause = min(5 * 2 ** min(selection.attempts, 6), 300)
    seconds = max(pause, at_least)
    logger.warning("selection %s waits %s s: %s", selection.pk, seconds, error)
    again = timezone.now() + timedelta(seconds=seconds)
    Selection.objects.wait(selection, problem, until=again)
    copy_selection.using(run_after=again).enqueue(str(selection.pk))


def _give_up(selection: Selection, error: PhotosRefused) -> None:
    """Go on with what arrived, and say what did not."""
    known = selection.originals.all()
    if not known.exists():
        Selection.objects.end(selection)
        return

    for original in known.waiting():
        Original.objects.refused(original, REASONS.get(type(error), KEPT_BACK))
    Selection.objects.copied(selection)
