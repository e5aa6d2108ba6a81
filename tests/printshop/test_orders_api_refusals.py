"""What the orders resource says no to, and to which field."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from integrator import NOTHING, RECIPIENT, Integrator, jpeg, mint
from provider import Provider
from visitors import Browser

from printshop.models import Charge, Order, Original
from printshop.orders_api import assets
from printshop.sweeping import sweep

ADDRESS: dict[str, Any] = RECIPIENT["address"]


@pytest.fixture
def albums(alice: Browser, provider: Provider) -> Integrator:
    """A program that makes albums; Alice let it order prints."""
    return Integrator(provider)


def refused(answer: Any, status: int) -> dict[str, str]:
    """Pointer → sentence, of a refusal that is whole."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return {one["pointer"]: one["detail"] for one in body.get("errors", ())}


def recipient(**changes: Any) -> dict[str, Any]:
    return {"recipient": RECIPIENT | changes}


def address(**changes: Any) -> dict[str, Any]:
    changed = {k: v for k, v in (ADDRESS | changes).items() if v is not NOTHING}
    return recipient(address=changed)


def item(**changes: Any) -> Callable[[Integrator], dict[str, Any]]:
    return lambda albums: {"items": [albums.item(), albums.item(**changes)]}


def asset(**changes: Any) -> Callable[[Integrator], dict[str, Any]]:
    return lambda albums: {
        "items": [albums.item(assets=[{"id": albums.asset()} | changes])]
    }


UNKNOWN = "Unknown name."
REQUIRED = "This field is required."
BLANK = "This field may not be blank."
WHOLE = "A valid integer is required."
NO_ADDRESSES = (
    "Addresses are never fetched: send the photo to /v1/assets and name its id here."
)
NONE = "00000000-0000-4000-8000-000000000000"
GONE = "There is no such asset, or it has expired."
TEXT = "Must be a text."
LINE = "Must be one line of text."
Change = dict[str, Any] | Callable[[Integrator], dict[str, Any]]

WRONG: dict[str, tuple[Change, str, str]] = {
    "no key": ({"idempotencyKey": NOTHING}, "/idempotencyKey", REQUIRED),
    "an empty key": (
        {"idempotencyKey": ""},
        "/idempotencyKey",
        BLANK,
    ),
    "a key that is a number": ({"idempotencyKey": 7}, "/idempotencyKey", TEXT),
    "a key of two lines": ({"idempotencyKey": "a\nb"}, "/idempotencyKey", LINE),
    "a long key": (
        {"idempotencyKey": "k" * 256},
        "/idempotencyKey",
        "Ensure this field has no more than 255 characters.",
    ),
    "an unknown name": ({"coupon": "x"}, "/coupon", UNKNOWN),
    "an address to call back": (
        {"callbackUrl": "http://localhost:6379/"},
        "/callbackUrl",
        UNKNOWN,
    ),
    "a price": ({"totalCost": {"amount": "0.01"}}, "/totalCost", UNKNOWN),
    "snake_case": ({"shipping_method": "Standard"}, "/shipping_method", UNKNOWN),
    "another method": (
        {"shippingMethod": "Overnight"},
        "/shippingMethod",
        '"Overnight" is not a valid choice.',
    ),
    "no recipient": ({"recipient": NOTHING}, "/recipient", REQUIRED),
    "a recipient that is a text": (
        {"recipient": "Alice"},
        "/recipient",
        "Must be an object.",
    ),
    "no name": (
        recipient(name="  "),
        "/recipient/name",
        "This field may not be blank.",
    ),
    "a NUL": (recipient(name="A\0"), "/recipient/name", LINE),
    "no e-mail address": (
        recipient(email="alice"),
        "/recipient/email",
        "Enter a valid email address.",
    ),
    "two e-mail headers": (
        recipient(email="a@example.com\nBcc: b@example.com"),
        "/recipient/email",
        "Enter a valid email address.",
    ),
    "another country": (
        address(countryCode="US"),
        "/recipient/address/countryCode",
        '"US" is not a valid choice.',
    ),
    "another country's postcode": (
        address(postalOrZipCode="1040"),
        "/recipient/address/postalOrZipCode",
        "This is not a postcode of France.",
    ),
    "no town": (address(townOrCity=NOTHING), "/recipient/address/townOrCity", REQUIRED),
    "nothing to make": ({"items": []}, "/items", "This list may not be empty."),
    "items that are no list": (
        {"items": {"sku": "10x15"}},
        "/items",
        'Expected a list of items but got type "dict".',
    ),
    "an item that is a text": ({"items": ["10x15"]}, "/items/0", "Must be an object."),
    "an unknown product": (
        item(sku="GLOBAL-PHO-4x6"),
        "/items/1/sku",
        '"GLOBAL-PHO-4x6" is not a valid choice.',
    ),
    "no copies": (
        item(copies=0),
        "/items/1/copies",
        "Ensure this value is greater than or equal to 1.",
    ),
    "many copies": (
        item(copies=10**30),
        "/items/1/copies",
        "Ensure this value is less than or equal to 99.",
    ),
    "half a copy": (
        item(copies=1.5),
        "/items/1/copies",
        "A valid integer is required.",
    ),
    "stretching": (
        item(sizing="stretchToPrintArea"),
        "/items/1/sizing",
        '"stretchToPrintArea" is not a valid choice.',
    ),
    "a frame of paper": (
        item(sku="framed-20x30"),
        "/items/1/attributes/finish",
        "This product comes in: black, oak, white.",
    ),
    "an unknown attribute": (
        item(attributes={"finish": "matt", "edge": "white"}),
        "/items/1/attributes/edge",
        UNKNOWN,
    ),
    "no photo": (item(assets=[]), "/items/1/assets", "This list may not be empty."),
    "two photos on a print": (
        lambda a: {"items": [a.item(assets=[{"id": NONE}, {"id": NONE}])]},
        "/items/0/assets",
        "This product takes one photo.",
    ),
    "a thin book": (
        item(sku="photo-book", sizing=NOTHING, assets=[{"id": NONE}] * 11),
        "/items/1/assets",
        "This product takes 12 to 120 photos.",
    ),
    "a book of cut photos": (
        item(sku="photo-book", assets=[{"id": NONE}] * 12),
        "/items/1/sizing",
        "This product shows whole photos: fitPrintArea.",
    ),
    "an address of a photo": (
        asset(url="http://169.254.169.254/latest/meta-data/"),
        "/items/0/assets/0/url",
        NO_ADDRESSES,
    ),
    "a hash of it": (asset(md5Hash="x"), "/items/0/assets/0/md5Hash", UNKNOWN),
    "another print area": (
        asset(printArea="back"),
        "/items/0/assets/0/printArea",
        '"back" is not a valid choice.',
    ),
    "an id that is a word": (
        asset(id="sea.jpg"),
        "/items/0/assets/0/id",
        "Must be a valid UUID.",
    ),
    "many photos, divided": (
        {
            "items": [
                {"sku": "photo-book", "copies": 1, "assets": [{"id": NONE}] * 112}
            ]
            * 9
        },
        "/items",
        "At most 1000 photos in all: send several orders.",
    ),
    "a photo that is not here": (asset(id=NONE), "/items/0/assets/0/id", GONE),
    "metadata of numbers": ({"metadata": {"page": 3}}, "/metadata/page", TEXT),
    "metadata in metadata": ({"metadata": {"a": {"b": "c"}}}, "/metadata/a", TEXT),
    "much metadata": (
        {"metadata": {str(number): "" for number in range(21)}},
        "/metadata",
        "At most 20 entries.",
    ),
    "metadata with a long name": (
        {"metadata": {"x" * 41: ""}},
        "/metadata",
        "Names must have 1 to 40 characters.",
    ),
}


