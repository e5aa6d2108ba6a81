"""Photos at the station: chosen on the person's phone, fetched before their eyes.

As everywhere, the shop sees what was picked and nothing else, and makes its own copies.
No worker is needed: who looks at the screen fetches, a few seconds at a time.
"""

import logging
import time
from collections.abc import Mapping

from django.db import transaction

from printshop import photos, storage
from printshop.arrivals import receive
from printshop.copying import remember
from printshop.failures import Failure, NotConnected, PhotosRefused
from printshop.models.selections import Original, Selection
from printshop.photos import PickedItem, PickerSession
from printshop.press.originals import Unprintable
from printshop.station.lent import Turn, TurnLost, access_token

MOST = 40  # photos of one visit: others wait for the screen
SECONDS = 3.0  # of fetching, then the screen says how far it is
LONGEST = 30.0  # seconds that one photo may take, well within a turn
KEPT_BACK = "The photo service would not give it to us."
logger = logging.getLogger("printshop.station")


def begin(turn: Turn) -> PickerSession:
    """A new visit to the picker."""
    return photos.create_session(access_token(turn), most=MOST)


def look(turn: Turn) -> PickerSession:
    """Has the person finished choosing?"""
    return photos.get_session(access_token(turn), turn.visit.picker_session)


def fetch(turn: Turn) -> bool:
    """Fetch what is missing, for a while; True when nothing is."""
    ends = time.monotonic() + SECONDS
    selection, items = _listed(turn)
    for original in selection.originals.waiting():
        _fetch(turn, original, items.get(original.media_id))
        if time.monotonic() > ends:
            break
    if selection.originals.waiting().exists():
        return False
    Selection.objects.brought(selection)
    try:
        photos.delete_session(access_token(turn), turn.visit.picker_session)
    except Failure as error:  # it ends by itself
        logger.info("picker session not deleted: %s", error)
    return True


def _listed(turn: Turn) -> tuple[Selection, Mapping[str, PickedItem]]:
    """A row for each pick, and where it lies for the next hour."""
    visit = turn.visit
    if visit.customer is None:
        raise TurnLost
    found = photos.picked_items(access_token(turn), visit.picker_session)
    items = {item.id: item for item in found}
    if visit.selection is None:
        with transaction.atomic():
            begun = Selection.objects.create(
                customer=visit.customer,
                stage=Selection.Stage.STATION,
                picker_session=visit.picker_session,
                picker_uri=visit.picker_uri,
            )
            turn.write(selection=begun)
            remember(begun, items)
    selection = visit.selection
    assert selection  # noqa: S101 - just written
    return selection, items


def _fetch(turn: Turn, original: Original, item: PickedItem | None) -> None:
    """One photo: here, or refused for a reason; raises what waiting may help."""
    if item is None:
        Original.objects.refused(original, "It is no longer in your library.")
        return
    turn.prolong()
    token = access_token(turn)
    try:
        try:
            arrival = receive(item, token, LONGEST)
        except NotConnected:  # it ended early: one refresh, one more try
            turn.prolong()
            arrival = receive(item, access_token(turn, rejected=token), LONGEST)
    except Unprintable as error:
        Original.objects.refused(original, str(error))
        return
    except PhotosRefused:
        Original.objects.refused(original, KEPT_BACK)
        return
    size = arrival.size
    if not Original.objects.arrived(
        original,
        file=arrival.file,
        sha256=arrival.sha256,
        width=size.width,
        height=size.height,
    ):
        storage.drop(arrival.file)  # another turn was quicker
