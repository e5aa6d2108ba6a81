"""Orders placed now whose photos are fetched later, while nobody is there.

The refresh token is what makes that possible: RFC 6749 §1.5. If it was taken back
meanwhile, the order stops, says so, and goes on after a new connection.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from printshop import selections
from printshop.arranging import Arrangement
from printshop.crops import centre_crop, whole
from printshop.models.items import Placement
from printshop.models.orders import Order
from printshop.models.selections import RECONNECT, Original, OriginalQuerySet, Selection
from printshop.products import Sizing

LOOK_AGAIN = timedelta(seconds=5)  # while photos are on their way
NAME = 60  # characters of a file's name in a sentence


def comes_after(moment: datetime) -> datetime:
    """When the photos of an order that is paid at that moment are fetched."""
    if settings.NIGHT.startswith("+"):
        return moment + timedelta(seconds=int(settings.NIGHT))
    hour, minute = settings.NIGHT.split(":")
    clock = time(int(hour), int(minute), tzinfo=UTC)
    tonight = datetime.combine(moment.astimezone(UTC), clock)
    return tonight if tonight > moment else tonight + timedelta(days=1)


def words() -> str:
    """The same for the person who chooses."""
    if settings.NIGHT.startswith("+"):
        return f"{int(settings.NIGHT)} seconds after you paid"
    return f"after {settings.NIGHT} UTC"


def plan(order: Order) -> None:
    """It is paid for: say when the photos are fetched that are not here yet."""
    if _photos_of(order).waiting().exists():
        Order.objects.leave_for(order, comes_after(timezone.now()))


def fetch(order: Order) -> datetime | None:
    """Get what is not here yet, if its time has come; says when to look again."""
    missing = _photos_of(order).waiting()
    if not missing.exists():
        return None

    plan(order)
    order.refresh_from_db(fields=["fetch_after"])  # its stage is the one we began at
    if order.fetch_after and order.fetch_after > timezone.now():
        return order.fetch_after
    for selection in Selection.objects.filter(originals__in=missing).distinct():
        Selection.objects.fetch(selection)
        selection.refresh_from_db()
        selections.copy(selection)
    return timezone.now() + LOOK_AGAIN if missing.exists() else None


def retry(order: Order) -> None:
    """The press says to go on: what was refused is asked for once more, and now."""
    refused = _photos_of(order).filter(state=Original.State.REFUSED)
    chosen = set(refused.values_list("selection", flat=True))
    refused.reconsider()
    Selection.objects.filter(pk__in=chosen).reopen()
    Order.objects.leave_for(order, timezone.now())


def forsake(order: Order) -> None:
    """It is cancelled: its photos are fetched no more."""
    Selection.objects.filter(originals__placements__item__order=order).forsake()


def problem_of(order: Order) -> str:
    """Why the photos of an order will not come by themselves; or nothing."""
    photos = _photos_of(order)
    if photos.waiting().filter(selection__problem=RECONNECT).exists():
        return RECONNECT
    refused = photos.filter(state=Original.State.REFUSED).distinct()
    first = refused.first()
    if first is None:
        return ""
    more = refused.count() - 1
    others = f" and {more} more" if more else ""
    return f"We could not fetch {first.filename[:NAME]}{others}. {first.reason}"


def fit(placement: Placement) -> None:
    """If the photo lies otherwise than was told, place it again, in the middle."""
    if Arrangement.of(placement).is_printable:
        return

    upright = replace(Arrangement.of(placement), rotation=0)
    if upright.sizing == Sizing.FIT:
        crop = whole(upright.photo)
    else:
        crop = centre_crop(upright.photo, upright.paper)
    Placement.objects.refit(placement, crop)


def _photos_of(order: Order) -> OriginalQuerySet:
    return Original.objects.filter(placements__item__order=order)
