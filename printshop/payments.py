"""The test bank: it keeps a book, never charges one idempotency key twice, and gives
each charge back once at most.

A real bank would be asked over HTTP by these functions; the shop knows no more
about it. Card numbers are looked at and forgotten: nothing writes them anywhere.
"""

import time
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from printshop.models.payments import Charge

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
SLOW_CARD = "4000000000000119"
ACCOUNT = "account"  # no card: an integrator's order goes on their bill
TEST_CARDS = (GOOD_CARD, DECLINED_CARD, SLOW_CARD)
TIME_LIMIT = 2.0  # seconds the shop waits for an answer


class NoAnswer(Exception):
    """The bank did not answer in time: whether it charged is not known."""


def charge(key: uuid.UUID, cents: int, card: str) -> Charge:
    """Charge a card; the same key always gets the same answer. Raises NoAnswer."""
    outcome = Charge.Outcome.DECLINED
    if card in {GOOD_CARD, SLOW_CARD, ACCOUNT}:
        outcome = Charge.Outcome.APPROVED
    line = _write(key, cents, outcome)
    if card == SLOW_CARD:  # charged, but the answer is lost on the way: the worst case
        time.sleep(TIME_LIMIT)
        raise NoAnswer
    return line


def ask(key: uuid.UUID) -> Charge:
    """What became of a key; one the bank has never seen is cancelled for good."""
    return _write(key, 0, Charge.Outcome.CANCELLED)


def refund(key: uuid.UUID) -> bool:
    """Give a charge back; False if there is nothing (more) to give back."""
    line = Charge.objects.filter(
        idempotency_key=key, outcome=Charge.Outcome.APPROVED, refunded_at=None
    )
    return line.update(refunded_at=timezone.now()) == 1


def amend(key: uuid.UUID, cents: int) -> None:
    """Change what stands on a bill; nothing happens to what was given back."""
    Charge.objects.filter(
        idempotency_key=key, outcome=Charge.Outcome.APPROVED, refunded_at=None
    ).update(cents=cents)


def _write(key: uuid.UUID, cents: int, outcome: str) -> Charge:
    try:
        with transaction.atomic():
            return Charge.objects.create(
                idempotency_key=key, cents=cents, outcome=outcome
            )
    except IntegrityError:
        return Charge.objects.get(idempotency_key=key)
