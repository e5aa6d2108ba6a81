"""Many photos of a few pictures: a library of a size that nobody has at hand to test.

Each is a row like any other, told apart by its ``copy``, which is 0 in photos that came
in by another way. They can be taken out again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from photos_api import intake, libraries
from photos_api.models import Original, Person, Photo, PhotoMonth
from photos_api.models.people import new_id
from photos_api.models.photos import PhotoQuerySet
from photos_api.samples.catalogue import SAMPLES
from photos_api.samples.drawing import draw

PICTURES = 6  # drawn where there are no samples yet
BATCH = 50_000  # photos: all of them are there, or none
COLUMNS = (
    *("id", "owner_id", "original_id", "filename", "description", "creation_time"),
    *("has_capture_date", "added_at", "created_by_client", "content_category"),
    *("favorite", "archived", "copy"),
)
Row = tuple[Any, ...]


def made_for(owner: Person, client_id: str = "") -> PhotoQuerySet:
    """Those of a person that an app added, or the owner."""
    return Photo.objects.filter(owner=owner, created_by_client=client_id, copy__gt=0)


def make(owner: Person, client_id: str, wanted: int, span: timedelta) -> Iterator[int]:
    """Add what is missing until there are so many; how many there are, time by time.

    They were taken one after the other, until now.
    """
    there = made_for(owner, client_id)
    have, shas = there.count(), [original.pk for original in pictures()]
    first = (there.aggregate(last=Max("copy"))["last"] or 0) * len(shas)
    numbers = range(first, first + max(0, wanted - have))
    rows = _rows((owner.pk, client_id), shas, numbers, span)
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            libraries.lock(owner)
            _write(batch)
            times = (row[COLUMNS.index("creation_time")] for row in batch)
            PhotoMonth.objects.add_up(owner, times, by=1)
        have += len(batch)
        yield have
    _count_again()


def pictures() -> Iterable[Original]:
    """The sample pictures there are; a few small ones are drawn if there are none."""
    if not Original.objects.exclude(sample="").exists():
        small = sorted(SAMPLES, key=lambda sample: sample.size[0] * sample.size[1])
        for sample in small[:PICTURES]:
            intake.keep(draw(sample.name), sample=sample.name)
    return Original.objects.exclude(sample="").order_by("pk")


def _rows(
    whose: tuple[int, str], shas: Sequence[str], numbers: range, span: timedelta
) -> Iterator[Row]:
    owner, client_id = whose
    now = timezone.now().replace(microsecond=0)
    for number in numbers:
        taken = now - span * ((numbers.stop - number) / len(numbers))
        copy, which = divmod(number, len(shas))
        sort = (client_id, "", False, False, copy + 1)
        name = f"IMG_{number:07}.jpg"
        yield (new_id(), owner, shas[which], name, "", taken, True, now, *sort)


def _write(rows: Sequence[Row]) -> None:
    """As fast as the database can: models would take minutes."""
    table, names = Photo._meta.db_table, ", ".join(COLUMNS)  # noqa: SLF001 # public
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 # names
            [[_adapted(value) for value in row] for row in rows],
        )


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def remove(owner: Person, client_id: str = "") -> int:
    """Take them out, with all that was done with them; how many there were."""
    made = made_for(owner, client_id)
    with transaction.atomic():
        libraries.lock(owner)
        shown = made.filter(deleted_at=None).values_list("creation_time", flat=True)
        PhotoMonth.objects.add_up(owner, shown.iterator(), by=-1)
        for relation in Photo._meta.related_objects:  # noqa: SLF001 # public
            if relation.one_to_many:
                _let_go(relation, made)
        gone = made._raw_delete(made.db)  # noqa: SLF001 # Django would read them all
    _count_again()
    return int(gone)


def _let_go(relation: Any, made: PhotoQuerySet) -> None:
    pointing = relation.related_model._base_manager.filter(  # noqa: SLF001 # as Django does
        **{f"{relation.field.name}__in": made.values("pk")}
    )
    if relation.on_delete is models.SET_NULL:
        pointing.update(**{relation.field.name: None})
    else:
        pointing.delete()


def _count_again() -> None:
    """So that the database knows how many rows there are now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
