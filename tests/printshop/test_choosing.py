"""Choosing: what was picked becomes the shop's own copies, whatever happens."""

import hashlib
import io
import os
from typing import Any

import pytest
from PIL import Image
from provider import BOB, Photo, PhotoService, Provider, Reply, photo
from visitors import Browser, begin, choose, finish, kept, order, pay, work

from printshop.models import Connection, Original, Selection
from printshop.photos import picked_items
from printshop.press import originals


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


def tiny(count: int) -> list[Photo]:
    """So many little photos."""
    content = photo("tiny", (30, 20)).content
    return [Photo(f"p{n:04}", content, 30, 20, f"p{n}.jpg") for n in range(count)]


@pytest.mark.parametrize("count", [1, 99, 100, 101])
def test_any_number_of_picks_in_the_order_they_were_picked(
    lender: Browser, photos: PhotoService, count: int
) -> None:
    photos.picks = tiny(count)[::-1]
    page = lender.get(choose(lender, photos)).content.decode()
    assert f"{count} photo" in page
    names = [original.media_id for original in Original.objects.order_by("position")]
    assert names == [p.id for p in photos.picks]


def test_two_thousand_picks_are_paged_through(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(2000)
    items = list(picked_items(Connection.objects.get(), "any"))
    assert [item.id for item in items] == [p.id for p in photos.picks]
    assert len(photos.asked("/picker/v1/mediaItems")) == 20


def test_no_pick_is_said_kindly(lender: Browser, photos: PhotoService) -> None:
    photos.picks = []
    page = begin(lender)
    finish(lender, photos, page)
    work()
    assert "No photo was picked" in lender.get(page).content.decode()


def test_the_page_opens_the_picker_and_waits(
    lender: Browser, photos: PhotoService
) -> None:
    page = begin(lender)
    html = lender.get(page).content.decode()
    assert f'href="{photos.url}/pick/' in html
    assert 'target="_blank" rel="noopener"' in html
    state = lender.get(f"{page}state/").json()
    assert state["version"].startswith("picking")


@pytest.mark.parametrize("session", ["", "i" * 256, "a\0b"])
def test_a_picker_with_a_strange_name_is_not_opened(
    lender: Browser,
    photos: PhotoService,
    session: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = photos.session("s1") | {"id": session}
    monkeypatch.setattr(photos, "session", lambda _: told)
    assert lender.post("/choose/").status_code == 424
    assert not Selection.objects.exists()


def test_the_picker_is_asked_as_often_as_it_likes(
    lender: Browser, photos: PhotoService
) -> None:
    page = begin(lender)
    for _ in range(5):
        lender.get(page)
    looks = [r for r in photos.requests if r.path.startswith("/picker/v1/sessions/")]
    assert len(looks) == 1


def test_copies_are_the_originals_bit_for_bit(
    lender: Browser, photos: PhotoService
) -> None:
    choose(lender, photos)
    for original, source in zip(Original.objects.all(), photos.picks, strict=True):
        assert kept(original) == source.content
        assert original.sha256 == hashlib.sha256(source.content).hexdigest()
        assert (original.width, original.height) == (source.width, source.height)
    [deleted] = [r for r in photos.requests if r.method == "DELETE"]
    assert deleted.path.startswith("/picker/v1/sessions/")


def bitmap(size: tuple[int, int], form: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, form)
    return written.getvalue()


WHOLE = photo("whole").content


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Photo("v", b"", 9, 9, "v.mp4", "VIDEO"), "Videos cannot be printed."),
        (Photo("small", WHOLE, 4000, 3000), "another size"),
        (Photo("text", b"<html>not a photo</html>", 9, 9), "not a photo"),
        (Photo("empty", b"", 9, 9), "not a photo"),
        (Photo("cut", WHOLE[: len(WHOLE) // 2], 1200, 900), "its end is missing"),
        (Photo("bmp", bitmap((9, 9), "BMP"), 9, 9), "not a photo"),
    ],
)
def test_what_cannot_be_printed_says_why_and_stops_nothing(
    lender: Browser, photos: PhotoService, bad: Photo, reason: str
) -> None:
    photos.picks = [bad, photo("good")]
    page = lender.get(choose(lender, photos)).content.decode()
    assert reason in page
    assert page.count('name="photo"') == 1


def test_a_bomb_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(originals, "MOST_PIXELS", 100 * 100)
    with pytest.raises(originals.Unprintable, match="more pixels"):
        originals.measure(io.BytesIO(bitmap((101, 100), "PNG")))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "GIF"])
def test_other_formats_are_printed_too(
    lender: Browser, photos: PhotoService, form: str
) -> None:
    photos.picks = [Photo("one", bitmap((90, 60), form), 90, 60)]
    choose(lender, photos)
    assert Original.objects.get().state == Original.State.HERE


