"""What lies behind a base URL: sizes, the original without its place, and for whom."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from photo_cast import (
    ALICE,
    AUDIENCE,
    BOB,
    LIBRARY,
    PICKER,
    App,
    Issuer,
    Library,
    jpeg,
    refused,
    told,
)
from PIL import Image, ImageCms

from photos_api import storage
from photos_api.models import Original, Person, Photo, PickingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def big(library: Library) -> Any:
    """A photo with a place, lying on its side, larger than the ladder's first rung."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = jpeg(size=(1200, 900), orientation=6, gps=True, profile=profile)
    return library.photo(by="printshop", content=content)


def base_url(app: App, photo: Any) -> str:
    return str(told(app.get(f"/library/v1/mediaItems/{photo.pk}"))["baseUrl"])


def picked_base_url(app: App, photo: Any) -> str:
    session = told(app.post("/picker/v1/sessions", {}))["id"]
    assert PickingSession.objects.get(pk=session).choose([photo.pk])
    (item,) = told(app.get("/picker/v1/mediaItems", sessionId=session))["mediaItems"]
    return str(item["mediaFile"]["baseUrl"])


def picture(response: Any) -> Image.Image:
    assert response.status_code == 200, response.content
    return Image.open(io.BytesIO(b"".join(response)))


@pytest.mark.parametrize(
    ("wish", "size"),
    [
        ("w300", (300, 400)),
        ("h300", (225, 300)),
        ("w300-h300", (225, 300)),
        ("h300-w300", (225, 300)),
        ("w16383-h16383", (900, 1200)),
        ("w901", (900, 1200)),
        ("w899", (899, 1199)),
        ("w1-h1", (1, 1)),
        ("w200-h200-c", (200, 200)),
        ("c-w200-h100", (200, 100)),
        ("w1000-h1000-c", (1000, 1000)),
        ("w2000-h3000-c", (2000, 3000)),
    ],
)
def test_the_box_that_was_asked_for_is_what_comes(
    shop: App, big: Any, wish: str, size: tuple[int, int]
) -> None:
    response = shop.get(f"{base_url(shop, big)}={wish}")
    assert response["Content-Type"] == "image/jpeg"
    assert picture(response).size == size


def test_a_rendition_stands_upright_and_tells_nothing_but_its_colours(
    shop: App, big: Any
) -> None:
    shown = picture(shop.get(f"{base_url(shop, big)}=w600-h600"))
    # The camera was turned: what lay on the left is on top now.
    red, blue = shown.getpixel((225, 100)), shown.getpixel((225, 500))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 150 > red[2]
    assert blue[2] > 150 > blue[0]
    assert not shown.getexif()
    assert "comment" not in shown.info
    assert shown.info["icc_profile"]


@pytest.mark.parametrize("from_picker", [True, False])
def test_the_original_comes_without_its_place_and_otherwise_untouched(
    shop: App, big: Any, from_picker: bool
) -> None:
    url = picked_base_url(shop, big) if from_picker else base_url(shop, big)
    response = shop.get(f"{url}=d")
    content = b"".join(response)
    assert 'attachment; filename="photo-1.jpg"' in response["Content-Disposition"]
    name = storage.original_name(big.original_id)
    with storage.open_stored(name) as file:
        original = file.read()
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)
    exif = Image.open(io.BytesIO(content)).getexif()
    assert 0x8825 not in exif
    assert not exif.get_ifd(0x8825)
    assert (exif[0x10F], exif[0x110], exif[0x112]) == ("Alma", "A7", 6)
    assert exif.get_ifd(0x8769)[0x9003] == "2026:01:02 03:04:05"
    assert (
        Image.open(io.BytesIO(content)).tobytes()
        == Image.open(io.BytesIO(original)).tobytes()
    )
    # Not recompressed: the compressed picture is the same, byte for byte.
    scan = original.index(b"\xff\xda")
    assert content.endswith(original[scan:])
    assert len(content) == len(original)


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "=",
        "=x",
        "=w",
        "=w0",
        "=w16384",
        "=w99999999999",
        "=w-5",
        "=w10.5",
        "=w10-w20",
        "=w100-no-no",
        "=dv-w100",
        "=c",
        "=w100-c",
        "=h100-c",
        "=d-w100",
        "=w100-d",
        "=dv",
        "=w100-",
        "=-w100",
        "=w100--h100",
        "=w100=h100",
        "=w\u0661\u0660",
        "=w100-c-c",
        "=no",
        "=w16383-h16383-c",
        "=d=d",
        "=w100%00",
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(shop: App, big: Any, wish: str) -> None:
    refused(shop.get(base_url(shop, big) + wish), 400, "INVALID_ARGUMENT")


