"""Tonight: ordered now, fetched while nobody is there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail
from provider import Photo, PhotoService, Provider, Reply, photo
from pytest_django import Settings
from test_settings import GOOD, start
from visitors import ADDRESS, Browser, cart_number, finish, kept, make, pay, work

from printshop import night, pressing
from printshop.crops import Crop, is_shaped
from printshop.models import (
    Connection,
    Order,
    Original,
    Payment,
    Placement,
    Selection,
    Stage,
)

LASTING = "/connect/?missing=offline_access"
LONG_AGO = "2020-01-01T00:00Z"


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos for when she is away."""
    alice.connect(LASTING)
    return alice


def listed(customer: Browser, photos: PhotoService) -> str:
    """Pick everything for tonight; returns the page of products."""
    page = customer.post("/choose/", {"fetch": "tonight"})["Location"]
    finish(customer, photos, page)
    work()
    return str(customer.get(page)["Location"])


def order(customer: Browser, photos: PhotoService, **changes: Any) -> str:
    """Order prints of tonight's photos, and pay; returns the number."""
    made = make(customer, listed(customer, photos), **changes)
    assert made["Location"] == "/cart/", made.content.decode()
    number = cart_number(customer)
    customer.post(f"/orders/{number}/address/", ADDRESS)
    pay(customer, number)
    return number


@pytest.fixture
def ordered(lender: Browser, photos: PhotoService) -> str:
    """An order that waits for tonight; its number."""
    number = order(lender, photos)
    work()
    return number


def fall() -> None:
    """Night falls."""
    Order.objects.exclude(fetch_after=None).update(fetch_after=LONG_AGO)
    Selection.objects.update(retry_at=None)
    work()


def page_of(customer: Browser, number: str) -> str:
    return str(customer.get(f"/orders/{number}/").content.decode())


def downloads(photos: PhotoService) -> list[str]:
    return sorted(r.path for r in photos.requests if r.path.startswith("/media/"))


@pytest.mark.spec("RFC 6749 §1.5")
def test_nothing_is_fetched_before_the_night_and_all_of_it_then(
    lender: Browser, photos: PhotoService, provider: Provider, ordered: str
) -> None:
    assert Order.objects.get().stage == Stage.RECEIVED
    assert not downloads(photos)
    assert "We fetch your photos by ourselves" in page_of(lender, ordered)
    assert "Your photos are fetched after" in mail.outbox[0].body
    lender.post("/sign-out/")
    Connection.objects.update(access_token_expires_at=LONG_AGO)
    fall()
    assert Order.objects.get().stage == Stage.PRINTING
    assert downloads(photos) == ["/media/sea=d", "/media/tower=d"]
    for original, source in zip(Original.objects.all(), photos.picks, strict=True):
        assert kept(original) == source.content
    grants = [request.form["grant_type"] for request in provider.asked("/token")]
    assert grants.count("refresh_token") == 1
    assert Payment.objects.count() == 1


def test_what_was_picked_for_tonight_is_kept_until_then(
    lender: Browser, photos: PhotoService, ordered: str
) -> None:
    Selection.objects.update(created_at=LONG_AGO)
    work()
    assert Original.objects.count() == 2
    assert not [r for r in photos.requests if r.method == "DELETE"]
    fall()
    assert Order.objects.get().stage == Stage.PRINTING
    assert [r for r in photos.requests if r.method == "DELETE"]


def test_tonight_needs_a_connection_that_lasts(
    alice: Browser, photos: PhotoService
) -> None:
    alice.connect()
    html = alice.get("/choose/").content.decode()
    assert "45 seconds after you paid" in html
    assert "keep the connection" in html
    answer = alice.post("/choose/", {"fetch": "tonight"})
    assert answer["Location"] == LASTING
    alice.connect(answer["Location"])
    assert listed(alice, photos).endswith("/products/")


def test_a_service_that_does_not_let_us_keep_it_is_said_at_once(
    alice: Browser, photos: PhotoService, provider: Provider
) -> None:
    provider.deny = {"offline_access"}
    provider.token_changes = {"refresh_token": None}
    alice.connect(LASTING)
    assert alice.post("/choose/", {"fetch": "tonight"})["Location"] == LASTING
    assert not Selection.objects.exists()


