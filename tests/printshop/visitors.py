"""Who comes to the shop, and what they do there."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from provider import PhotoService

from printshop import storage
from printshop.models import Original, Selection

ADDRESS = {
    "name": "Alice Ferrand",
    "line1": "12 Rue des Lilas",
    "line2": "",
    "postcode": "75020",
    "town": "Paris",
    "country": "FR",
    "email": "alice@example.com",
    "shipping": "standard",
}


class Browser(Client):
    """A browser that carries redirects between the shop and the provider."""

    def follow(self, url: str) -> str:
        """Let the provider answer, and return the shop's address it answers to."""
        answer = requests.get(url, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["Location"])
        return f"{target.path}?{target.query}"

    def depart(self, path: str = "/sign-in/") -> str:
        """Begin an attempt; returns the shop's address with the answer."""
        return self.follow(self.get(path)["Location"])

    def sign_in(self, path: str = "/sign-in/") -> Any:
        """Sign in as whoever the provider says."""
        return self.get(self.depart(path))

    def connect(self, path: str = "/connect/") -> Any:
        """Lend the photos."""
        return self.get(self.depart(path))

    @property
    def is_signed_in(self) -> bool:
        """Does the shop know who this is?"""
        return "_auth_user_id" in self.session


@contextmanager
def put_away(answer: Any) -> Iterator[Any]:
    """Close what an answer streams, without the signal that ends connections."""
    yield answer
    for close in answer._resource_closers:
        close()


def kept(original: Original) -> bytes:
    """The shop's own copy."""
    with storage.opened(original.file) as file:
        return file.read()


def work() -> None:
    """Let the worker do everything that waits, as if its time had come."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    waiting.update(run_after=timezone.now())
    with patch.object(db_worker, "close_old_connections"):  # this test's own
        call_command("worker", batch=True, verbosity=0)


def begin(customer: Browser) -> str:
    """Start choosing; returns the selection's page."""
    return str(customer.post("/choose/")["Location"])


def finish(customer: Browser, photos: PhotoService, page: str) -> None:
    """Press Done in the picker, and let the shop see it."""
    html = customer.get(page).content.decode()
    link = re.search(r'href="([^"]+/autoclose)"', html)
    assert link
    photos.done.add(link[1].split("/")[-2])
    Selection.objects.update(look_after="2020-01-01T00:00Z")
    customer.get(page)


def choose(customer: Browser, photos: PhotoService) -> str:
    """Pick everything, have it copied; returns the address of the products page."""
    page = begin(customer)
    finish(customer, photos, page)
    work()
    return str(customer.get(page)["Location"])


def make(customer: Browser, page: str, **changes: str | list[str]) -> Any:
    """Put something made of the first page's photos into the cart: prints, if need be.

    All photos are ticked, unless ``photo`` lists positions.
    """
    html = customer.get(page).content.decode()
    form: dict[str, str | list[str]] = {
        "photo": re.findall(r'name="photo" value="(\d+)"', html),
        "page": "1",
        "product": "10x15",
        "paper": "glossy",
        "frame": "black",
        "copies": "2",
    }
    return customer.post(page, form | changes)


def cart_number(customer: Browser) -> str:
    """The number of the draft that is the cart."""
    html = customer.get("/cart/").content.decode()
    found = re.search(r'href="/orders/([^/]+)/address/"', html)
    assert found, html
    return found[1]


def order(customer: Browser, photos: PhotoService, **changes: str | list[str]) -> str:
    """Make prints, and give an address; returns the order's number."""
    made = make(customer, choose(customer, photos), **changes)
    assert made["Location"] == "/cart/", made.content.decode()
    number = cart_number(customer)
    answer = customer.post(f"/orders/{number}/address/", ADDRESS)
    assert answer.status_code == 302, answer.content.decode()
    return number


def pay(customer: Browser, number: str, card: str = "4242 4242 4242 4242") -> Any:
    """Press the button once."""
    html = customer.get(f"/orders/{number}/pay/").content.decode()
    cents = re.search(r'name="cents" value="(\d+)"', html)
    assert cents
    form = {"card_number": card, "key": str(uuid.uuid4()), "cents": cents[1]}
    return customer.post(f"/orders/{number}/pay/", form)
