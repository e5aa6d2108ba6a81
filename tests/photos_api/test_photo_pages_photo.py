"""The page of a photo: what its owner sees of it and says about it."""

import io

import pytest
from django.test import Client
from django.utils import timezone
from photo_cast import App, Library, jpeg, told
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photos_api import intake, places, storage
from photos_api.models import App as Named
from photos_api.models import Person, Photo, Reading

pytestmark = pytest.mark.django_db


def path(photo: Photo) -> str:
    return f"/photos/{photo.pk}/"


def test_where_it_was_taken_is_shown_to_its_owner_who_asks(
    alices: Client, library: Library, shop: App
) -> None:
    photo = library.photo(content=jpeg(gps=True, seed=1), by="printshop")
    closed = alices.get(path(photo)).content.decode()
    assert "Show the place" in closed
    assert "46.5581" not in closed
    opened = alices.get(path(photo) + "?place").content.decode()
    assert "46.5581° N, 8.5614° E" in opened
    assert 'href="geo:46.55810,8.56140"' in opened
    assert "No app gets it" in opened
    item = shop.get(f"/library/v1/mediaItems/{photo.pk}").content.decode()
    assert "46.5" not in item


def test_without_a_place_there_is_nothing_to_show(
    alices: Client, library: Library
) -> None:
    page = alices.get(path(library.photo()) + "?place").content.decode()
    assert "The file does not say." in page


def test_the_place_is_nobody_elses_business(bobs: Client, library: Library) -> None:
    photo = library.photo(content=jpeg(gps=True))
    assert bobs.get(path(photo) + "?place").status_code == 404


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_places_are_read_from_every_format(library: Library, form: str) -> None:
    exif = Image.Exif()
    exif[0x10F] = "Alma"
    exif.get_ifd(0x8825).update(
        {1: "S", 2: (33.0, 51.0, 30.0), 3: "W", 4: (70.0, 30.0, 0.0)}
    )
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, form, exif=exif)
    original = intake.keep(file.getvalue())
    assert str(places.of(original)) == "33.8583° S, 70.5000° W"


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {2: (1.0, 2.0, 3.0)},
        {2: (1.0, 2.0), 4: (1.0, 2.0)},
        {2: (95.0, 0.0, 0.0), 4: (1.0, 2.0, 3.0)},
        {2: (5.0, 0.0, 0.0), 4: (190.0, 2.0, 3.0)},
        {2: (IFDRational(0, 0), 1.0, 2.0), 4: (1.0, 2.0, 3.0)},
        {2: (1.0, 2.0, 3.0), 4: 5.0},
    ],
)
def test_a_place_that_is_none_is_not_shown(
    library: Library, gps: dict[int, object]
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(gps)
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG", exif=exif)
    assert places.of(intake.keep(file.getvalue())) is None


def test_a_file_that_is_gone_says_nothing(alices: Client, library: Library) -> None:
    photo = library.photo(content=jpeg(gps=True))
    storage.drop(storage.original_name(photo.original_id))
    page = alices.get(path(photo) + "?place")
    assert page.status_code == 200
    assert "in a way we cannot read" in page.content.decode()


def test_description_and_category_are_the_owners_to_say(
    alices: Client, library: Library, shop: App
) -> None:
    photo = library.photo(by="printshop")
    said = {"description": " Grandma’s \n garden ", "content_category": "GARDENS"}
    response = alices.post(path(photo) + "describe/", said)
    assert response["Location"] == path(photo)
    page = alices.get(path(photo)).content.decode()
    assert "<h1>Grandma’s garden</h1>" in page
    assert '<option value="GARDENS" selected>' in page
    item = told(shop.get(f"/library/v1/mediaItems/{photo.pk}"))
    assert item["description"] == "Grandma’s garden"


@pytest.mark.parametrize(
    "said",
    [
        {"description": "x" * 1001},
        {"description": "fine", "content_category": "gardens"},
        {"description": "fine", "content_category": "x" * 100},
    ],
)
def test_what_cannot_be_saved_changes_nothing(
    alices: Client, library: Library, said: dict[str, str]
) -> None:
    photo = library.photo()
    response = alices.post(path(photo) + "describe/", said)
    assert response.status_code == 400
    assert "Nothing was changed" in response.content.decode()
    assert Photo.objects.get().description == photo.description


def test_nobody_else_describes_it(bobs: Client, library: Library) -> None:
    photo = library.photo()
    response = bobs.post(path(photo) + "describe/", {"description": "His"}, follow=True)
    assert response.status_code == 404
    assert Photo.objects.get().description == photo.description


def test_a_description_is_text_and_no_markup(alices: Client, library: Library) -> None:
    photo = library.photo()
    evil = '"><script>alert(1)</script>'
    alices.post(path(photo) + "describe/", {"description": evil})
    for page in (path(photo), "/"):
        assert "<script>alert" not in alices.get(page).content.decode()
        assert "&lt;script&gt;alert" in alices.get(page).content.decode()


def test_neighbours_are_those_of_the_timeline(alices: Client, library: Library) -> None:
    oldest, hidden, middle, newest = (library.photo() for _ in range(4))
    Photo.objects.filter(pk=hidden.pk).update(archived=True)
    page = alices.get(path(middle)).content.decode()
    assert f'<a href="{path(newest)}" rel="prev">' in page
    assert f'<a href="{path(oldest)}" rel="next">' in page
    assert 'rel="next"' not in alices.get(path(oldest)).content.decode()
    assert 'rel="prev"' not in alices.get(path(newest)).content.decode()


def test_neighbours_taken_in_the_same_second_lead_on(
    alices: Client, library: Library
) -> None:
    photos = [library.photo() for _ in range(3)]
    Photo.objects.update(creation_time=library.start)
    ids = sorted((photo.pk for photo in photos), reverse=True)
    response = alices.get(f"/photos/{ids[0]}/")
    assert (response.context["newer"], response.context["older"]) == (None, ids[1])
    response = alices.get(f"/photos/{ids[1]}/")
    assert (response.context["newer"], response.context["older"]) == (ids[0], ids[2])


def test_a_date_that_is_only_that_of_adding_says_so(
    alices: Client, library: Library
) -> None:
    photo = library.photo()
    assert "when it was added" not in alices.get(path(photo)).content.decode()
    Photo.objects.update(has_capture_date=False)
    assert "when it was added" in alices.get(path(photo)).content.decode()


def test_who_saw_it_stands_beside_it(
    alices: Client, alice: Person, library: Library
) -> None:
    photo, other = library.photo(), library.photo()
    Named.objects.create(pk="printshop", name="Print Shop")
    now = timezone.now()
    for what, times in (("original", 1), ("picture", 3)):
        Reading.objects.create(
            owner=alice,
            photo=photo,
            client_id="printshop",
            what=what,
            first_at=now,
            last_at=now,
            times=times,
        )
    page = " ".join(alices.get(path(photo)).content.decode().split())
    assert (
        "<strong>Print Shop</strong> fetched the original, without its place," in page
    )
    assert "fetched a smaller picture" in page
    assert "3 times" in page
    assert "Nobody but you." in alices.get(path(other)).content.decode()
