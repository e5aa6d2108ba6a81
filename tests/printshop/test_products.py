"""What to make of the photos: any of them, however many, and how sharp that will be."""

import re
from typing import Any

import pytest
from provider import BOB, Photo, PhotoService, Provider, photo
from visitors import Browser, choose, make

from printshop import cart
from printshop.models import Order, OrderItem, Original, Placement, Selection
from printshop.products import PRODUCTS
from tests.story.forms import Form, forms_of


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


@pytest.fixture
def page(lender: Browser, photos: PhotoService) -> str:
    """Where she says what to make of two photos."""
    return choose(lender, photos)


def tiny(count: int) -> list[Photo]:
    """So many little photos."""
    content = photo("tiny", (30, 20)).content
    return [Photo(f"p{n:04}", content, 30, 20, f"p{n}.jpg") for n in range(count)]


def form_of(html: str) -> Form:
    """The form with photos and products."""
    return next(form for form in forms_of(html) if "product" in form.names)


def press(customer: Browser, page: str, html: str, **changes: Any) -> Any:
    """Send the form as the page shows it, with these changes."""
    sent: dict[str, list[str]] = {}
    for name, value in form_of(html).filled(changes):
        sent.setdefault(name, []).append(value)
    return customer.post(page, sent)


def ticked(html: str) -> list[str]:
    """What is ticked on this page."""
    return [value for name, value in form_of(html).values if name == "photo"]


def placed() -> list[int]:
    """The positions of the photos in the cart."""
    placements = Placement.objects.order_by("item__position", "position")
    return list(placements.values_list("original__position", flat=True))


@pytest.mark.parametrize("code", PRODUCTS)
def test_everything_can_be_made_of_what_was_picked(
    lender: Browser, photos: PhotoService, code: str
) -> None:
    product = PRODUCTS[code]
    photos.picks = tiny(product.fewest)
    page = choose(lender, photos)
    made = make(lender, page, product=code, copies="3", anyway="on")
    assert made["Location"] == "/cart/"
    [item] = OrderItem.objects.all()
    assert (item.product, item.copies) == (product, 3)
    assert item.finish in product.finishes
    assert item.unit_cents == product.cents
    assert placed() == list(range(product.fewest))


def test_a_print_of_each_and_a_poster_of_one_are_one_cart(
    lender: Browser, page: str
) -> None:
    make(lender, page, paper="matt", copies="1")
    make(lender, page, product="50x70", photo=["1"], copies="1", anyway="on")
    items = OrderItem.objects.values_list("product_code", "finish", "position")
    assert list(items) == [
        ("10x15", "matt", 0),
        ("10x15", "matt", 1),
        ("50x70", "glossy", 2),
    ]
    assert placed() == [0, 1, 1]
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"copies": "0"},
        {"copies": "-1"},
        {"copies": "100"},
        {"copies": "many"},
        {"copies": ""},
        {"copies": "9" * 5000},
        {"product": "40x60"},
        {"product": "a\x00b"},
        {"product": ""},
        {"paper": "oak"},
        {"product": "framed-20x30", "frame": "glossy"},
        {"photo": []},
        {"photo": ["2"]},
        {"photo": ["-1", "0.0", "\u0661", "9" * 5000]},
    ],
)
def test_a_strange_choice_puts_nothing_into_the_cart(
    lender: Browser, page: str, changes: dict[str, Any]
) -> None:
    answer = make(lender, page, **changes)
    assert answer.status_code == 422
    assert "Nothing was put into the cart yet." in answer.content.decode()
    assert not OrderItem.objects.exists()