def test_a_pickers_base_url_opens_nothing_without_its_apps_token(
    shop: App, mallory: App, bobs_shop: App, issuer: Issuer, big: Any
) -> None:
    url = picked_base_url(shop, big).removeprefix(AUDIENCE) + "=w100"
    refused(Client().get(url), 401, "UNAUTHENTICATED")
    refused(mallory.get(url), 404, "NOT_FOUND")
    refused(bobs_shop.get(url), 404, "NOT_FOUND")
    refused(App(issuer.token(exp=1)).get(url), 401, "UNAUTHENTICATED")
    response = App(issuer.token(scope=LIBRARY)).get(url)
    refused(response, 403, "PERMISSION_DENIED")
    assert f'scope="{PICKER}"' in response["WWW-Authenticate"]
    assert App(issuer.token(scope=PICKER)).get(url).status_code == 200


def test_a_library_base_url_opens_by_itself_as_googles_do(
    shop: App, mallory: App, bobs_shop: App, issuer: Issuer, big: Any
) -> None:
    url = base_url(shop, big).removeprefix(AUDIENCE) + "=w100"
    assert picture(Client().get(url)).size == (100, 133)
    assert Client().head(url)["Content-Type"] == "image/jpeg"
    assert shop.get(url).status_code == 200
    refused(Client().post(url), 401, "UNAUTHENTICATED")
    # A token that comes along is not ignored.
    refused(App(issuer.token(exp=1)).get(url), 401, "UNAUTHENTICATED")
    refused(App(issuer.token(scope=PICKER)).get(url), 403, "PERMISSION_DENIED")
    for somebody_else in (mallory, bobs_shop):
        refused(somebody_else.get(url), 404, "NOT_FOUND")


def test_the_session_of_a_page_opens_no_picked_photo(
    shop: App, big: Any, alice: Person
) -> None:
    client = Client()
    client.force_login(alice)
    url = picked_base_url(shop, big).removeprefix(AUDIENCE)
    refused(client.get(f"{url}=w100"), 401, "UNAUTHENTICATED")


def test_a_base_url_lives_sixty_minutes(shop: App, issuer: Issuer, big: Any) -> None:
    url = base_url(shop, big) + "=w100"
    for minutes, status in ((0, 200), (59.9, 200), (66, 403)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            response = App(issuer.token()).get(url)
        assert response.status_code == status
    assert "60 minutes" in refused(response, 403, "PERMISSION_DENIED")


def test_a_base_url_cannot_be_made_up(shop: App, big: Any) -> None:
    url = base_url(shop, big)
    head, _, signed = url.rpartition("/")
    payload, _, signature = signed.rpartition(".")
    for forged in (
        f"{payload}x.{signature}",
        f"{payload}.{signature[:-1]}",
        payload,
        f".{signature}",
        "x",
        json.dumps(["library", big.pk, "printshop", 9_999_999_999]),
        "a" * 5000,
    ):
        refused(shop.get(f"{head}/{forged}=w100"), 404, "NOT_FOUND")
        path = f"{head}/{forged}=w100".removeprefix(AUDIENCE)
        refused(Client().get(path), 404, "NOT_FOUND")


def test_a_deleted_photo_is_gone_at_once(shop: App, big: Any) -> None:
    url = base_url(shop, big)
    path = f"{url}=w100".removeprefix(AUDIENCE)
    assert Client().get(path).status_code == 200
    Photo.objects.filter(pk=big.pk).update(deleted_at=timezone.now())
    refused(shop.get(path), 404, "NOT_FOUND")
    refused(Client().get(path), 404, "NOT_FOUND")


def test_the_same_bytes_are_sent_once(shop: App, big: Any) -> None:
    url = base_url(shop, big)
    first = shop.get(f"{url}=w100")
    assert first["Cache-Control"] == "private, max-age=3600"
    again = shop.client.get(
        f"{url}=w100".removeprefix(AUDIENCE),
        headers={"if-none-match": first["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    assert shop.get(f"{url}=w101")["ETag"] != first["ETag"]


def test_the_address_stays_the_same_for_minutes_so_that_it_can_be_cached(
    shop: App, issuer: Issuer, big: Any
) -> None:
    start = timezone.now().replace(minute=0, second=1)
    urls = []
    for seconds in (0, 290, 400):
        with time_machine.travel(start + timedelta(seconds=seconds)):
            urls.append(base_url(App(issuer.token()), big))
    assert urls[0] == urls[1] != urls[2]


def test_two_people_with_the_same_photo_share_its_bytes(
    library: Library, bob: Person, media: Any
) -> None:
    content = jpeg(seed=5)
    library.photo(content=content)
    Library(bob).photo(content=content)
    assert Original.objects.count() == 1
    assert len(list((media / "originals").rglob("*"))) == 2  # a folder and a file
    assert tuple(Person.objects.order_by("pk").values_list("sub", flat=True)) == (
        ALICE,
        BOB,
    )