@pytest.mark.spec("RFC 9457 §3")
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_order_is_refused_with_its_field_named(
    albums: Integrator, name: str
) -> None:
    change, pointer, sentence = WRONG[name]
    changes = change if isinstance(change, dict) else change(albums)
    answer = albums.post("orders", albums.asked(**changes))
    assert refused(answer, 400) == {f"#{pointer}": sentence}
    assert not Order.objects.exists()
    assert not Charge.objects.exists()


def test_what_could_not_be_ordered_has_no_price(albums: Integrator) -> None:
    change, pointer, sentence = WRONG["many photos, divided"]
    assert isinstance(change, dict)
    asked = {"destinationCountryCode": "FR", **change}
    answer = albums.post("quotes", asked)
    assert refused(answer, 400) == {f"#{pointer}": sentence}


@pytest.mark.spec("RFC 9457 §3")
def test_everything_that_is_wrong_is_said_at_once(albums: Integrator) -> None:
    wrong = albums.item(copies=0, sku="x")
    body = albums.asked(items=[wrong], shippingMethod="x", a="b")
    assert set(refused(albums.post("orders", body), 400)) == {"#/a"}
    del body["a"]
    assert set(refused(albums.post("orders", body), 400)) == {
        *("#/items/0/copies", "#/items/0/sku", "#/shippingMethod")
    }


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"items": NaN}', 400),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"a": "' + b"x" * 600_000 + b'"}', 413),
    ],
)
@pytest.mark.parametrize("path", ["orders", "quotes", "orders/PS-X/actions/cancel"])
def test_a_body_that_is_no_json_is_refused(
    albums: Integrator, content: bytes, status: int, path: str
) -> None:
    if "cancel" in path:
        path = path.replace("PS-X", albums.order()["id"])
    answer = albums.call("post", path, data=content, content_type="application/json")
    assert refused(answer, status) == {}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_refused(albums: Integrator, kind: str) -> None:
    body = json.dumps(albums.asked())
    answer = albums.call("post", "orders", data=body, content_type=kind)
    assert refused(answer, 415) == {}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("top=0", "/top"),
        ("top=21", "/top"),
        ("top=x", "/top"),
        ("skip=-1", "/skip"),
        ("skip=99999999999999999999999", "/skip"),
        ("top=1&top=2", "/top"),
        ("sort=price", "/sort"),
        ("merchantReference=%00", "/merchantReference"),
        ("a~/b=1", "/a~0~1b"),
    ],
)
def test_a_wrong_query_is_refused(albums: Integrator, query: str, pointer: str) -> None:
    assert list(refused(albums.get(f"orders?{query}"), 400)) == [f"#{pointer}"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "", 404),
        ("get", "nowhere", 404),
        ("get", "orders/PS-NONE", 404),
        ("get", "orders/%00", 404),
        ("get", "products/%00", 404),
        ("get", "orders/PS-NONE/actions", 404),
        ("post", "orders/PS-NONE/actions/cancel", 404),
        ("post", "orders/PS-NONE/actions/print", 404),
        ("get", f"assets/{NONE}", 404),
        ("get", "assets/1", 404),
        ("get", "assets", 405),
        ("get", "quotes", 405),
        ("put", "orders", 405),
        ("patch", "orders/PS-NONE", 405),
        ("delete", f"assets/{NONE}", 405),
        ("options", "orders", 405),
        ("get", "orders/PS-NONE/actions/cancel", 405),
    ],
)
def test_what_is_not_there_is_refused(
    albums: Integrator, method: str, path: str, status: int
) -> None:
    assert refused(albums.call(method, path), status) == {}


