"""The crop editor without a script: every button is a form that comes back."""

import io
import re
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from provider import BOB, Photo, PhotoService, Provider, photo
from visitors import Browser, choose, make, order, pay, work

from printshop import proofs
from printshop.models import OrderItem, Original, Placement, Selection
from printshop.pages import editor
from tests.story.forms import Form, forms_of

SMALL = photo("small").content


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


@pytest.fixture
def page(lender: Browser, photos: PhotoService) -> str:
    """The editor of the first print in Alice's cart: 1200 × 900 pixels, lying."""
    make(lender, choose(lender, photos))
    return f"/cart/items/{OrderItem.objects.all()[0].pk}/"


def form_of(customer: Browser, page: str) -> Form:
    """The editor's form as it is now."""
    html = customer.get(page).content.decode()
    [form] = [form for form in forms_of(html) if "rotation" in form.names]
    return form


def press(customer: Browser, page: str, button: str, **changes: str | list[str]) -> Any:
    """Press a button of the editor."""
    form = form_of(customer, page).filled(changes | {"action": button})
    return customer.post(page, dict(form))


def placed(page: str) -> Placement:
    """The photo of this page, as it is saved."""
    return Placement.objects.get(item__pk=page.split("/")[3])


def saved(page: str) -> tuple[int, int, int, int]:
    """The crop as the press will take it."""
    return placed(page).crop.box


def frame(html: str) -> tuple[int, int, int, int]:
    """The crop as the page shows it."""
    found = re.search(
        r'class="edge" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', html
    )
    assert found
    left, top, width, height = map(int, found.groups())
    return left, top, left + width, top + height


def colours(content: bytes) -> tuple[Any, Any]:
    """What is at the top and at the bottom of a picture."""
    with Image.open(io.BytesIO(content)) as image:
        middle = image.width // 2
        top, bottom = image.getpixel((middle, 4)), image.getpixel((middle, -5))
    return _name(top), _name(bottom)


def _name(pixel: Any) -> str:
    if min(pixel) > 200:
        return "white"
    return "red" if pixel[0] > pixel[2] else "blue"


def test_every_button_saves_and_the_page_shows_what_was_saved(
    lender: Browser, page: str
) -> None:
    assert saved(page) == (0, 50, 1200, 850)
    seen = []
    for button in ["closer", "right", "down", "left", "up", "further", "reset"]:
        answer = press(lender, page, button)
        assert answer.status_code == 302
        html = lender.get(answer["Location"]).content.decode()
        assert frame(html) == saved(page)
        seen.append(saved(page))
    closer, right, down, left, up, further, reset = seen
    assert right[0] > closer[0]
    assert down[1] > right[1]
    assert left[0] == closer[0]
    assert up == closer
    assert abs(further[2] - further[0] - 1200) <= 2
    assert reset == (0, 50, 1200, 850)


def test_turning_turns_paper_and_crop_with_the_photo(
    lender: Browser, page: str
) -> None:
    press(lender, page, "turn-right")
    placement = placed(page)
    assert placement.rotation == 90
    assert (placement.paper.width, placement.paper.height) == (100, 150)
    assert saved(page) == (50, 0, 850, 1200)
    html = lender.get(page).content.decode()
    assert 'viewBox="0 0 900 1200"' in html
    assert "matrix(0 1 -1 0 900 0)" in html
    for _ in range(3):
        press(lender, page, "turn-right")
    assert saved(page) == (0, 50, 1200, 850)


def test_the_whole_photo_has_a_white_border_and_no_frame_to_move(
    lender: Browser, page: str
) -> None:
    press(lender, page, "cart", sizing="fit")
    assert saved(page) == (0, 0, 1200, 900)
    press(lender, page, "closer")
    assert saved(page) == (0, 0, 1200, 900)
    picture = re.search(r'src="(/cart/photos/[^"]+)"', _html(lender, page))
    assert picture
    content = lender.get(picture[1].replace("&amp;", "&")).content
    assert colours(content) == ("white", "white")
    press(lender, page, "cart", sizing="fill")
    assert saved(page) == (0, 50, 1200, 850)


def _html(customer: Browser, page: str) -> str:
    return str(customer.get(page).content.decode())


def test_finish_and_copies_belong_to_the_item(lender: Browser, page: str) -> None:
    answer = press(lender, page, "cart", finish="matt", copies="7")
    assert answer["Location"] == "/cart/"
    item = OrderItem.objects.get(pk=page.split("/")[3])
    assert (item.finish, item.copies) == ("matt", 7)


