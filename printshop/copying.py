"""Own copies of what was picked: four hands fetch, one head records.

The hands know an address, a token and a file. The head alone reads and writes rows,
under a lease: a worker that dies leaves it to run out, and what it had recorded stays.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime

from django.db import transaction

from printshop import photos, storage
from printshop.arrivals import Arrival, receive, refusal
from printshop.connection import access_token
from printshop.failures import Failure, NotConnected, PhotosRefused
from printshop.models.customers import Connection
from printshop.models.selections import Original, Selection
from printshop.photos import PickedItem
from printshop.press.originals import Unprintable

HANDS = 4  # connections at once
TURN = 60.0  # seconds, then other customers have theirs
FRESH = 60.0  # seconds in which an address that is refused is not simply old
PULSE = 5.0  # seconds between two renewals of the lease
ASK = 10.0  # seconds for which a token is taken without asking for a newer one
logger = logging.getLogger("printshop.copying")


class SelectionForgotten(PhotosRefused):
    """The photo service does not know, or does not tell, what was picked."""


class CopyingFailed(PhotosRefused):
    """Our own doing: no memory, a file nobody thought of, a mistake."""


class LeaseLost(Exception):
    """Another worker copies this selection now: it thought that we are dead."""


class Lease:
    """The right to copy a selection, until it is released or not renewed."""

    def __init__(self, selection: Selection, until: datetime) -> None:
        self._selection = selection
        self._until = until
        self._renewed = time.monotonic()
        self._has_trouble = bool(selection.attempts or selection.problem)

    def renew(self, *, arriving: bool) -> None:
        """Now and then, and as soon as what was in the way is over."""
        over = arriving and self._has_trouble
        if not over and time.monotonic() < self._renewed + PULSE:
            return
        until = Selection.objects.renew(self._selection, self._until, over=over)
        if until is None:
            raise LeaseLost
        self._until, self._renewed = until, time.monotonic()
        self._has_trouble = self._has_trouble and not over

    def release(self) -> None:
        """Let others copy."""
        Selection.objects.release(self._selection, self._until)


class Turn:
    """One turn of a worker at one selection; ``list``, then ``run`` it once."""

    def __init__(
        self, selection: Selection, connection: Connection, lease: Lease
    ) -> None:
        self._selection = selection
        self._connection = connection
        self._lease = lease
        self._items: dict[str, PickedItem] = {}
        self._todo: deque[Original] = deque()
        self._flying: dict[Future[Arrival], tuple[Original, PickedItem, str]] = {}
        self._token, self._asked_at, self._was_rejected = "", -ASK, False
        self._trouble: Failure | None = None
        self._refusal: PhotosRefused | None = None

    def list(self) -> None:
        """Learn what was picked, and where it lies for the next hour."""
        found = photos.picked_items(self._connection, self._selection.picker_session)
        try:
            self._items = {item.id: item for item in found}
        except PhotosRefused as error:
            raise SelectionForgotten(str(error)) from error
        self._listed_at = time.monotonic()
        remember(self._selection, self._items)

    def run(self) -> bool:
        """Fetch what is missing; False when something is left for another turn.

        Raises what is in the way when all hands rest: of all photos, or of some.
        """
        ends = time.monotonic() + TURN
        self._todo.extend(self._selection.originals.waiting())
        with ThreadPoolExecutor(HANDS, "copying") as hands:
            try:
                while self._hand_out(hands, ends) or self._flying:
                    self._take_in()
            finally:
                self._let_go(hands)
        if self._trouble:
            raise self._trouble
        if self._refusal and not self._todo:
            raise self._refusal
        return not self._todo

    def _hand_out(self, hands: ThreadPoolExecutor, ends: float) -> bool:
        """Keep every hand busy, and one more photo ready for each."""
        while self._todo and len(self._flying) < 2 * HANDS:
            if self._trouble or time.monotonic() > ends:
                return False
            original = self._todo.popleft()
            item = self._items.get(original.media_id)
            if item is None:
                Original.objects.refused(original, "It is no longer in your library.")
                continue
            token = self._good_token()
            flight = hands.submit(receive, item, token)
            self._flying[flight] = original, item, token
        return bool(self._todo)

    def _take_in(self) -> None:
        """Record what came, then look at what did not."""
        ended, _ = wait(self._flying, PULSE, FIRST_COMPLETED)
        landed = [(flight, *self._flying.pop(flight)) for flight in ended]
        came = [
            (original, flight.result())
            for flight, original, *_ in landed
            if not flight.exception()
        ]
        _record(came)
        for flight, original, item, token in landed:
            if error := flight.exception():
                self._judge(error, original, item, token)
        self._lease.renew(arriving=bool(came))

    def _judge(
        self, error: BaseException, original: Original, item: PickedItem, token: str
    ) -> None:
        """One photo is bad, or its address or our token is old, or nothing works."""
        try:
            match error:
                case Unprintable():
                    Original.objects.refused(original, str(error))
                    return
                case NotConnected():
                    self._replace(token, error)
                case PhotosRefused():
                    self._relist(original, item, error)
                case Exception() if not isinstance(error, Failure):
                    logger.error("%s was not copied", original, exc_info=error)
                    raise CopyingFailed(repr(error)) from error
                case _:
                    raise error
        except PhotosRefused as refusal:  # of this one; the others may come
            self._refusal = refusal
        except Failure as trouble:
            self._trouble = self._trouble or trouble
        else:
            self._todo.append(original)

    def _good_token(self) -> str:
        """A token that lasts for a minute, asked for a few times a minute."""
        if time.monotonic() > self._asked_at + ASK:
            self._token = access_token(self._connection)
            self._asked_at = time.monotonic()
        return self._token

    def _replace(self, rejected: str, error: NotConnected) -> None:
        """A 401 means that the token ended early: one refresh, for all hands."""
        if rejected != self._token:
            return
        if self._was_rejected:
            raise error
        self._was_rejected = True
        self._token = access_token(self._connection, rejected=rejected)

    def _relist(
        self, original: Original, item: PickedItem, error: PhotosRefused
    ) -> None:
        """An address lives for an hour: for an old one that is refused, list again."""
        known = self._items.get(original.media_id)
        if known is item:
            if time.monotonic() < self._listed_at + FRESH:
                raise error
            self.list()

    def _let_go(self, hands: ThreadPoolExecutor) -> None:
        """Whatever is still in the air when the head gives up belongs to nothing."""
        hands.shutdown(cancel_futures=True)
        for flight in self._flying:
            if not flight.cancelled() and not flight.exception():
                storage.drop(flight.result().file)


def remember(selection: Selection, items: Mapping[str, PickedItem]) -> None:
    """A row for each pick, in the order of picking, before anything is fetched."""
    known = set(selection.originals.values_list("media_id", flat=True))
    rows = [
        _row(selection, item, position)
        for position, item in enumerate(items.values())
        if item.id not in known
    ]
    Original.objects.bulk_create(rows, ignore_conflicts=True)


def _row(selection: Selection, item: PickedItem, position: int) -> Original:
    reason = refusal(item, unseen=selection.tonight)
    return Original(
        customer_id=selection.customer_id,
        selection=selection,
        media_id=item.id,
        position=position,
        filename=item.filename,
        width=item.width,
        height=item.height,
        state=Original.State.REFUSED if reason else Original.State.WAITING,
        reason=reason,
    )


def _record(came: Iterable[tuple[Original, Arrival]]) -> None:
    """The rows of what arrived; a file that another worker was quicker with goes."""
    with transaction.atomic():
        extra = [
            arrival.file
            for original, arrival in came
            if not Original.objects.arrived(
                original,
                file=arrival.file,
                sha256=arrival.sha256,
                width=arrival.size.width,
                height=arrival.size.height,
            )
        ]
    for name in extra:
        storage.drop(name)