def test_videos_and_photos_without_a_size_are_named_before_ordering(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks += [
        Photo("film", b"", 30, 20, "film.mp4", "VIDEO"),
        Photo("odd", b"", 0, 0, "odd.jpg"),
    ]
    html = lender.get(listed(lender, photos)).content.decode()
    assert "Videos cannot be printed." in html
    assert "Its size is not known" in html
    assert html.count('name="photo"') == 2


@pytest.mark.parametrize("how", ["revoked", "disconnected", "never lasting"])
def test_access_that_was_taken_back_stops_the_order_until_it_is_lent_again(
    lender: Browser, photos: PhotoService, provider: Provider, ordered: str, how: str
) -> None:
    if how == "disconnected":
        lender.post("/connection/disconnect/")
    for grant in provider.access_tokens.values():
        grant.alive = grant.alive and how != "revoked"
    Connection.objects.update(access_token_expires_at=LONG_AGO)
    if how == "never lasting":
        Connection.objects.update(refresh_token="")
    fall()
    html = page_of(lender, ordered)
    assert "The access you lent us has ended" in html
    assert f'href="/connect/?next=/orders/{ordered}/"' in html
    assert not downloads(photos)

    back = lender.connect(f"/connect/?next=/orders/{ordered}/")
    assert back["Location"] == f"/orders/{ordered}/"
    work()
    assert Order.objects.get().stage == Stage.PRINTING
    assert "has ended" not in page_of(lender, ordered)
    assert Payment.objects.count() == 1


def test_a_new_connection_moves_nothing_of_others(
    lender: Browser, photos: PhotoService, ordered: str
) -> None:
    Order.objects.update(stage=Stage.PROBLEM, problem="The lab is on fire.")
    lender.connect()
    work()
    assert Order.objects.get().stage == Stage.PROBLEM


def test_a_selection_the_service_forgot_is_a_problem_that_names_it(
    lender: Browser, photos: PhotoService, ordered: str
) -> None:
    photos.replies["/picker/v1/mediaItems"] = Reply({}, 403)
    for _ in range(7):
        fall()
    html = page_of(lender, ordered)
    assert "We could not fetch sea.jpg and 1 more." in html
    assert "no longer knows what you picked" in html
    assert f"/orders/{ordered}/cancel/" in html


def test_a_photo_that_arrives_broken_stops_the_order_and_is_named(
    lender: Browser, photos: PhotoService, ordered: str
) -> None:
    photos.picks[0].content = photos.picks[0].content[:-2]
    fall()
    html = page_of(lender, ordered)
    assert "We could not fetch sea.jpg." in html
    assert "its end is missing" in html
    for words in (html, mail.outbox[-1].body):
        assert "you get all your money back" in words
        assert "do nothing" not in words


@pytest.mark.parametrize("is_known", [True, False])
def test_what_was_refused_is_asked_for_once_more_when_the_press_says_so(
    lender: Browser, photos: PhotoService, ordered: str, *, is_known: bool
) -> None:
    whole = photos.picks[0].content
    photos.picks[0].content = whole[:-2]
    fall()
    photos.picks[0].content = whole
    assert not [r for r in photos.requests if r.method == "DELETE"]
    if not is_known:
        photos.replies["/picker/v1/mediaItems"] = Reply({}, 403)
    assert pressing.happened(Order.objects.get(), pressing.Event.RESUME)
    for _ in range(7):
        fall()
    found = Order.objects.get()
    assert found.stage == (Stage.PRINTING if is_known else Stage.PROBLEM)
    assert ("no longer knows" in found.problem) is not is_known


@pytest.mark.parametrize("orders", [1, 2])
def test_what_only_cancelled_orders_wait_for_is_not_fetched(
    lender: Browser, photos: PhotoService, orders: int
) -> None:
    page = listed(lender, photos)
    numbers = []
    for _ in range(orders):
        make(lender, page)
        numbers.append(cart_number(lender))
        lender.post(f"/orders/{numbers[-1]}/address/", ADDRESS)
        pay(lender, numbers[-1])
    lender.post("/connection/disconnect/")
    fall()
    lender.post(f"/orders/{numbers[0]}/cancel/")
    lender.connect(LASTING)
    work()
    assert len(downloads(photos)) == (0 if orders == 1 else 2)
    assert Selection.objects.get().stage == ("ended" if orders == 1 else "ready")
    assert Order.objects.get(number=numbers[0]).stage == Stage.CANCELLED


def test_a_photo_that_lies_otherwise_than_told_is_placed_again(
    lender: Browser, photos: PhotoService
) -> None:
    real = photo("turned", (900, 1200))
    photos.picks = [Photo("turned", real.content, 1200, 900, "turned.jpg")]
    order(lender, photos)
    work()
    assert Placement.objects.get().paper.width == 150
    fall()
    assert Order.objects.get().stage == Stage.PRINTING
    placed = Placement.objects.get()
    assert placed.paper.width == 100
    assert (placed.crop.width, placed.crop.height) == (800, 1200)


def turned(name: str) -> Photo:
    """A photo that lies otherwise than is told."""
    return Photo(name, photo(name, (900, 1200)).content, 1200, 900, f"{name}.jpg")


@pytest.mark.parametrize(
    ("product", "sizing", "crop"),
    [
        ("10x15", "fill", Crop(50, 0, 800, 1200)),
        ("10x15", "fit", Crop(0, 0, 900, 1200)),
        ("photo-book", "fill", None),
    ],
)
def test_a_turned_photo_keeps_its_sizing_and_is_not_distorted(
    lender: Browser,
    photos: PhotoService,
    product: str,
    sizing: str,
    crop: Crop | None,
) -> None:
    photos.picks = [turned(f"t{n}") for n in range(12 if crop is None else 1)]
    page = listed(lender, photos)
    assert make(lender, page, product=product, anyway="on")["Location"] == "/cart/"
    number, first = cart_number(lender), Placement.objects.all()[0]
    width = 600 if crop else 1200
    asked = {"left": 20, "top": 20, "width": width, "height": width * 2 // 3}
    asked |= {"rotation": 0, "copies": 1}
    form = {"action": "cart", "sizing": sizing, "finish": "glossy", "confirmed": "on"}
    lender.post(f"/cart/items/{first.item_id}/?photo={first.pk}", form | asked)
    lender.post(f"/orders/{number}/address/", ADDRESS)
    pay(lender, number)
    fall()
    assert Order.objects.get().stage == Stage.PRINTING
    for placed in Placement.objects.all():
        across, down = placed.crop.box[2:]
        assert across <= 900
        assert down <= 1200
        shaped = is_shaped(placed.crop.size, placed.paper)
        assert placed.sizing == "fit" or shaped
        assert crop in {None, placed.crop}
    assert Placement.objects.get(pk=first.pk).sizing == sizing


def test_turned_photos_that_are_here_by_now_can_be_ordered_as_they_were_told(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = [turned("turned")]
    page = listed(lender, photos)
    for is_night in (False, True):
        make(lender, page)
        number = cart_number(lender)
        lender.post(f"/orders/{number}/address/", ADDRESS)
        if is_night:
            fall()
        pay(lender, number)
        work()
    assert set(Order.objects.values_list("stage", flat=True)) == {Stage.PRINTING}


def test_a_service_that_is_down_at_night_is_asked_again(
    lender: Browser, photos: PhotoService, ordered: str
) -> None:
    photos.replies["/media/sea=d"] = Reply({}, 503)
    fall()
    assert Order.objects.get().stage == Stage.RECEIVED
    del photos.replies["/media/sea=d"]
    for _ in range(20):  # steps of waiting are no attempts that fail
        Order.objects.update(retry_at=None)
        work()
    fall()
    assert Order.objects.get().stage == Stage.PRINTING
    assert downloads(photos).count("/media/tower=d") == 1


def test_photos_of_today_and_of_tonight_go_into_one_order(
    lender: Browser, photos: PhotoService
) -> None:
    page = lender.post("/choose/")["Location"]
    finish(lender, photos, page)
    work()
    make(lender, str(lender.get(page)["Location"]))
    order(lender, photos)
    work()
    assert Order.objects.get().stage == Stage.RECEIVED
    fall()
    assert Order.objects.get().stage == Stage.PRINTING
    assert Placement.objects.exclude(print_file="").count() == 4


@pytest.mark.parametrize(
    ("setting", "paid", "comes"),
    [
        ("02:00", "2026-11-22T08:00", "2026-11-23T02:00"),
        ("02:00", "2026-11-22T01:59", "2026-11-22T02:00"),
        ("02:00", "2026-11-22T02:00", "2026-11-23T02:00"),
        ("23:30", "2026-12-31T23:45", "2027-01-01T23:30"),
        ("+75", "2026-11-22T23:59", "2026-11-23T00:00"),
    ],
)
def test_the_night_comes_once_a_day(
    settings: Settings, setting: str, paid: str, comes: str
) -> None:
    settings.NIGHT = setting
    moment = datetime.fromisoformat(paid).replace(tzinfo=UTC)
    found = night.comes_after(moment).replace(second=0)
    assert found == datetime.fromisoformat(comes).replace(tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["25:00", "2:00", "tonight", "+", "-5", "02:00x"])
def test_a_night_that_is_no_time_of_day_is_refused_at_the_start(wrong: str) -> None:
    code, errors = start(GOOD | {"PRINTSHOP_NIGHT": wrong})
    assert code != 0
    assert "NIGHT" in errors
