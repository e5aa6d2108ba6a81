"""kill -9 at any point of an order: what was acknowledged is done, once."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Error, Page, expect

from demo.projects import PROJECTS
from tests.story import people
from tests.story.client import PICKER
from tests.story.town import Town, eventually
from tests.story.watch import Watch

COUNT = """
from printshop.models.orders import Order
from printshop.models.payments import Charge, Payment
order = Order.objects.get(number="{number}")
paid = order.payments.filter(state=Payment.State.APPROVED)
keys = order.payments.values_list("idempotency_key", flat=True)
charges = Charge.objects.filter(idempotency_key__in=keys, outcome="approved")
print(order.stage, paid.count(), charges.count(), order.items.count())
"""


@contextmanager
def trouble(town: Town, *roles: tuple[str, str]) -> Iterator[None]:
    """Meanwhile these processes are killed in turn, at moments that nobody chose."""
    moments = random.Random(7)  # noqa: S311  # no secret, and repeatable
    over = threading.Event()

    def strike() -> None:
        for project, role in roles:
            if over.wait(moments.uniform(0.2, 2)):
                return
            town.kill(project, role)

    thread = threading.Thread(target=strike)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        eventually(lambda: all(town.is_ready(project.name) for project in PROJECTS))


def ready_to_pay(page: Page, town: Town, count: int) -> None:
    people.shop_sign_in(page, town, "bob")
    people.connect(page, town, PICKER)
    people.choose(page, town, count)
    people.make_prints(page, town)
    people.give_address(page)


def stubbornly(page: Page, url: str, text: str, seconds: float = 120) -> None:
    """Reload, as people do, until the page says it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            page.goto(url)
            if page.locator("main", has_text=text).count():
                return
        except Error as error:
            if "ERR_" not in error.message:  # the server was just killed
                raise
        time.sleep(0.5)
    raise AssertionError(f"{text!r} never came at {url}")


@pytest.mark.parametrize("role", ["worker", "web"])
def test_a_paid_order_is_printed_once_whoever_dies(
    town: Town, page: Page, watch: Watch, role: str
) -> None:
    ready_to_pay(page, town, 6)
    people.pay(page)
    number = people.order_number(page)
    with trouble(town, *[("printshop", role)] * 3):
        stubbornly(page, f"{town.shop}/orders/{number}/", "on its way")
    shell = ("shell", "-v", "0", "-c", COUNT.format(number=number))
    assert town.manage("printshop", *shell).split()[-4:] == ["shipped", "1", "1", "6"]
    watch.forgive("ERR_|Failed to load|NetworkError|status of 5")


def test_photos_are_fetched_although_everybody_dies(
    town: Town, page: Page, watch: Watch
) -> None:
    people.shop_sign_in(page, town, "bob")
    people.connect(page, town, PICKER)
    people.choose(page, town, 8)
    page.wait_for_url(f"{town.shop}/choose/**")
    selection = page.url.split("/choose/")[1].split("/")[0]
    servers = [("photos_api", "web"), ("authserver", "web")]
    with trouble(town, ("printshop", "worker"), *servers, ("printshop", "worker")):
        address = f"{town.shop}/choose/{selection}/"
        stubbornly(page, address, "What shall we make?")
    expect(page.locator("input[name=photo]")).to_have_count(8)
    watch.forgive("ERR_|Failed to load|NetworkError|status of 5")


def test_paying_twice_is_paying_once(town: Town, page: Page) -> None:
    ready_to_pay(page, town, 1)
    again = page.context.new_page()
    again.goto(page.url)
    people.pay(page)
    number = people.order_number(page)
    people.pay(again)
    assert people.order_number(again) == number
    shell = ("shell", "-v", "0", "-c", COUNT.format(number=number))
    assert town.manage("printshop", *shell).split()[-3:] == ["1", "1", "1"]
