"""The back office: staff only, the press is told of one stage at a time."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from integrator import jpeg
from provider import Person, PhotoService, Provider
from pytest_django import Settings
from visitors import Browser, choose, make, order, pay, put_away, work

from printshop import storage
from printshop.models import Order, Placement, Stage

ROBIN = Person("ad314a11-7c55-4b0e-9d20-3f6a1e8b4c72", "Robin Marsh", "r@example.com")
QUEUE = "/office/printshop/order/"


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


@pytest.fixture
def rendered(lender: Browser, photos: PhotoService, settings: Settings) -> Order:
    """Alice's order, ready for the press, where somebody stands."""
    settings.PRESS_SECONDS = None
    number = order(lender, photos)
    pay(lender, number)
    work()
    found = Order.objects.get(number=number)
    assert found.stage == Stage.RENDERED
    return found


@pytest.fixture
def robin(browser: Browser, provider: Provider) -> Browser:
    """Robin, who stands at the press."""
    provider.person = ROBIN
    robin = Browser()
    robin.sign_in()
    return robin


def say(staff: Browser, told: Order, event: str, words: str = "") -> str:
    """Press a button of an order's page; returns what the page says then."""
    form = {"event": event, "words": words}
    page = staff.post(f"{QUEUE}{told.pk}/say/", form)["Location"]
    return str(staff.get(page).content.decode())


def stage(told: Order) -> str:
    told.refresh_from_db()
    return told.stage


def addresses(told: Order) -> list[str]:
    """Every address of the back office."""
    placement = Placement.objects.all()[0]
    return [
        "/office/",
        QUEUE,
        f"{QUEUE}{told.pk}/change/",
        f"{QUEUE}{told.pk}/history/",
        f"{QUEUE}{told.pk}/job.pdf",
        f"{QUEUE}{told.pk}/job.json",
        f"{QUEUE}{told.pk}/pictures/{placement.pk}.jpg",
        "/office/printshop/payment/",
        "/office/printshop/customer/",
        f"/office/printshop/customer/{told.customer_id}/change/",
    ]


def test_the_queue_comes_first_and_without_a_password(
    rendered: Order, robin: Browser
) -> None:
    html = robin.get("/office/", follow=True).content.decode()
    assert rendered.number in html
    assert 'class="field-things">4<' in html  # two photos, two copies each
    assert "password" not in html.lower()
    fresh = Browser()
    login = fresh.get(QUEUE)["Location"]
    departure = fresh.get(login)["Location"]
    assert departure == f"/sign-in/?next={QUEUE.replace('/', '%2F')}"
    assert fresh.sign_in(departure)["Location"] == QUEUE


def test_customers_and_strangers_see_nothing(
    rendered: Order, lender: Browser, provider: Provider
) -> None:
    for address in addresses(rendered):
        assert lender.get(address, follow=True).status_code == 403
        answer = Browser().get(address)
        assert answer["Location"].startswith("/office/login/")
    say_path = f"{QUEUE}{rendered.pk}/say/"
    assert lender.post(say_path, {"event": "printing"}, follow=True).status_code == 403
    assert stage(rendered) == Stage.RENDERED
    assert "/office/" not in lender.get("/").content.decode()


def test_who_is_taken_off_the_list_is_out_at_once(
    rendered: Order, robin: Browser, settings: Settings
) -> None:
    assert robin.get(QUEUE).status_code == 200
    assert "/office/" in robin.get("/").content.decode()
    settings.STAFF = []
    assert robin.get(QUEUE, follow=True).status_code == 403


def test_staff_of_another_issuer_are_strangers(
    rendered: Order, robin: Browser, settings: Settings
) -> None:
    settings.ISSUER = "https://elsewhere.example"
    assert robin.get(QUEUE, follow=True).status_code == 403


def test_the_job_is_downloaded(rendered: Order, robin: Browser) -> None:
    page = f"{QUEUE}{rendered.pk}/"
    with put_away(robin.get(f"{page}job.pdf")) as answer:
        assert b"".join(answer).startswith(b"%PDF")
        assert answer["Content-Type"] == "application/pdf"
        assert f'filename="{rendered.number}.pdf"' in answer["Content-Disposition"]
    with put_away(robin.get(f"{page}job.json")) as answer:
        assert rendered.number in json.dumps(json.loads(b"".join(answer)))
    html = robin.get(f"{page}change/").content.decode()
    pictures = re.findall(r'src="(/office/[^"]+\.jpg)"', html)
    assert len(pictures) == 2
    for picture in pictures:
        assert robin.get(picture)["Content-Type"] == "image/jpeg"


def test_files_that_are_not_there(rendered: Order, robin: Browser) -> None:
    page = f"{QUEUE}{rendered.pk}/"
    Order.objects.update(print_file="orders/lost.pdf", job_ticket="")
    assert robin.get(f"{page}job.pdf").status_code == 404
    assert robin.get(f"{page}job.json").status_code == 404
    Placement.objects.update(print_file="prints/lost.jpg")
    placement = Placement.objects.all()[0]
    picture = f"{page}pictures/{placement.pk}.jpg"
    assert robin.get(picture).status_code == 404
    small = storage.keep("prints", ".jpg", io.BytesIO(jpeg((20, 20))))
    Placement.objects.update(print_file=small)  # without a bleed to cut off
    assert robin.get(picture).status_code == 404


