"""One order for one key: asked twice, or after a crash."""

from typing import Any

import pytest
from integrator import Integrator
from provider import Provider
from visitors import Browser, work

from printshop import checkout, payments
from printshop.models import Charge, Order, Payment, Stage
from printshop.orders_api import placing


@pytest.fixture
def albums(alice: Browser, provider: Provider) -> Integrator:
    """A program that makes albums; Alice let it order prints."""
    return Integrator(provider)


def number_of(answer: Any) -> str:
    return str(answer.json()["order"]["id"])


def test_the_same_request_is_the_same_order(albums: Integrator) -> None:
    body = albums.asked()
    first = albums.post("orders", body)
    again = albums.post("orders", dict(reversed(body.items())))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["outcome"] == "Created"
    assert again.json()["outcome"] == "AlreadyExists"
    assert again.json()["order"] == first.json()["order"]
    assert (Order.objects.count(), Charge.objects.count()) == (1, 1)


def test_the_same_key_for_something_else_is_a_conflict(albums: Integrator) -> None:
    body = albums.asked()
    albums.post("orders", body)
    for change in ({"merchantReference": "b"}, {"metadata": {"page": "4"}}):
        answer = albums.post("orders", body | change)
        assert answer.status_code == 409
        assert answer.json()["errors"] == [
            {"pointer": "#/idempotencyKey", "detail": "Used before, with another body."}
        ]
    assert (Order.objects.count(), Charge.objects.count()) == (1, 1)


def test_two_integrators_may_use_the_same_key(albums: Integrator) -> None:
    others = Integrator(albums.provider, {"client_id": "others"})
    mine = albums.post("orders", albums.asked(idempotencyKey="1"))
    theirs = others.post("orders", others.asked(idempotencyKey="1"))
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert number_of(mine) != number_of(theirs)


def test_a_refused_order_leaves_its_key_free(albums: Integrator) -> None:
    body = albums.asked()
    wrong = body | {"items": [body["items"][0] | {"assets": [{"id": "0" * 32}]}]}
    assert albums.post("orders", wrong).status_code == 400
    assert albums.post("orders", body).status_code == 201


class PowerCut(Exception):
    """The process is gone."""


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (placing, "pay_on_account"),  # the draft is written, and nothing else
        (payments, "charge"),  # a payment was begun
        (checkout, "_settle"),  # the bank has charged, and nobody wrote it down
    ],
)
@pytest.mark.parametrize("asks_again", [True, False])
def test_whatever_dies_there_is_one_order_and_one_charge(
    albums: Integrator,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    asks_again: bool,
) -> None:
    def cut(*args: object, **options: object) -> None:
        raise PowerCut

    body = albums.asked()
    with monkeypatch.context() as broken:
        broken.setattr(where, name, cut)
        with pytest.raises(PowerCut):
            albums.post("orders", body)
    if asks_again:
        answer = albums.post("orders", body)
        assert answer.json()["outcome"] == "AlreadyExists"
    Payment.objects.update(started_at="2020-01-01T00:00Z")
    work()
    work()
    assert Order.objects.get().stage in {Stage.RENDERED, Stage.PRINTING}
    assert Payment.objects.get().state == Payment.State.APPROVED
    assert Charge.objects.get().cents == 1060
    assert number_of(albums.post("orders", body)) == Order.objects.get().number


def test_a_draft_that_could_not_be_paid_at_once_is_tried_again(
    albums: Integrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(placing, "pay_on_account", fail)
        with pytest.raises(OSError, match="full"):
            albums.post("orders", albums.asked())
        work()
    work()
    assert Order.objects.get().stage == Stage.DRAFT  # not again and again at once
    Order.objects.update(created_at="2020-01-01T00:00Z", retry_at="2020-01-01T00:00Z")
    work()
    assert Order.objects.get().stage in {Stage.RENDERED, Stage.PRINTING}
    assert Charge.objects.get().cents == 1060
