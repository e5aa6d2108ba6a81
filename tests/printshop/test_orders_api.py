"""What an integrator does: look, send a photo, ask the price, order, follow, cancel."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from integrator import NOTHING, RECIPIENT, Integrator, jpeg
from provider import Provider, photo
from pytest_django import Settings
from visitors import Browser, kept, work

from printshop import payments
from printshop.models import Charge, Order, Original, Payment, Placement, Stage
from printshop.products import PRODUCTS

CHANGES: dict[str, dict[str, Any]] = {
    "cancel": {},
    "updateRecipient": {"recipient": RECIPIENT},
    "updateShippingMethod": {"shippingMethod": "Standard"},
}


@pytest.fixture
def albums(alice: Browser, provider: Provider) -> Integrator:
    """A program that makes albums; Alice let it order prints."""
    return Integrator(provider)


@pytest.fixture
def staffed(settings: Settings) -> None:
    """People stand at the press: nothing is printed unless they say so."""
    settings.PRESS_SECONDS = None


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def act(albums: Integrator, order: dict[str, Any], name: str, **body: object) -> Any:
    return albums.post(f"orders/{order['id']}/actions/{name}", body)


def test_products_say_what_can_be_ordered(albums: Integrator) -> None:
    products = albums.get("products").json()["products"]
    assert [product["sku"] for product in products] == list(PRODUCTS)
    book = albums.get("products/photo-book").json()["product"]
    assert book == {
        "sku": "photo-book",
        "description": "Photo book 20 × 20 cm: "
        "A photo a page, bound; from 12 to 120 pages",
        "sizeMm": {"width": 200, "height": 200},
        "finishes": ["glossy", "matt", "lustre"],
        "sizings": ["fitPrintArea"],
        "photos": {"fewest": 12, "most": 120, "included": 24},
        "unitCost": euros("19.90"),
        "furtherPhotoCost": euros("0.45"),
    }
    assert albums.get("products/60x90").status_code == 404


def test_a_photo_is_kept_as_it_was_sent(albums: Integrator) -> None:
    sent = jpeg((1800, 1200))
    asset = albums.upload(sent).json()["asset"]
    assert (asset["width"], asset["height"]) == (1800, 1200)
    assert asset["fileName"] == "sea.jpg"
    assert asset["sha256"] == hashlib.sha256(sent).hexdigest()
    assert kept(Original.objects.get()) == sent
    sharp = {one["sku"]: one["quality"] for one in asset["sharpness"]}
    assert (sharp["10x15"], sharp["20x30"], sharp["50x70"]) == ("good", "fair", "poor")
    assert albums.get(f"assets/{asset['id']}").json()["asset"] == asset


def test_a_photo_is_measured_as_it_is_held(albums: Integrator) -> None:
    turned = photo("tower", (1200, 1800), orientation=6).content
    asset = albums.upload(turned).json()["asset"]
    assert (asset["width"], asset["height"]) == (1200, 1800)


def test_a_quote_is_given_for_each_way_of_sending(albums: Integrator) -> None:
    items = [
        albums.item(assets=[{"printArea": "default"}], copies=3),
        albums.item(sku="photo-book", assets=[{}] * 26, sizing=NOTHING, copies=2),
    ]
    asked = {"destinationCountryCode": "FR", "items": items}
    standard, express = albums.post("quotes", asked).json()["quotes"]
    assert standard == {
        "shippingMethod": "Standard",
        "costSummary": {
            "items": euros("42.65"),
            "shipping": euros("3.90"),
            "totalCost": euros("46.55"),
        },
        "items": [
            {
                "merchantReference": "sea",
                "sku": "10x15",
                "copies": 3,
                "unitCost": euros("0.35"),
                "cost": euros("1.05"),
            },
            {
                "merchantReference": "sea",
                "sku": "photo-book",
                "copies": 2,
                "unitCost": euros("20.80"),
                "cost": euros("41.60"),
            },
        ],
    }
    assert express["costSummary"]["totalCost"] == euros("52.55")
    one = albums.post("quotes", asked | {"shippingMethod": "Express"}).json()["quotes"]
    assert one == [express]
    assert not Order.objects.exists()


def test_an_order_says_everything_that_was_asked(albums: Integrator) -> None:
    body = albums.asked()
    answer = albums.post("orders", body)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "Created")
    assert "no-store" in answer["Cache-Control"]
    order = answer.json()["order"]
    assert albums.get(f"orders/{order['id']}").json()["order"] == order
    for name in ("idempotencyKey", "merchantReference", "shippingMethod", "metadata"):
        assert order[name] == body[name]
    assert order["recipient"]["address"].pop("line2") == ""
    assert order["recipient"] == RECIPIENT
    [item] = order["items"]
    [asset] = item.pop("assets")
    uuid.UUID(item.pop("id"))
    assert item == {
        "merchantReference": "sea",
        "sku": "10x15",
        "copies": 2,
        "sizing": "fillPrintArea",
        "attributes": {"finish": "lustre"},
        "unitCost": euros("0.35"),
    }
    assert asset["id"] == body["items"][0]["assets"][0]["id"]
    assert asset["ppi"] == 304
    assert order["costSummary"]["totalCost"] == euros("10.60")
    [charge] = order["charges"]
    assert (charge["status"], charge["totalCost"]) == ("Charged", euros("10.60"))
    assert Charge.objects.get().cents == 1060
    assert Payment.objects.get().method == Payment.Method.ACCOUNT
    assert order["status"] == {
        "stage": "InProgress",
        "issues": [],
        "details": {
            "downloadAssets": "InProgress",
            "printReadyAssetsPrepared": "NotStarted",
            "inProduction": "NotStarted",
            "shipping": "NotStarted",
        },
    }


def test_an_order_is_made_and_followed(
    albums: Integrator, alice: Browser, settings: Settings
) -> None:
    settings.PRESS_SECONDS = 0
    order = albums.order()
    work()
    made = albums.get(f"orders/{order['id']}").json()["order"]
    assert made["status"]["stage"] == "Complete"
    assert set(made["status"]["details"].values()) == {"Complete"}
    [shipment] = made["shipments"]
    assert shipment["shippingMethod"] == "Express"
    assert made["lastUpdated"] >= shipment["dispatchDate"] > order["created"]
    for row in (Placement.objects.get(), Order.objects.get()):
        assert default_storage.exists(row.print_file)
    # She sees it among her orders, as whatever is bought in her name.
    assert order["id"] in alice.get("/orders/").content.decode()
    for name, body in CHANGES.items():
        assert act(albums, order, name, **body).status_code == 409
    actions = albums.get(f"orders/{order['id']}/actions").json()
    assert actions == {name: {"isAvailable": "No"} for name in CHANGES} | {
        "updateMetadata": {"isAvailable": "Yes"}
    }


@pytest.mark.parametrize(
    ("sizing", "crop"),
    [
        ("fillPrintArea", (50, 0, 1500, 1000)),
        ("fitPrintArea", (0, 0, 1600, 1000)),
        (NOTHING, (50, 0, 1500, 1000)),
    ],
)
def test_photos_fill_the_paper_or_fit_on_it(
    albums: Integrator, sizing: object, crop: tuple[int, ...]
) -> None:
    assets = [{"id": albums.asset((1600, 1000))}]
    albums.order(items=[albums.item(sizing=sizing, assets=assets)])
    placed = Placement.objects.get()
    assert placed.crop.box == (crop[0], crop[1], crop[0] + crop[2], crop[1] + crop[3])


def test_a_book_has_a_page_for_each_photo_in_their_order(albums: Integrator) -> None:
    ids = [albums.asset((900 + number, 900)) for number in range(12)]
    assets = [{"id": asset} for asset in ids]
    item = albums.item(sku="photo-book", sizing=NOTHING, assets=assets)
    order = albums.order(items=[item])
    assert [one["id"] for one in order["items"][0]["assets"]] == ids


def test_soft_photos_are_an_issue_and_blurred_ones_must_be_wanted(
    albums: Integrator,
) -> None:
    soft, blurred = albums.asset((900, 600)), albums.asset((300, 200))
    assets = [{"id": soft}], [{"id": blurred, "acceptLowResolution": False}]
    body = albums.asked(items=[albums.item(assets=one) for one in assets])
    refused = albums.post("orders", body)
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {
            "pointer": "#/items/1/assets/0",
            "detail": "It has 50 pixels per inch at this size and will look blurred. "
            "Take a smaller product, or say acceptLowResolution.",
        }
    ]
    assert not Order.objects.exists()
    assert not Charge.objects.exists()
    assets[1][0]["acceptLowResolution"] = True
    answer = albums.post("orders", body).json()
    assert answer["outcome"] == "CreatedWithIssues"
    assert answer["order"]["status"]["issues"] == [
        {
            "errorCode": "asset.resolution.fair",
            "description": "A photo has 152 pixels per inch: a little soft.",
            "objectId": soft,
        },
        {
            "errorCode": "asset.resolution.poor",
            "description": "A photo has 50 pixels per inch and will look blurred.",
            "objectId": blurred,
        },
    ]


def test_a_stopped_order_says_why_and_how_far_it_came(albums: Integrator) -> None:
    order = albums.order()
    default_storage.delete(Original.objects.get().file)
    work()
    status = albums.get(f"orders/{order['id']}").json()["order"]["status"]
    assert status["stage"] == "InProgress"
    [issue] = status["issues"]
    assert issue["errorCode"] == "order.stopped"
    assert "lost our copy" in issue["description"]
    assert status["details"]["downloadAssets"] == "InProgress"


def test_a_cancelled_order_is_paid_back_once(albums: Integrator, staffed: None) -> None:
    order = albums.order()
    work()
    answer = act(albums, order, "cancel")
    assert answer.json()["outcome"] == "Cancelled"
    assert answer.json()["order"]["status"]["stage"] == "Cancelled"
    assert act(albums, order, "cancel").status_code == 409
    work()
    [charge] = albums.get(f"orders/{order['id']}").json()["order"]["charges"]
    assert charge["status"] == "Refunded"
    assert Charge.objects.get().refunded_at


def test_a_recipient_can_move_until_it_is_printed(
    albums: Integrator, staffed: None
) -> None:
    order = albums.order()
    work()
    moved = {
        "name": "Bob Okafor",
        "email": "",
        "address": {
            "line1": "9 Lindenstraße",
            "line2": "Hof",
            "postalOrZipCode": "10969",
            "townOrCity": "Berlin",
            "countryCode": "DE",
        },
    }
    answer = act(albums, order, "updateRecipient", recipient=moved)
    assert answer.json()["outcome"] == "Updated"
    assert answer.json()["order"]["recipient"] == moved
    row = Order.objects.get()
    assert Order.objects.advance(row, Stage.PRINTING)
    assert act(albums, order, "updateRecipient", recipient=RECIPIENT).status_code == 409
    assert Order.objects.get().town == "Berlin"


def test_a_parcel_can_travel_otherwise_and_the_bill_follows(
    albums: Integrator, staffed: None
) -> None:
    order = albums.order()
    answer = act(albums, order, "updateShippingMethod", shippingMethod="Standard")
    cheaper = answer.json()["order"]
    assert cheaper["shippingMethod"] == "Standard"
    assert cheaper["costSummary"]["totalCost"] == euros("4.60")
    assert cheaper["charges"][0]["totalCost"] == euros("4.60")
    act(albums, order, "updateShippingMethod", shippingMethod="Standard")
    work()
    assert Charge.objects.get().cents == 460
    act(albums, order, "updateShippingMethod", shippingMethod="Express")
    work()
    assert Charge.objects.get().cents == 1060
    act(albums, order, "cancel")
    late = act(albums, order, "updateShippingMethod", shippingMethod="Standard")
    assert late.status_code == 409
    work()
    assert Charge.objects.get().cents == Payment.objects.get().cents == 1060


@pytest.mark.parametrize(("changes", "cents"), [(1, 460), (2, 1060)])
def test_a_bank_that_failed_once_is_told_of_the_new_bill_again(
    albums: Integrator,
    staffed: None,
    monkeypatch: pytest.MonkeyPatch,
    changes: int,
    cents: int,
) -> None:
    order = albums.order()
    really_amend = payments.amend

    def fail(key: uuid.UUID, cents: int) -> None:
        if changes == 2 and cents == 460:  # it understood, but the answer was lost
            really_amend(key, cents)
        raise OSError("the bank is down")

    with monkeypatch.context() as patch:
        patch.setattr(payments, "amend", fail)
        for method in ("Standard", "Express")[:changes]:
            act(albums, order, "updateShippingMethod", shippingMethod=method)
            work()
    assert Charge.objects.get().cents != Payment.objects.get().cents == cents
    work()
    assert Charge.objects.get().cents == cents
    told = DBTaskResult.objects.filter(task_path__endswith=".amend").count()
    work()
    assert DBTaskResult.objects.filter(task_path__endswith=".amend").count() == told


def test_a_bill_that_changes_while_the_bank_is_told_ends_as_it_is(
    albums: Integrator, staffed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = albums.order()
    act(albums, order, "updateShippingMethod", shippingMethod="Standard")
    really_amend = payments.amend

    def amend(key: uuid.UUID, cents: int) -> None:
        monkeypatch.setattr(payments, "amend", really_amend)
        act(albums, order, "updateShippingMethod", shippingMethod="Express")
        really_amend(key, cents)
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).delete()

    monkeypatch.setattr(payments, "amend", amend)
    work()
    assert Charge.objects.get().cents == Payment.objects.get().cents == 1060


def test_metadata_can_change_at_any_time(albums: Integrator) -> None:
    order = albums.order()
    act(albums, order, "cancel")
    answer = act(albums, order, "updateMetadata", metadata={"é": "", "b": "2"})
    assert answer.json()["order"]["metadata"] == {"é": "", "b": "2"}


def test_orders_come_in_pages_the_newest_first(albums: Integrator) -> None:
    item = albums.item()
    placed = [
        albums.order(items=[item], merchantReference=f"a{number % 2}")["id"]
        for number in range(5)
    ][::-1]
    page = albums.get("orders", top="2").json()
    seen = [one["id"] for one in page["orders"]]
    while "nextUrl" in page:
        query = dict(
            pair.split("=") for pair in page["nextUrl"].split("?")[1].split("&")
        )
        page = albums.get("orders", **query).json()
        seen += [one["id"] for one in page["orders"]]
    assert seen == placed
    assert page["hasMore"] is False
    some = albums.get("orders", merchantReference="a1", top="1").json()
    assert [one["id"] for one in some["orders"]] == placed[1:2]
    assert some["nextUrl"].endswith("/v1/orders?top=1&skip=1&merchantReference=a1")


def test_carts_and_her_own_orders_are_none_of_an_integrators_business(
    albums: Integrator,
) -> None:
    order = albums.order()
    Order.objects.update(client_id="")
    assert albums.get("orders").json()["orders"] == []
    assert albums.get(f"orders/{order['id']}").status_code == 404


def statements(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    return len(asked)


def test_the_number_of_statements_does_not_grow_with_the_rows(
    albums: Integrator,
) -> None:
    albums.order()
    few = statements(lambda: albums.get("orders"))
    for _ in range(3):
        last = albums.order(items=[albums.item(), albums.item()])
    assert statements(lambda: albums.get("orders")) == few == 6
    assert statements(lambda: albums.get(f"orders/{last['id']}")) == 6
    assert statements(lambda: albums.get("products")) == 1