@pytest.mark.parametrize(
    ("code", "photo_count"),
    [("contact-sheet", 1), ("photo-book", 11), ("photo-book", 121)],
)
def test_a_product_takes_so_many_photos(
    lender: Browser, photos: PhotoService, code: str, photo_count: int
) -> None:
    photos.picks = tiny(photo_count)
    page = choose(lender, photos)
    everything = [str(n) for n in range(photo_count)]
    answer = make(lender, page, product=code, photo=everything, anyway="on")
    product = PRODUCTS[code]
    words = f"takes {product.fewest} to {product.most} photos; {photo_count}"
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_blurred_print_must_be_wanted(lender: Browser, photos: PhotoService) -> None:
    photos.picks = [photo("small", (300, 200)), photo("big", (1800, 1200))]
    page = choose(lender, photos)
    answer = make(lender, page, product="20x30")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "1 of these photos has fewer than 100 pixels per inch" in html
    assert "small.jpg." in html
    assert make(lender, page, product="20x30", anyway="on").status_code == 302
    wanted = dict(Placement.objects.values_list("original__filename", "confirmed"))
    assert wanted == {"small.jpg": True, "big.jpg": False}


def test_on_a_contact_sheet_small_photos_are_sharp(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(2)
    assert make(lender, choose(lender, photos), product="contact-sheet")["Location"]
    assert set(Placement.objects.values_list("sizing", flat=True)) == {"fit"}


@pytest.mark.parametrize(
    ("pixels", "advice"),
    [
        ((1182, 788), "200 ppi, will be sharp"),
        ((1181, 787), "199 ppi, a little soft"),
        ((787, 1181), "199 ppi, a little soft"),
        ((591, 394), "100 ppi, a little soft"),
        ((591, 393), "99 ppi, will look blurred"),
        ((4000, 393), "99 ppi, will look blurred"),
    ],
)
def test_how_sharp_a_print_will_be_is_said_at_once(
    lender: Browser, photos: PhotoService, pixels: tuple[int, int], advice: str
) -> None:
    photos.picks = [photo("one", pixels)]
    html = lender.get(choose(lender, photos)).content.decode()
    assert f">{advice}</span>" in html


def test_the_biggest_sharp_print_is_named(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = [photo("one", (1500, 1100))]
    html = lender.get(choose(lender, photos)).content.decode()
    assert "Sharp up to 13\u00a0×\u00a018\u00a0cm" in html


def test_ticks_survive_the_turning_of_pages(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(130)
    page = choose(lender, photos)
    html = lender.get(page).content.decode()
    assert len(ticked(html)) == 60
    one = press(lender, page, html, photo=["0", "59"], do="3").content.decode()
    assert ticked(one) == [str(n) for n in range(120, 130)]
    back = press(lender, page, one, photo=["129"], do="1").content.decode()
    assert ticked(back) == ["0", "59"]
    assert "63 photos ticked" in back  # two here, sixty on the second page, one there
    press(lender, page, back, anyway="on")
    assert placed() == [0, *range(59, 120), 129]


@pytest.mark.parametrize(("do", "count"), [("all", 130), ("none", 0)])
def test_one_button_ticks_all_pages(
    lender: Browser, photos: PhotoService, do: str, count: int
) -> None:
    photos.picks = tiny(130)
    page = choose(lender, photos)
    html = lender.get(page).content.decode()
    some = press(lender, page, html, photo=["7"], do="2").content.decode()
    html = press(lender, page, some, photo=["77"], do=do).content.decode()
    assert f"{count} photos ticked" in html
    assert len(ticked(html)) == min(count, 60)


@pytest.mark.parametrize(
    "off", ["x", "1,", ",", "5-1", "1-9999999", "\u0661", "-", "a\x00"]
)
def test_what_was_never_said_unticks_nothing(
    lender: Browser, page: str, off: str
) -> None:
    make(lender, page, off=off)
    assert placed() == [0, 1]


def test_two_thousand_photos_are_one_order(
    lender: Browser, photos: PhotoService, page: str, django_assert_max_num_queries: Any
) -> None:
    selection = Selection.objects.get()
    first = selection.originals.all()[0]
    Original.objects.bulk_create(
        Original(
            customer=first.customer,
            selection=selection,
            media_id=f"m{n}",
            position=n,
            filename=f"m{n}.jpg",
            state=Original.State.HERE,
            file=first.file,
            width=1200,
            height=900,
        )
        for n in range(2, 2000)
    )
    with django_assert_max_num_queries(4):
        html = lender.get(f"{page}?page=34").content.decode()
    assert ticked(html) == [str(n) for n in range(1980, 2000)]
    assert press(lender, page, html).status_code == 302
    assert placed() == list(range(2000))
    with django_assert_max_num_queries(4):
        cart = lender.get("/cart/?page=20").content.decode()
    assert cart.count('class="card cart-item"') == 60
    assert "2000 things to make" in cart
    assert "€703.90" in cart  # 2,000 × €0.35 and the parcel


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "9" * 5000, "\u0661"])
def test_a_page_that_is_not_there_is_the_first(
    lender: Browser, page: str, number: str
) -> None:
    assert ticked(lender.get(page, {"page": number}).content.decode()) == ["0", "1"]


def test_what_somebody_came_for_is_selected(
    lender: Browser, photos: PhotoService
) -> None:
    assert "/make/photo-book/" in lender.get("/").content.decode()
    assert lender.get("/make/photo-book/")["Location"] == "/choose/"
    html = lender.get(choose(lender, photos)).content.decode()
    assert ("product", "photo-book") in form_of(html).values
    assert lender.get("/make/a-statue/").status_code == 404


def test_what_a_stranger_came_for_survives_signing_in(
    browser: Browser, photos: PhotoService
) -> None:
    assert browser.get("/make/contact-sheet/")["Location"] == "/choose/"
    browser.sign_in()
    browser.connect()
    html = browser.get(choose(browser, photos)).content.decode()
    assert ("product", "contact-sheet") in form_of(html).values


def test_photos_that_come_tonight_can_be_chosen_now(lender: Browser, page: str) -> None:
    Selection.objects.update(stage=Selection.Stage.LISTED)
    Original.objects.update(state=Original.State.WAITING, file="")
    html = lender.get(page).content.decode()
    assert ticked(html) == ["0", "1"]
    assert "/originals/" not in html
    assert "there is no picture of them yet" in html
    assert make(lender, page)["Location"] == "/cart/"
    assert lender.get("/cart/").status_code == 200


def test_nothing_is_made_of_photos_that_are_not_here(
    lender: Browser, page: str
) -> None:
    Selection.objects.update(stage=Selection.Stage.COPYING)
    assert lender.get(page)["Location"] == page.removesuffix("products/")
    assert lender.post(page)["Location"] == page.removesuffix("products/")


@pytest.mark.django_db(transaction=True)
def test_photos_that_are_swept_that_moment_are_picked_once_more(
    lender: Browser, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*asked: Any) -> Order:
        Selection.objects.all().delete()
        return add(*asked)

    add = cart.add
    monkeypatch.setattr("printshop.pages.products.cart.add", too_late)
    answer = make(lender, page)
    assert answer["Location"] == "/choose/"
    assert "pick them once more" in lender.get("/choose/").content.decode()
    assert not OrderItem.objects.exists()


def test_nobody_makes_things_of_the_photos_of_others(
    lender: Browser, page: str, provider: Provider
) -> None:
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    assert bob.get(page).status_code == 404
    assert bob.post(page, {"product": "10x15", "photo": "0"}).status_code == 404
    assert not OrderItem.objects.exists()


@pytest.mark.parametrize("visitor", ["alice", "stranger"])
def test_the_window_costs_four_statements_at_most(
    lender: Browser, visitor: str, django_assert_max_num_queries: Any
) -> None:
    browser = lender if visitor == "alice" else Browser()
    with django_assert_max_num_queries(4):
        html = browser.get("/").content.decode()
    for product in PRODUCTS.values():
        assert re.search(rf'href="/make/{product.code}/"', html)
