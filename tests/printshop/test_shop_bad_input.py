"""Whatever is sent, the answer is a page with a reason: never a 500."""

import re
import uuid
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver
from provider import PhotoService, Provider
from visitors import Browser, choose, order, pay, put_away, work

from printshop.models import Customer, OrderItem, Original, Placement

NUMBER, SELECTION, ORIGINAL = "PS-2345-6789", uuid.uuid4(), uuid.uuid4()
ITEM, PLACEMENT = uuid.uuid4(), uuid.uuid4()
PATHS = [
    "/",
    "/make/photo-book/",
    "/sign-in/",
    "/sign-in/callback/",
    "/sign-in/initiate/",
    "/sign-out/",
    "/sign-out/done/",
    "/backchannel-logout/",
    "/connect/",
    "/connect/callback/",
    "/connection/",
    "/connection/disconnect/",
    "/choose/",
    f"/choose/{SELECTION}/",
    f"/choose/{SELECTION}/state/",
    f"/choose/{SELECTION}/products/",
    f"/originals/{ORIGINAL}.jpg",
    "/cart/",
    "/cart/change/",
    f"/cart/items/{ITEM}/change/",
    f"/cart/items/{ITEM}/",
    f"/cart/photos/{PLACEMENT}/view.jpg",
    f"/originals/{ORIGINAL}/photo.jpg",
    "/orders/",
    f"/orders/{NUMBER}/",
    f"/orders/{NUMBER}/address/",
    f"/orders/{NUMBER}/pay/",
    f"/orders/{NUMBER}/cancel/",
    f"/orders/{NUMBER}/again/",
    f"/orders/{NUMBER}/state/",
    f"/orders/{NUMBER}/prints.pdf",
    f"/orders/{NUMBER}/prints/{uuid.uuid4()}.jpg",
    "/developers/",
    "/kiosk/",
    "/kiosk/device/",
    "/kiosk/device/state/",
    "/kiosk/device/touch/",
    f"/kiosk/device/photos/{ORIGINAL}.jpg",
    "/phone/",
    "/phone/open/",
    "/phone/wire/",
    "/clients/",
    "/clients/cookies-or-tokens/",
    "/clients/code/printshop/connection.py",
    "/.well-known/oauth-protected-resource",
    "/healthz",
    "/readyz",
]
NAMES = ["state", "code", "iss", "error", "next", "scope", "key", "do"]
NAMES += ["photo", "off", "page", "product", "paper", "copies", "finish"]
NAMES += ["left", "top", "width", "height", "rotation", "sizing", "action", "shipping"]
WITH_DATA = {"get", "head", "post"}
VALUES = ["", "a\x00b", "é\ud800".encode("utf-8", "surrogatepass"), "x" * 9000, "[]"]


@pytest.fixture
def paths(alice: Browser, photos: PhotoService) -> list[str]:
    """Every address, with things that exist and things that do not."""
    alice.connect()
    selection = choose(alice, photos).removesuffix("products/")
    original = Original.objects.all()[0].pk
    paid = order(alice, photos)
    pay(alice, paid)
    work()
    drafted = order(alice, photos)
    real = [*PATHS]
    for number in (drafted, paid):
        real += [path.replace(NUMBER, number) for path in PATHS if NUMBER in path]
    real += [path.replace(f"/choose/{SELECTION}/", selection) for path in PATHS]
    real += [path.replace(str(ORIGINAL), str(original)) for path in PATHS]
    item = OrderItem.objects.in_cart(Customer.objects.get())[0].pk
    real += [path.replace(str(ITEM), str(item)) for path in PATHS]
    placed = Placement.objects.filter(item=item)[0].pk
    real += [path.replace(str(PLACEMENT), str(placed)) for path in PATHS]
    return sorted(set(real))