@pytest.mark.parametrize(
    "change",
    [
        {"copies": "0"},
        {"copies": "100"},
        {"finish": "oak"},
        {"rotation": "45"},
        {"sizing": "stretch"},
        {"left": "-1"},
        {"top": "9" * 30},
        {"width": "0"},
        {"height": "x"},
        {"left": ""},
    ],
)
def test_what_makes_no_sense_changes_nothing(
    lender: Browser, page: str, change: dict[str, str]
) -> None:
    before = Placement.objects.values().order_by("pk")
    kept = list(before)
    assert press(lender, page, "closer", **change).status_code == 422
    assert list(before.all()) == kept


@pytest.mark.parametrize(
    "sent",
    [
        {"left": "9000", "top": "9000"},
        {"width": "10000000", "height": "1"},
        {"width": "1", "height": "10000000"},
        {"width": "1", "height": "1"},
    ],
)
def test_a_crop_beyond_the_photo_becomes_the_nearest_that_can_be_printed(
    lender: Browser, page: str, sent: dict[str, str]
) -> None:
    press(lender, page, "", confirmed="on", **sent)
    left, top, right, bottom = saved(page)
    assert 0 <= left < right <= 1200
    assert 0 <= top < bottom <= 900
    assert abs((right - left) * 2 - (bottom - top) * 3) <= 3


def test_a_blurred_print_must_be_wanted(lender: Browser, page: str) -> None:
    before = saved(page)
    tiny = {"left": "10", "top": "10", "width": "300", "height": "200"}
    answer = press(lender, page, "cart", **tiny)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Only 50 pixels per inch" in html
    assert frame(html) == (10, 10, 310, 210)  # nothing is lost
    assert saved(page) == before
    assert press(lender, page, "cart", confirmed="on", **tiny).status_code == 302
    assert saved(page) == (10, 10, 310, 210)
    assert placed(page).confirmed
    press(lender, page, "reset")
    assert not placed(page).confirmed


def test_closer_and_closer_says_how_sharp_it_will_be(
    lender: Browser, page: str
) -> None:
    tones = []
    for _ in range(16):
        html = lender.get(press(lender, page, "closer")["Location"]).content.decode()
        found = re.search(r'class="advice badge (\w+)">(\d+) ppi', html)
        assert found
        tones.append(found[1])
        assert int(found[2]) == placed(page).ppi
    assert tones[0] == "warn"
    assert tones[-1] == "bad"


def test_one_goes_from_photo_to_photo(lender: Browser, page: str) -> None:
    first, second = OrderItem.objects.all()
    answer = press(lender, page, "next", copies="3")
    assert f"/cart/items/{second.pk}/" in answer["Location"]
    assert OrderItem.objects.get(pk=first.pk).copies == 3
    answer = press(lender, answer["Location"], "next")
    assert f"/cart/items/{first.pk}/" in answer["Location"]  # round and round
    answer = press(lender, answer["Location"], "previous")
    assert f"/cart/items/{second.pk}/" in answer["Location"]