def test_one_stage_at_a_time(rendered: Order, robin: Browser) -> None:
    assert "is not there" in say(robin, rendered, "shipped", "TRACK1")
    assert stage(rendered) == Stage.RENDERED
    assert "it is being printed" in say(robin, rendered, "printing")
    assert "is not there: printing" in say(robin, rendered, "printing")
    assert stage(rendered) == Stage.PRINTING
    assert "Shipped" in say(robin, rendered, "shipped", "TRACK1")
    assert stage(rendered) == Stage.SHIPPED
    assert rendered.tracking == "TRACK1"
    for event in ("printing", "shipped", "problem", "resume"):
        say(robin, rendered, event, "again")
    assert stage(rendered) == Stage.SHIPPED
    history = robin.get(f"{QUEUE}{rendered.pk}/history/").content.decode()
    assert "Robin Marsh" in history
    assert "TRACK1" in history


def test_a_problem_is_explained_and_solved(
    rendered: Order, robin: Browser, lender: Browser
) -> None:
    assert "Say what the customer should know" in say(robin, rendered, "problem")
    assert stage(rendered) == Stage.RENDERED
    say(robin, rendered, "problem", "We ran out of <b>glossy</b> paper.")
    assert stage(rendered) == Stage.PROBLEM
    told = lender.get(f"/orders/{rendered.number}/").content.decode()
    assert "We ran out of &lt;b&gt;glossy&lt;/b&gt; paper." in told
    say(robin, rendered, "resume")
    assert stage(rendered) == Stage.RENDERED


@pytest.mark.parametrize(
    ("event", "words"),
    [("shipped", "9" * 41), ("problem", "x" * 301), ("draft", ""), ("", "")],
)
def test_what_makes_no_sense_is_refused(
    rendered: Order, robin: Browser, event: str, words: str
) -> None:
    say(robin, rendered, "printing")
    say(robin, rendered, event, words)
    assert stage(rendered) == Stage.PRINTING
    path = f"{QUEUE}{rendered.pk}/say/"
    assert robin.get(path).status_code == 405


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("say_printing", Stage.RENDERED, Stage.PRINTING),
        ("say_shipped", Stage.PRINTING, Stage.SHIPPED),
        ("say_shipped", Stage.RENDERED, Stage.RENDERED),
        ("say_resume", Stage.RENDERED, Stage.RENDERED),
    ],
)
def test_many_at_once(
    rendered: Order, robin: Browser, action: str, before: Stage, after: Stage
) -> None:
    if before == Stage.PRINTING:
        say(robin, rendered, "printing")
    form = {"action": action, "_selected_action": str(rendered.pk)}
    assert robin.post(QUEUE, form).status_code == 302
    assert stage(rendered) == after


@pytest.mark.parametrize("model", ["order", "payment", "customer"])
@pytest.mark.parametrize("what", ["add/", "{}/delete/", "{}/change/", ""])
def test_nothing_is_added_changed_or_deleted(
    rendered: Order, robin: Browser, model: str, what: str
) -> None:
    pk = {
        "order": rendered.pk,
        "payment": rendered.payments.get().pk,
        "customer": rendered.customer_id,
    }[model]
    before = [rendered.stage, rendered.name, rendered.customer.name]
    form = {"stage": "shipped", "name": "x", "action": "delete_selected", "post": "yes"}
    path = f"/office/printshop/{model}/{what.format(pk)}"
    answer = robin.post(path, form | {"_selected_action": str(pk)})
    assert answer.status_code == 403 or (
        what == "" and answer.status_code in (200, 302)
    )
    kept = Order.objects.get(pk=rendered.pk)
    assert [kept.stage, kept.name, kept.customer.name] == before


def test_tokens_and_cards_are_not_shown(
    rendered: Order, robin: Browser, provider: Provider
) -> None:
    seen = ""
    for address in addresses(rendered):
        answer = robin.get(address)
        if not answer.streaming:
            seen += answer.content.decode(errors="replace")
        else:
            with put_away(answer):
                seen += b"".join(answer).decode(errors="replace")
    assert "Alice" in seen
    connection = rendered.customer.connection
    for secret in (connection.access_token, connection.refresh_token, "4242"):
        assert secret
        assert secret not in seen


def test_carts_are_nobodys_business(
    lender: Browser, photos: PhotoService, provider: Provider
) -> None:
    make(lender, choose(lender, photos))
    cart = Order.objects.get()
    provider.person = ROBIN
    robin = Browser()
    robin.sign_in()
    assert cart.number not in robin.get(f"{QUEUE}?where=all").content.decode()
    assert robin.get(f"{QUEUE}{cart.pk}/change/").status_code == 302
    assert (
        robin.post(f"{QUEUE}{cart.pk}/say/", {"event": "printing"}).status_code == 404
    )


@pytest.mark.parametrize(
    ("where", "listed"),
    [("", True), ("all", True), ("before", False), ("shipped", False), ("x", True)],
)
def test_orders_are_found_where_they_are(
    rendered: Order, robin: Browser, where: str, listed: bool
) -> None:
    html = robin.get(f"{QUEUE}?where={where}" if where else QUEUE).content.decode()
    assert (rendered.number in html) == listed


def test_passwords_have_no_address_here(robin: Browser) -> None:
    for path in ("password_change/", "password_change/done/"):
        assert robin.get(f"/office/{path}").status_code == 404


def test_scripts_may_say_the_same(
    rendered: Order, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("press", rendered.number, "printing")
    with pytest.raises(CommandError, match="is printing"):
        call_command("press", rendered.number, "resume")
    call_command("press", rendered.number, "shipped", "TRACK2")
    assert stage(rendered) == Stage.SHIPPED
    assert rendered.tracking == "TRACK2"
    with pytest.raises(CommandError, match="no order"):
        call_command("press", "PS-0000-0000", "printing")


def test_the_list_asks_no_more_for_more_orders(
    rendered: Order, robin: Browser, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for _ in range(5):
        Order.objects.create(customer=rendered.customer, stage=Stage.RENDERED)
    with django_assert_max_num_queries(8):
        robin.get(QUEUE)