def test_every_address_is_in_the_list() -> None:
    """What programs and staff open is tried elsewhere."""
    known = get_resolver().url_patterns
    routes = {str(route.pattern) for route in known if isinstance(route, URLPattern)}
    holes = [re.sub(r"<path:\w+>", ".+", route) for route in routes]
    holes = [re.sub(r"<[^>]+>", "[^/]+", hole) for hole in holes]
    for hole in holes:
        assert any(re.fullmatch(f"/{hole}", path) for path in PATHS), hole


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_no_input_breaks_a_page(
    alice: Browser, paths: list[str], method: str, provider: Provider
) -> None:
    alice.raise_request_exception = True
    for path in paths:
        if path in {"/sign-out/", "/connection/disconnect/"} and method == "post":
            continue  # these work: they are tried below
        for sent in said(method):
            with put_away(
                send(alice, method, path, dict.fromkeys(NAMES, sent))
            ) as answer:
                assert answer.status_code < 500, (path, sent)
    assert alice.is_signed_in


def said(method: str) -> list[Any]:
    """Each value alone and twice; HEAD is GET, and the same body does once."""
    if method not in WITH_DATA:
        return [""]
    if method == "head":
        return VALUES
    return [sent for value in VALUES for sent in (value, [value, value])]


def send(browser: Browser, method: str, path: str, data: dict[str, Any]) -> Any:
    """The data where the method carries it."""
    if method in WITH_DATA:
        return getattr(browser, method)(path, data)
    return getattr(browser, method)(path, "\x00" * 20, content_type="text/plain")


@pytest.mark.parametrize("path", ["/sign-in/callback/", "/connect/callback/"])
@pytest.mark.parametrize("name", NAMES[:4])
def test_no_answer_breaks_a_callback(
    alice: Browser, provider: Provider, path: str, name: str
) -> None:
    start = "/connect/" if "connect" in path else "/sign-in/"
    for value in VALUES:
        honest = dict(parse_qsl(urlsplit(alice.depart(start)).query))
        answer: Any = send(alice, "get", path, honest | {name: value})
        assert 400 <= answer.status_code < 500, (name, value)
    assert alice.is_signed_in


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_makes_no_sense_is_refused(alice: Browser, path: str) -> None:
    assert alice.put(path).status_code in {405}
    assert alice.delete(path).status_code in {405}


@pytest.mark.parametrize(
    "body",
    [b"\x00", b"a=%ff%fe", b"a" * 100_000, b"--x\r\n", b"&" * 20_000, b"%" * 999],
)
@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x/y"],
)
def test_a_broken_body_is_refused(
    alice: Browser, photos: PhotoService, body: bytes, content_type: str
) -> None:
    alice.connect()
    for path in ("/sign-out/", "/choose/", f"/orders/{NUMBER}/pay/"):
        answer = alice.post(path, body, content_type=content_type)
        assert answer.status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/here/",
        "/orders/../etc/passwd",
        "/orders/%00/",
        f"/orders/{'x' * 5000}/",
        "/choose/not-a-uuid/",
        f"/originals/{ORIGINAL}.jpg",
        f"/orders/{NUMBER}/prints/99999999999999999999.jpg",
    ],
)
def test_what_is_not_there_is_a_page_too(alice: Browser, path: str) -> None:
    page = alice.get(path)
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_pages_of_errors_are_pages_of_the_shop(browser: Browser, settings: Any) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.get("/sign-out/")
    assert "That form has expired" in strict.post("/sign-out/").content.decode()
    bad = strict.post("/sign-out/", dict.fromkeys((str(n) for n in range(10_001)), "x"))
    assert bad.status_code == 400
    assert "did not understand" in bad.content.decode()


def test_a_broken_shop_says_so(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("on fire")

    monkeypatch.setattr("printshop.pages.home.PRODUCTS", None)
    browser.raise_request_exception = False
    page = browser.get("/")
    assert page.status_code == 500
    assert "That was our mistake" in page.content.decode()


def test_every_page_has_its_headers(alice: Browser) -> None:
    for path in ("/", "/orders/", "/nothing/", "/sign-in/callback/"):
        headers = alice.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
    cookie = alice.cookies["printshop_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
def test_a_cookie_that_is_none_of_ours_is_not_looked_up() -> None:
    """PostgreSQL refuses a NUL, which a cookie can hold in quotes."""
    key = '"aaaaaaaaaaaaaaaa\\000"'
    with CaptureQueriesContext(connection) as captured:
        got = Client().get("/orders/", headers={"cookie": f"printshop_session={key}"})
    assert got.status_code < 400
    assert not [q for q in captured if "django_session" in q["sql"]]
