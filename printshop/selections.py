"""From a visit to the picker to the shop's own copies of what was picked."""

import hashlib
import logging
import tempfile
from typing import IO

from django.db import transaction
from django_tasks import task

from printshop import photos, prints, storage
from printshop.failures import (
    Failure,
    NotConnected,
    PhotosRefused,
    PhotosUnavailable,
    ScopeMissing,
)
from printshop.models.customers import Connection, Customer
from printshop.models.selections import Original, Selection
from printshop.photos import PickedItem
from printshop.products import Size

TRIES = 5  # for one photo, before the others go on without it
RECONNECT = "The access you lent us has ended. Connect your photos again to go on."
LATER = "The photo service does not answer. We keep trying; nothing is lost."
logger = logging.getLogger("printshop.selections")


def begin(customer: Customer) -> Selection:
    """A new visit to the picker; raises NotConnected, ScopeMissing and the rest."""
    session = photos.create_session(connection_of(customer))
    return Selection.objects.create(
        customer=customer,
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
    if selection.stage != Selection.Stage.COPYING:
        return

    try:
        _copy(selection)
    except (NotConnected, ScopeMissing) as error:
        _wait(selection, RECONNECT, error)
    except PhotosRefused as error:
        if selection.attempts < TRIES:
            _wait(selection, LATER, error)  # addresses of bytes live for an hour only
        else:
            _give_up(selection)
    except Failure as error:
        _wait(selection, LATER, error)


def wake(customer: Customer) -> None:
    """A new connection: what waited for it goes on at once."""
    waiting = Selection.objects.of(customer).filter(stage=Selection.Stage.COPYING)
    for selection in waiting:
        copy_selection.enqueue(str(selection.pk))


def connection_of(customer: Customer) -> Connection:
    """The connection that may choose photos; raises NotConnected or ScopeMissing."""
    connection = Connection.objects.filter(customer=customer).first()
    if connection is None or connection.broken_at:
        raise NotConnected("no connection")
    if not connection.may_pick:
        raise ScopeMissing("the grant does not cover the picker")
    return connection


def _copy(selection: Selection) -> None:
    connection = connection_of(selection.customer)
    items = {
        item.id: item
        for item in photos.picked_items(connection, selection.picker_session)
    }
    Original.objects.bulk_create(
        [
            Original(
                customer=selection.customer,
                selection=selection,
                media_id=item.id,
                position=position,
                filename=item.filename,
            )
            for position, item in enumerate(items.values())
        ],
        ignore_conflicts=True,
    )
    for original in selection.originals.waiting():
        _copy_one(connection, original, items[original.media_id])
    Selection.objects.copied(selection)
    try:
        photos.delete_session(connection, selection.picker_session)
    except Failure as error:  # it ends by itself
        logger.info("picker session not deleted: %s", error)


def _copy_one(connection: Connection, original: Original, item: PickedItem) -> None:
    if not item.is_photo:
        Original.objects.refused(original, "Videos cannot be printed.")
        return

    with tempfile.TemporaryFile() as file:
        photos.download(connection, item, file)
        try:
            size = prints.measure(file)
            _compare(size, item)
        except prints.Unprintable as error:
            Original.objects.refused(original, str(error))
            return
        name = storage.keep("originals", "", file)
        recorded = Original.objects.arrived(
            original,
            file=name,
            sha256=_sha256(file),
            width=size.width,
            height=size.height,
        )
    if not recorded:
        storage.drop(name)


def _compare(size: Size, item: PickedItem) -> None:
    """Is this the original, and not a smaller copy? Turned sideways is the same."""
    told = {item.width, item.height}
    if 0 not in told and told != {size.width, size.height}:
        raise prints.Unprintable("The photo arrived in another size than announced.")


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    sha256 = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        sha256.update(piece)
    return sha256.hexdigest()


def _wait(selection: Selection, problem: str, error: Failure) -> None:
    seconds = min(5 * 2**selection.attempts, 300)
    logger.warning("selection %s waits %s s: %s", selection.pk, seconds, error)
    Selection.objects.wait(selection, problem, seconds=seconds)


def _give_up(selection: Selection) -> None:
    """Go on with what arrived, and say what did not."""
    for original in selection.originals.waiting():
        Original.objects.refused(original, "The photo service would not give it to us.")
    Selection.objects.copied(selection)