@pytest.mark.parametrize("button", ["closer", "next", "nonsense"])
def test_what_another_tab_took_out_is_not_edited(
    lender: Browser, page: str, button: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = editor._around

    def too_late(placed: Placement) -> Any:
        OrderItem.objects.filter(pk=placed.item_id).delete()
        return around(placed)

    form = form_of(lender, page)
    monkeypatch.setattr(editor, "_around", too_late)
    answer = lender.post(page, dict(form.filled({"action": button})), follow=True)
    assert answer.redirect_chain == [("/cart/", 302)]
    assert "taken out of your cart" in answer.content.decode()


def test_each_photo_of_a_book_is_edited(lender: Browser, photos: PhotoService) -> None:
    photos.picks = [photo(f"p{n}") for n in range(12)]
    make(lender, choose(lender, photos), product="photo-book", paper="matt")
    book = OrderItem.objects.get()
    pages = list(book.placements.all())
    page = f"/cart/items/{book.pk}/?photo={pages[4].pk}"
    assert "p4.jpg" in _html(lender, page)
    press(lender, page, "turn-right")
    turned = book.placements.exclude(rotation=0)
    assert list(turned) == [pages[4]]


def test_the_small_photos_of_a_sheet_are_turned_and_nothing_else(
    lender: Browser, photos: PhotoService
) -> None:
    make(lender, choose(lender, photos), product="contact-sheet")
    item = OrderItem.objects.get()
    page = f"/cart/items/{item.pk}/"
    assert "ppi" not in _html(lender, page)
    press(lender, page, "closer", sizing="fill", width="10", height="10")
    placement = item.placements.all()[0]
    assert (placement.sizing, placement.crop.box) == ("fit", (0, 0, 1200, 900))
    press(lender, page, "turn-left")
    placement.refresh_from_db()
    assert (placement.rotation, placement.sizing) == (270, "fit")
    assert placement.crop.box == (0, 0, 900, 1200)


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_view_shows_the_photo_as_it_is_held(
    lender: Browser, photos: PhotoService, orientation: int
) -> None:
    photos.picks = [photo("one", (900, 1200), orientation)]
    make(lender, choose(lender, photos))
    placement = Placement.objects.get()
    page = f"/cart/items/{placement.item_id}/"
    view = f"/cart/photos/{placement.pk}/view.jpg"
    assert colours(lender.get(view).content) == ("red", "blue")
    press(lender, page, "turn-right")
    press(lender, page, "turn-right")
    assert colours(lender.get(view).content) == ("blue", "red")
    whole = lender.get(f"/originals/{placement.original_id}/photo.jpg").content
    with Image.open(io.BytesIO(whole)) as image:
        assert image.size == (900, 1200)
        assert not image.getexif()


def test_a_big_original_is_read_once(
    lender: Browser, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "LONGEST", 300)
    monkeypatch.setattr(proofs, "QUICK", 1000)
    photos.picks = [photo("big")]
    make(lender, choose(lender, photos))
    placement = Placement.objects.get()
    view = f"/cart/photos/{placement.pk}/view.jpg"
    first = lender.get(view)
    assert first["Cache-Control"] == "private, max-age=3600"
    original = Original.objects.get()
    assert original.proof
    default_storage.delete(original.file)  # nobody opens it any more
    query = "rotation=0&sizing=fill&left=600&top=0&width=600&height=400"
    assert colours(lender.get(f"{view}?{query}").content) == ("red", "red")
    query = "rotation=0&sizing=fill&left=600&top=500&width=600&height=400"
    assert colours(lender.get(f"{view}?{query}").content) == ("blue", "blue")


@pytest.mark.parametrize("query", ["rotation=0", "rotation=1&sizing=fill", "left=a"])
def test_a_view_of_nonsense_is_not_there(
    lender: Browser, page: str, query: str
) -> None:
    placement = Placement.objects.all()[0]
    view = f"/cart/photos/{placement.pk}/view.jpg"
    assert lender.get(f"{view}?{query}").status_code == 404


def test_pictures_of_a_lost_file_are_not_there(lender: Browser, page: str) -> None:
    Original.objects.update(file="originals/lost.jpg")
    placement = Placement.objects.all()[0]
    assert lender.get(f"/cart/photos/{placement.pk}/view.jpg").status_code == 404
    path = f"/originals/{placement.original_id}/photo.jpg"
    assert lender.get(path).status_code == 404


def test_a_photo_that_is_fetched_tonight_can_be_cropped(
    lender: Browser, page: str
) -> None:
    Original.objects.update(state="waiting", file="")
    html = _html(lender, page)
    assert "fetched tonight" in html
    assert "photo.jpg" not in html
    press(lender, page, "closer")
    assert saved(page) != (0, 50, 1200, 850)


def test_nobody_edits_the_cart_of_others(
    lender: Browser, page: str, provider: Provider
) -> None:
    placement = Placement.objects.all()[0]
    form = dict(form_of(lender, page).filled({"action": "closer"}))
    provider.person = BOB
    bob = Browser()
    bob.sign_in()
    paths = [
        page,
        f"{page}?photo={placement.pk}",
        f"/cart/photos/{placement.pk}/view.jpg",
        f"/originals/{placement.original_id}/photo.jpg",
    ]
    for path in paths:
        assert bob.get(path).status_code == 404
        assert Browser().get(path)["Location"].startswith("/sign-in/")
    assert bob.post(page, form).status_code == 404
    assert saved(page) == (0, 50, 1200, 850)


@pytest.mark.parametrize("photo", ["nonsense", "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"])
def test_a_photo_that_is_not_there(lender: Browser, page: str, photo: str) -> None:
    assert lender.get(f"{page}?photo={photo}").status_code == 404


def test_what_was_ordered_stays_as_it_is(lender: Browser, photos: PhotoService) -> None:
    number = order(lender, photos)
    page = f"/cart/items/{OrderItem.objects.all()[0].pk}/"
    form = dict(form_of(lender, page).filled({"action": "closer"}))
    pay(lender, number)
    for answer in (lender.get(page), lender.post(page, form)):
        assert answer["Location"] == f"/orders/{number}/"
    assert saved(page) == (0, 50, 1200, 850)


def test_proofs_go_with_their_photos(lender: Browser, page: str, media: Any) -> None:
    for original in Original.objects.all():
        lender.get(f"/originals/{original.pk}/photo.jpg")
    assert len(list((media / "proofs").iterdir())) == 2
    OrderItem.objects.all().delete()
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    work()
    assert not list((media / "proofs").iterdir())


def test_statements_do_not_grow_with_the_cart(
    lender: Browser, photos: PhotoService, django_assert_max_num_queries: Any
) -> None:
    photos.picks = [Photo(f"p{n}", SMALL, 1200, 900) for n in range(9)]
    make(lender, choose(lender, photos))
    page = f"/cart/items/{OrderItem.objects.all()[0].pk}/"
    with django_assert_max_num_queries(4):
        lender.get(page)
