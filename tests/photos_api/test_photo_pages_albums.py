"""Albums on the pages: whoever deletes one loses no photo."""

import pytest
from django.test import Client
from photo_cast import Library

from photos_api import albums
from photos_api.models import Album, Person, Photo

pytestmark = pytest.mark.django_db


def contents(album: Album) -> list[str | None]:
    return list(album.items.order_by("position").values_list("photo_id", flat=True))


def made(browser: Client, title: str, *photos: Photo) -> Album:
    ids = [photo.pk for photo in photos]
    response = browser.post("/albums/new/", {"title": title, "photo": ids})
    album = Album.objects.get(title=title)
    assert response["Location"] == f"/albums/{album.pk}/"
    return album


def test_an_album_is_made_with_the_ticked_photos_in_it(
    alices: Client, library: Library
) -> None:
    a, b, _ = (library.photo() for _ in range(3))
    page = alices.post("/albums/choose/", {"photo": [b.pk, a.pk]}).content.decode()
    assert f'name="photo" value="{a.pk}"' in page
    album = made(alices, "Holidays", b, a)
    assert contents(album) == [b.pk, a.pk]
    assert album.created_by_client == ""
    listed = alices.get("/albums/").content.decode()
    assert "Holidays" in listed
    assert "2 photos" in listed


def test_photos_are_added_behind_those_that_are_there(
    alices: Client, library: Library
) -> None:
    a, b, c = (library.photo() for _ in range(3))
    album = library.album("Old", [c], by="printshop")
    alices.post(f"/albums/{album.pk}/add/", {"photo": [a.pk, c.pk, b.pk]})
    assert contents(album) == [c.pk, a.pk, b.pk]


def test_taking_out_leaves_the_photo_in_the_library(
    alices: Client, library: Library
) -> None:
    a, b = library.photo(), library.photo()
    album = library.album("Hers", [a, b])
    gone = "x" * 32
    response = alices.post(f"/albums/{album.pk}/remove/", {"photo": [a.pk, gone]})
    assert response["Location"] == f"/albums/{album.pk}/"
    assert contents(album) == [b.pk]
    assert Photo.objects.filter(pk=a.pk, deleted_at=None).exists()


def test_the_cover_is_one_of_its_photos(alices: Client, library: Library) -> None:
    a, b, other = (library.photo() for _ in range(3))
    album = library.album("Hers", [a, b])
    for chosen, cover in ((b, b.pk), (other, b.pk), (a, a.pk)):
        alices.post(f"/albums/{album.pk}/cover/", {"photo": chosen.pk})
        page = alices.get("/albums/").content.decode()
        assert f"/photos/{cover}/picture/480/" in page


def test_an_album_is_renamed(alices: Client, library: Library) -> None:
    album = library.album("Old", [])
    alices.post(f"/albums/{album.pk}/rename/", {"title": "  New \n title "})
    assert Album.objects.get().title == "New title"


@pytest.mark.parametrize("title", ["", "   ", "\0", "x" * 501])
def test_a_title_is_needed_and_not_too_long(
    alices: Client, library: Library, title: str
) -> None:
    album = library.album("Old", [])
    for path in ("/albums/new/", f"/albums/{album.pk}/rename/"):
        response = alices.post(path, {"title": title})
        assert response.status_code == 400
        assert "needs a title" in response.content.decode()
    assert list(Album.objects.values_list("title", flat=True)) == ["Old"]


def test_deleting_an_album_deletes_none_of_its_photos(
    alices: Client, library: Library
) -> None:
    photos = [library.photo() for _ in range(3)]
    album = library.album("Hers", photos)
    response = alices.post(f"/albums/{album.pk}/delete/", follow=True)
    assert "in your library as before" in response.content.decode()
    assert not Album.objects.exists()
    page = alices.get("/").content.decode()
    assert all(photo.pk in page for photo in photos)


@pytest.mark.parametrize("deed", ["add", "remove", "cover", "rename", "delete"])
def test_nobody_else_touches_an_album(
    bobs: Client, bob: Person, library: Library, deed: str
) -> None:
    photo = library.photo()
    album = library.album("Hers", [photo])
    his = Library(bob).photo()
    response = bobs.post(
        f"/albums/{album.pk}/{deed}/", {"photo": [his.pk, photo.pk], "title": "His"}
    )
    assert response.status_code == 404
    album.refresh_from_db()
    assert (album.title, contents(album)) == ("Hers", [photo.pk])


def test_nobody_elses_photos_come_into_an_album(
    bobs: Client, bob: Person, library: Library
) -> None:
    hers, his = library.photo(), Library(bob).photo()
    album = made(bobs, "His", hers, his)
    assert contents(album) == [his.pk]


def test_a_full_album_says_so_and_stays_as_it_was(
    alices: Client, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "MOST_PHOTOS", 1)
    a, b = library.photo(), library.photo()
    album = library.album("Hers", [a])
    response = alices.post(f"/albums/{album.pk}/add/", {"photo": b.pk})
    assert response.status_code == 400
    assert "The album is full" in response.content.decode()
    assert contents(album) == [a.pk]


def test_what_is_in_the_bin_is_in_no_album(alices: Client, library: Library) -> None:
    a, b = library.photo(), library.photo()
    album = library.album("Hers", [a, b])
    alices.post("/photos/discard/", {"photo": a.pk})
    page = alices.get(f"/albums/{album.pk}/").content.decode()
    assert a.pk not in page
    assert b.pk in page
    assert "1 photo" in page
    assert f"/photos/{b.pk}/picture/480/" in alices.get("/albums/").content.decode()


def test_a_long_album_goes_on_over_the_page(alices: Client, library: Library) -> None:
    photos = library.photos(250)
    album = library.album("Long", photos)
    first = alices.get(f"/albums/{album.pk}/")
    more = {"page": first.context["more"]}
    second = alices.get(f"/albums/{album.pk}/", more)
    items = [*first.context["items"], *second.context["items"]]
    seen = [item.photo for item in items]
    assert [photo.pk for photo in seen] == [photo.pk for photo in photos]
    other = library.album("Other", photos[:1])
    astray = alices.get(f"/albums/{other.pk}/", more)
    assert astray["Location"] == f"/albums/{other.pk}/"


def test_choosing_an_album_for_nothing_leads_back(alices: Client) -> None:
    response = alices.post("/albums/choose/", {"next": "/favorites/"})
    assert response["Location"] == "/favorites/"
