"""The test bank: it keeps a book, and never charges one idempotency key twice.

A real bank would be asked over HTTP by these two functions; the shop knows no more
about it. Card numbers are looked at and forgotten: nothing writes them anywhere.
"""

import time
import uuid

from django.db import IntegrityError, transaction

from printshop.models.payments import Charge

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
SLOW_CARD = "4000000000000119"
TEST_CARDS = (GOOD_CARD, DECLINED_CARD, SLOW_CARD)
TIME_LIMIT = 2.0  # seconds the shop waits for an answer


class NoAnswer(Exception):
    """The bank did not answer in time: whether it charged is not known."""


def charge(key: uuid.UUID, cents: int, card: str) -> Charge:
    """Charge a card; the same key always gets the same answer. Raises NoAnswer."""
    outcome = Charge.Outcome.DECLINED
    if card in {GOOD_CARD, SLOW_CARD}:
        outcome = Charge.Outcome.APPROVED
    line = _write(key, cents, outcome)
    if card == SLOW_CARD:  # charged, but the answer is lost on the way: the worst case
        time.sleep(TIME_LIMIT)
        raise NoAnswer
    return line


def ask(key: uuid.UUID) -> Charge:
    """What became of a key; one the bank has never seen is cancelled for good."""
    return _write(key, 0, Charge.Outcome.CANCELLED)


def _write(key: uuid.UUID, cents: int, outcome: str) -> Charge:
    try:
        with transaction.atomic():
            return Charge.objects.create(
                idempotency_key=key, cents=cents, outcome=outcome
            )
    except IntegrityError:
        return Charge.objects.get(idempotency_key=key)
