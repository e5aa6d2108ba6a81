"""Deleting: undone at once, had back for thirty days, and then gone with its files."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from photo_cast import App, Library, jpeg, told

from photos_api import libraries, purge, renditions
from photos_api.management.commands import worker
from photos_api.models import Original, Person, Photo, PhotoMonth

pytestmark = pytest.mark.django_db


def files(media: Path) -> set[str]:
    """What lies in the media storage, by the hashes in its names."""
    return {path.name.partition("-")[0] for path in media.rglob("*") if path.is_file()}


def counted(person: Person) -> int:
    return sum(month.photos for month in PhotoMonth.objects.of(person))


def months_ago(photo: Photo, **time: int) -> None:
    Photo.objects.filter(pk=photo.pk).update(
        deleted_at=timezone.now() - timedelta(**time)
    )


def test_deleting_moves_to_the_bin_and_undo_brings_all_of_it_back(
    alices: Client, alice: Person, library: Library
) -> None:
    older, a, b, c = (library.photo() for _ in range(4))
    alices.post("/photos/discard/", {"photo": older.pk})
    alices.get("/")  # her first message is read
    response = alices.post("/photos/discard/", {"photo": [a.pk, b.pk]}, follow=True)
    page = response.content.decode()
    assert "2 photos moved to the bin" in page
    assert a.pk not in page
    assert counted(alice) == 1
    moment = Photo.objects.get(pk=a.pk).deleted_at
    assert moment is not None
    assert f'name="deleted_at" value="{escape(moment.isoformat())}"' in page
    again = alices.post("/bin/restore/", {"deleted_at": moment.isoformat()})
    assert again["Location"] == "/"
    page = alices.get("/").content.decode()
    assert "2 photos back in your library" in page
    assert all(photo.pk in page for photo in (a, b, c))
    assert older.pk not in page
    assert counted(alice) == 3


@pytest.mark.parametrize(
    "moment",
    [
        *("", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00"),
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    ],
)
def test_a_moment_that_is_none_restores_nothing(
    alices: Client, library: Library, moment: str
) -> None:
    photo = library.photo()
    alices.post("/photos/discard/", {"photo": photo.pk})
    response = alices.post("/bin/restore/", {"deleted_at": moment}, follow=True)
    assert "nothing to put back" in response.content.decode()
    assert Photo.objects.deleted_by(photo.owner).count() == 1


def test_what_is_in_the_bin_is_nowhere_else(
    alices: Client, library: Library, shop: App
) -> None:
    photo = library.photo(by="printshop")
    assert "mediaItems" in told(shop.get("/library/v1/mediaItems"))
    alices.post("/photos/discard/", {"photo": photo.pk})
    assert told(shop.get("/library/v1/mediaItems")) == {}
    assert alices.get(f"/photos/{photo.pk}/").status_code == 404
    page = alices.get("/bin/").content.decode()
    assert photo.pk in page
    assert "30 days left" in page


def test_days_left_are_told(alices: Client, library: Library) -> None:
    photo = library.photo()
    for age, left in ((1, "29 days left"), (29, "1 day left"), (31, "0 days left")):
        months_ago(photo, days=age, seconds=1)
        assert left in alices.get("/bin/").content.decode()


def test_nobody_else_looks_into_the_bin_or_touches_it(
    alices: Client, bobs: Client, library: Library
) -> None:
    photo = library.photo()
    bobs.post("/photos/discard/", {"photo": photo.pk})
    assert Photo.objects.owned_by(photo.owner).count() == 1
    alices.post("/photos/discard/", {"photo": photo.pk})
    moment = Photo.objects.get().deleted_at
    assert moment is not None
    assert photo.pk not in bobs.get("/bin/").content.decode()
    bobs.post("/bin/restore/", {"photo": photo.pk})
    bobs.post("/bin/restore/", {"deleted_at": moment.isoformat()})
    bobs.post("/bin/delete-now/", {"photo": photo.pk})
    bobs.post("/bin/delete-now/", {"everything": "1"})
    assert Photo.objects.deleted_by(photo.owner).count() == 1


@pytest.mark.parametrize(
    "path",
    ["/photos/discard/", "/bin/restore/", "/bin/delete-now/", "/photos/mark/"],
)
def test_only_a_form_of_ours_does_it(alice: Person, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    photo = Library(alice).photo()
    assert strict.post(path, {"photo": photo.pk}).status_code == 403
    assert strict.get(path).status_code == 405


def test_deleting_for_good_takes_rows_and_files(
    alices: Client, library: Library, media: Path
) -> None:
    gone, kept = library.photo(), library.photo()
    for photo in (gone, kept):
        renditions.make_ladder(photo.original)
    assert {gone.original_id, kept.original_id} <= files(media)
    alices.post("/photos/discard/", {"photo": gone.pk})
    response = alices.post(
        "/bin/delete-now/", {"photo": [gone.pk, kept.pk]}, follow=True
    )
    assert "1 photo deleted for good" in response.content.decode()
    assert Photo.objects.get() == kept
    assert Original.objects.get() == kept.original
    assert gone.original_id not in files(media)
    assert kept.original_id in files(media)


def test_the_whole_bin_can_be_emptied(alices: Client, library: Library) -> None:
    ids = [photo.pk for photo in library.photos(5)]
    alices.post("/photos/discard/", {"photo": ids[:3]})
    alices.post("/bin/delete-now/", {"everything": "1"})
    assert set(Photo.objects.values_list("pk", flat=True)) == set(ids[3:])


def test_files_that_somebody_else_has_stay(
    alices: Client, library: Library, bob: Person, media: Path
) -> None:
    same = jpeg(seed=7)
    hers, his = library.photo(content=same), Library(bob).photo(content=same)
    assert hers.original == his.original
    alices.post("/photos/discard/", {"photo": hers.pk})
    alices.post("/bin/delete-now/", {"photo": hers.pk})
    assert not Photo.objects.filter(pk=hers.pk).exists()
    assert his.original_id in files(media)
    assert Original.objects.filter(pk=his.original_id).exists()


def test_the_worker_empties_the_bin_after_thirty_days(
    alices: Client, library: Library, media: Path
) -> None:
    old, young, kept = (library.photo() for _ in range(3))
    alices.post("/photos/discard/", {"photo": [old.pk, young.pk]})
    months_ago(old, days=30, seconds=1)
    months_ago(young, days=29, hours=23)
    worker.Command().reconcile()
    assert set(Photo.objects.all()) == {young, kept}
    assert old.original_id not in files(media)
    assert {young.original_id, kept.original_id} <= files(media)
    alices.post("/bin/restore/", {"photo": young.pk})
    assert young.pk in alices.get("/").content.decode()


def test_what_came_back_meanwhile_is_not_forgotten(
    alice: Person, library: Library
) -> None:
    photo = library.photo()
    assert purge.forget(Photo.objects.filter(pk=photo.pk)) == 0
    assert libraries.forget(alice, {photo.pk}) == []
    assert not purge.drop_if_unused(photo.original_id)
    assert Photo.objects.get() == photo


def test_a_long_bin_goes_on_over_the_page(alices: Client, library: Library) -> None:
    ids = [photo.pk for photo in library.photos(125)]
    alices.post("/photos/discard/", {"photo": ids})
    first = alices.get("/bin/")
    second = alices.get("/bin/", {"page": first.context["older"]})
    seen = [*first.context["photos"], *second.context["photos"]]
    assert {photo.pk for photo, _ in seen} == set(ids)
    assert len(seen) == 125
    assert alices.get("/bin/", {"page": "rubbish"})["Location"] == "/bin/"


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "x"])
def test_nobody_is_sent_to_another_site_afterwards(
    alices: Client, library: Library, onward: str
) -> None:
    form = {"photo": library.photo().pk, "next": onward}
    for path in ("/photos/mark/", "/photos/discard/", "/bin/restore/"):
        assert alices.post(path, form)["Location"] == "/"