def test_a_change_says_which_field_is_wrong(albums: Integrator) -> None:
    order = albums.order()["id"]
    for name, body, pointer in (
        (
            "updateRecipient",
            address(countryCode="US"),
            "/recipient/address/countryCode",
        ),
        ("updateShippingMethod", {"shippingMethod": None}, "/shippingMethod"),
        ("updateMetadata", {}, "/metadata"),
        ("cancel", {"reason": "x"}, "/reason"),
    ):
        answer = albums.post(f"orders/{order}/actions/{name}", body)
        assert list(refused(answer, 400)) == [f"#{pointer}"]


@pytest.mark.parametrize(
    "content",
    [b"x", b"<svg xmlns='http://www.w3.org/2000/svg'/>", jpeg()[:-900], b"%PDF-1.4"],
)
def test_what_is_no_photo_is_not_kept(albums: Integrator, content: bytes) -> None:
    assert refused(albums.upload(content), 400) == {}
    assert not Original.objects.exists()


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("image/jpeg", 201),
        ("application/octet-stream", 201),
        ("text/html", 415),
        ("application/json", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_a_photo_is_sent_as_a_photo(albums: Integrator, kind: str, status: int) -> None:
    assert albums.upload(jpeg((30, 20)), kind).status_code == status


@pytest.mark.parametrize("digits", [9, 5000])
def test_a_length_of_many_digits_is_too_large(albums: Integrator, digits: int) -> None:
    answer = albums.call(
        "post",
        "assets",
        data=jpeg((30, 20)),
        content_type="image/jpeg",
        CONTENT_LENGTH="9" * digits,
    )
    assert refused(answer, 413) == {}


def test_a_photo_must_have_an_end_and_a_size(
    albums: Integrator, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = jpeg((30, 20))
    monkeypatch.setattr(assets, "LARGEST", len(photo))
    assert albums.upload(photo).status_code == 201
    assert refused(albums.upload(photo + b"x"), 413) == {}
    headers = {"authorization": f"Bearer {mint(provider)}"}
    for path in ("assets", "orders"):
        answer = Client().generic(
            "POST",
            f"/v1/{path}",
            photo,
            "image/jpeg" if path == "assets" else "application/json",
            headers=headers | {"transfer-encoding": "chunked"},
        )
        assert refused(answer, 411) == {}


def test_a_photo_nobody_orders_is_forgotten_after_a_day(albums: Integrator) -> None:
    albums.order()
    ordered = Original.objects.get()
    forgotten = albums.asset()
    file = Original.objects.get(pk=forgotten).file
    Original.objects.update(created_at="2020-01-01T00:00Z")
    sweep()
    assert albums.get(f"assets/{forgotten}").status_code == 404
    assert not default_storage.exists(file)
    assert albums.get(f"assets/{ordered.pk}").status_code == 200
    assert default_storage.exists(ordered.file)


def test_nobody_fills_our_disk(
    albums: Integrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "MOST_WAITING", 2)
    albums.order()  # what is in an order does not count
    for _ in range(2):
        assert albums.upload(jpeg((30, 20))).status_code == 201
    assert refused(albums.upload(jpeg((30, 20))), 429) == {}


def test_people_without_a_token_read_pages_and_programs_problems(
    alice: Browser,
) -> None:
    assert alice.get("/nowhere/")["Content-Type"].startswith("text/html")
    assert refused(Client().get("/.well-known/nothing"), 404) == {}
