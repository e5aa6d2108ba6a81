"""Letters about orders: each stage once, whatever the mail server or a worker does."""

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from provider import PhotoService
from pytest_django import Settings
from visitors import Browser, order, pay, work

from printshop import cancelling
from printshop.mails import tell
from printshop.models import Order, OrderStage, Stage
from printshop.models.selections import RECONNECT

ALL = [
    "Thank you for order {}",
    "Order {}: we have your photos",
    "Order {}: ready for the press",
    "Order {} is being printed",
    "Order {} is on its way",
]


@pytest.fixture
def paid(alice: Browser, photos: PhotoService, settings: Settings) -> Order:
    """Alice's order, just paid."""
    settings.PRESS_SECONDS = 0
    alice.connect()
    number = order(alice, photos)
    pay(alice, number)
    return Order.objects.get(number=number)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A mail server that refuses, until it is told to behave."""
    refusals: list[Any] = [smtplib.SMTPServerDisconnected("gone")]
    send = EmailMultiAlternatives.send

    def refuse(message: EmailMultiAlternatives) -> int:
        if refusals:
            raise refusals[0]
        return send(message)

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    return refusals


def subjects() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


def html_of(letter: EmailMessage) -> str:
    assert isinstance(letter, EmailMultiAlternatives)
    content, kind = letter.alternatives[0]
    assert kind == "text/html"
    return str(content)


def test_each_stage_is_told_once_and_in_order(paid: Order) -> None:
    work()
    work()
    assert subjects() == [subject.format(paid) for subject in ALL]
    assert {tuple(message.to) for message in mail.outbox} == {("alice@example.com",)}
    assert not OrderStage.objects.filter(told_at=None).exists()


def test_a_letter_says_what_was_ordered_in_words_and_in_html(paid: Order) -> None:
    tell.call(paid.number)
    (letter,) = mail.outbox
    html = html_of(letter)
    for text in (str(letter.body), html):
        assert f"http://testserver/orders/{paid}/" in text
        assert "4 × Print 10 × 15 cm, glossy" in text
        assert "€5.30" in text
        assert "Alice Ferrand" in text
    assert "<script" not in html


def test_what_strangers_wrote_stays_text(alice: Browser, paid: Order) -> None:
    Order.objects.update(name="<b>Mallory</b>\r\nBcc: all@example.com")
    tell.call(paid.number)
    (letter,) = mail.outbox
    assert "<b>Mallory" not in html_of(letter)
    assert "<b>Mallory</b>" in letter.body
    assert letter.recipients() == ["alice@example.com"]
    assert "Bcc" not in str(letter.message()).partition("\n\n")[0]


@pytest.mark.parametrize(
    "refusal",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPRecipientsRefused({"a@b": (450, b"busy")}),
    ],
)
def test_a_mail_server_that_refuses_is_asked_again_later(
    paid: Order, broken: list[Any], refusal: Exception
) -> None:
    broken[:] = [refusal]
    work()
    assert Order.objects.get().stage == Stage.SHIPPED  # prints do not wait for mail
    assert not mail.outbox
    broken.clear()
    work()
    assert not mail.outbox  # not at once
    OrderStage.objects.update(retry_at="2020-01-01T00:00Z")
    work()
    assert subjects() == [subject.format(paid) for subject in ALL]


def test_a_mail_server_that_always_refuses_is_left_alone_in_the_end(
    paid: Order, broken: list[Any]
) -> None:
    for _ in range(OrderStage.TRIES + 2):
        OrderStage.objects.update(retry_at=None)
        tell.call(paid.number)
    assert OrderStage.objects.get().attempts == OrderStage.TRIES
    assert not OrderStage.objects.due().exists()


def test_two_workers_send_one_letter(
    paid: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmailMultiAlternatives.send

    def meanwhile(message: EmailMultiAlternatives) -> int:
        tell.call(paid.number)  # the other worker, while this one talks to the server
        return send(message)

    monkeypatch.setattr(EmailMultiAlternatives, "send", meanwhile)
    tell.call(paid.number)
    assert len(mail.outbox) == 1


def test_a_worker_that_dies_after_sending_sends_the_same_letter_again(
    paid: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("printshop.models.stages.OrderStageQuerySet.told", die)
        with pytest.raises(KeyboardInterrupt):
            tell.call(paid.number)
    OrderStage.objects.update(retry_at="2020-01-01T00:00Z")
    tell.call(paid.number)
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]


def test_a_second_problem_is_another_letter(paid: Order) -> None:
    for problem in ("No ink.", "No paper."):
        assert Order.objects.advance(paid, Stage.PROBLEM, problem=problem)
        tell.call(paid.number)
        assert Order.objects.resume(paid)
        paid.refresh_from_db()
    _, ink, paper = mail.outbox
    assert (ink.subject, "No paper." in paper.body) == (paper.subject, True)
    assert ink.extra_headers["Message-ID"] != paper.extra_headers["Message-ID"]


def test_nobody_to_tell_is_no_letter(paid: Order) -> None:
    Order.objects.update(email="")
    work()
    assert not mail.outbox
    assert not OrderStage.objects.due().exists()


def test_problems_and_cancelling_are_told(paid: Order) -> None:
    lost = "We have lost our copy of sea.jpg."
    assert Order.objects.advance(paid, Stage.PROBLEM, problem=lost)
    tell.call(paid.number)
    assert cancelling.cancel(paid)
    tell.call(paid.number)
    assert subjects()[1:] == [
        f"Order {paid} has to wait",
        f"Order {paid} was cancelled",
    ]
    assert lost in mail.outbox[1].body
    assert "You need to do nothing" in mail.outbox[1].body
    assert "€5.30 back" in mail.outbox[2].body


def test_who_must_connect_again_is_asked_to(alice: Browser, paid: Order) -> None:
    assert Order.objects.advance(paid, Stage.PROBLEM, problem=RECONNECT)
    tell.call(paid.number)
    letter = mail.outbox[1].body
    assert "Connect your photos again" in letter
    assert "You need to do nothing" not in letter
    page = alice.get(f"/orders/{paid}/").content.decode()
    assert f'href="/connect/?next=/orders/{paid}/"' in page
    assert "You need to do nothing" not in page


def test_a_terminal_shows_the_words_alone(
    paid: Order, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "printshop.console.EmailBackend"
    tell.call(paid.number)
    printed = capsys.readouterr().out
    assert f"To: alice@example.com\nSubject: Thank you for order {paid}\n" in printed
    assert "€5.30" in printed
    assert "<html" not in printed


def test_a_declined_order_is_no_news(alice: Browser, photos: PhotoService) -> None:
    alice.connect()
    pay(alice, order(alice, photos), "4000 0000 0000 0002")
    work()
    assert not mail.outbox