@pytest.mark.parametrize("status", [500, 429, 503])
def test_fetching_goes_on_where_it_stopped(
    lender: Browser, photos: PhotoService, status: int
) -> None:
    photos.picks = [photo("first"), photo("second")]
    photos.replies["/media/second=d"] = Reply({}, status)
    page = begin(lender)
    finish(lender, photos, page)
    work()
    html = lender.get(page).content.decode()
    assert "nothing is lost" in html
    assert "1 of 2" in html
    del photos.replies["/media/second=d"]
    Selection.objects.update(retry_at="2020-01-01T00:00Z")
    work()
    assert lender.get(page)["Location"].endswith("/products/")
    assert len(photos.asked("/media/first=d")) == 1


def test_fetching_waits_for_a_new_connection(
    lender: Browser, photos: PhotoService, provider: Provider
) -> None:
    page = begin(lender)
    finish(lender, photos, page)
    Connection.objects.all().delete()
    work()
    assert "Connect your photos again" in lender.get(page).content.decode()
    assert lender.connect(f"/connect/?next={page}")["Location"] == page
    work()
    assert lender.get(page)["Location"].endswith("/products/")


def test_one_photo_that_never_comes_stops_nothing(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = [photo("first"), photo("second")]
    photos.replies["/media/first=d"] = Reply({}, 404)
    page = begin(lender)
    finish(lender, photos, page)
    for _ in range(7):
        Selection.objects.update(retry_at="2020-01-01T00:00Z")
        work()
    html = lender.get(page, follow=True).content.decode()
    assert "would not give it to us" in html


def test_the_token_goes_to_no_other_server(
    lender: Browser, photos: PhotoService, provider: Provider
) -> None:
    elsewhere = PhotoService(provider)
    real = photos.item

    def item(picked: Photo) -> dict[str, Any]:
        document = real(picked)
        document["mediaFile"]["baseUrl"] = f"{elsewhere.url}/media/{picked.id}"
        return document

    photos.item = item  # type: ignore[method-assign,assignment]  # a photo that lies elsewhere
    page = begin(lender)
    finish(lender, photos, page)
    work()
    assert not elsewhere.requests
    elsewhere.stop()


def test_a_selection_that_the_service_forgot_is_begun_again(
    lender: Browser, photos: PhotoService
) -> None:
    page = begin(lender)
    photos.sessions.clear()
    Selection.objects.update(look_after="2020-01-01T00:00Z")
    assert "has ended" in lender.get(page).content.decode()


def test_nobody_sees_the_photos_of_others(
    lender: Browser, photos: PhotoService, provider: Provider
) -> None:
    page = choose(lender, photos)
    original = Original.objects.all()[0]
    preview = f"/originals/{original.pk}.jpg"
    assert lender.get(preview)["Content-Type"] == "image/jpeg"
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    for path in (page, page.replace("products/", ""), preview):
        assert bob.get(path).status_code == 404
        assert Browser().get(path)["Location"].startswith("/sign-in/")


def test_a_small_picture_is_upright_and_says_nothing_else(
    lender: Browser, photos: PhotoService
) -> None:
    choose(lender, photos)
    for original, ratio in zip(Original.objects.all(), (4 / 3, 3 / 4), strict=True):
        content = lender.get(f"/originals/{original.pk}.jpg").content
        with Image.open(io.BytesIO(content)) as image:
            assert image.width / image.height == pytest.approx(ratio, abs=0.01)
            assert max(image.size) <= 480
            assert not image.getexif()
            top, bottom = image.getpixel((9, 9)), image.getpixel((9, image.height - 9))
        assert top[0] > top[2]  # type: ignore[index]  # red above
        assert bottom[2] > bottom[0]  # type: ignore[index]  # blue below


def test_what_nobody_ordered_is_deleted_after_a_day(
    lender: Browser, photos: PhotoService, media: Any
) -> None:
    choose(lender, photos)
    files = [p for p in media.rglob("*") if p.is_file()]
    assert len(files) == 2
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    work()
    assert not Selection.objects.exists()
    assert not [p for p in media.rglob("*") if p.is_file()]


def test_what_a_crash_left_unrecorded_is_swept_after_a_day(
    lender: Browser, photos: PhotoService, media: Any
) -> None:
    choose(lender, photos)
    kept = {p for p in media.rglob("*") if p.is_file()}
    orphans = {media / folder / "left" for folder in ("originals", "prints", "orders")}
    for orphan in orphans:
        orphan.parent.mkdir(exist_ok=True)
        orphan.write_bytes(b"half")
    work()
    assert {p for p in media.rglob("*") if p.is_file()} == kept | orphans
    for path in kept | orphans:
        os.utime(path, (0, 0))
    work()
    assert {p for p in media.rglob("*") if p.is_file()} == kept


def test_what_was_ordered_is_kept(lender: Browser, photos: PhotoService) -> None:
    pay(lender, order(lender, photos))
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    work()
    assert Original.objects.count() == 2
