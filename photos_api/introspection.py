"""Asking the authorization server what an access token means: RFC 7662.

The other way of checking tokens, for whoever wants a revocation to count within
seconds. An answer is believed for INTROSPECTION_KEPT seconds and never longer than the
token lives; requests with one token share one question. Without an answer nobody gets
in: 503 while the server does not answer, 401 when what it says is no good.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from typing import Any
from urllib.parse import quote_plus

import jwt
import requests
from django.conf import settings

from photos_api import issuer, withdrawals
from photos_api.access_tokens import (
    LEEWAY,
    LONGEST,
    REQUIRED,
    SENTENCES,
    AccessToken,
    moment,
)
from photos_api.memory import Memory
from photos_api.problems import InvalidToken, Unavailable

logger = logging.getLogger(__name__)
Answer = AccessToken | InvalidToken


class Introspection:
    """The questions and answers of one process; safe for its threads."""

    MOST_ANSWERS = 5_000
    AT_ONCE = 4  # questions under way: a flood of tokens must not reach the server
    OF_KNOWN = 2  # and so many about tokens that were good once: no flood delays them
    PATIENCE = 4.0  # seconds somebody waits
    PAUSE = 1.0  # seconds without questions, after one that nobody answered
    METADATA_KEPT = 3_600.0  # seconds

    def __init__(self) -> None:
        self._session = requests.Session()
        self._lock = threading.Lock()
        self._asking = threading.BoundedSemaphore(self.AT_ONCE)
        self._asking_of_known = threading.BoundedSemaphore(self.OF_KNOWN)
        self._flights: dict[bytes, Future[Answer]] = {}
        self._answers: Memory[Answer] = Memory(self.MOST_ANSWERS)
        self._known: Memory[bool] = Memory(self.MOST_ANSWERS)
        self._addresses: Memory[str] = Memory(1)
        self._silent_until = 0.0

    def verify(self, text: str) -> AccessToken:
        """Raise InvalidToken, or Unavailable while nobody can tell."""
        if len(text) > LONGEST:
            raise InvalidToken("The access token is too long")
        name = hashlib.sha256(text.encode()).digest()
        answer = self._answers.get(name) or self._shared(name, text)
        if isinstance(answer, InvalidToken):
            raise InvalidToken(answer.message)
        return answer

    def _shared(self, name: bytes, text: str) -> Answer:
        """The answer to a question that all who ask it now have in common."""
        with self._lock:
            flight = self._flights.get(name)
            is_mine = flight is None
            if flight is None:
                flight = self._flights[name] = Future()
        if is_mine:
            try:
                flight.set_result(self._ask(name, text))
            except BaseException as error:
                flight.set_exception(error)
                raise
            finally:
                with self._lock:
                    del self._flights[name]
        try:
            return flight.result(self.PATIENCE)
        except TimeoutError as error:
            raise _unavailable() from error

    def _ask(self, name: bytes, text: str) -> Answer:
        if time.monotonic() < self._silent_until:
            raise _unavailable()
        asking = self._asking_of_known if self._known.get(name) else self._asking
        if not asking.acquire(timeout=self.PATIENCE):
            raise _unavailable()
        asked_at = time.time()  # what was revoked later may still look alive
        try:
            answer = judged(self._introspected(text))
        except issuer.Malformed as error:
            logger.warning("Introspection: %s", error)
            answer = InvalidToken(UNBELIEVABLE)
        except issuer.NoAnswer as error:
            logger.warning("Introspection: %s", error)
            self._silent_until = time.monotonic() + self.PAUSE
            self._addresses.clear()  # perhaps it has moved
            raise _unavailable() from error
        finally:
            asking.release()
        until = asked_at + settings.INTROSPECTION_KEPT
        if isinstance(answer, AccessToken):
            until = min(until, answer.exp)
            self._known.put(name, True, answer.exp)
        self._answers.put(name, answer, until)
        withdrawals.learn(text, answer)
        return answer

    def _introspected(self, text: str) -> dict[str, Any]:
        """The introspection response (RFC 7662 §2.2); raises NoAnswer or Malformed."""
        address = self._address()
        form = {"token": text, "token_type_hint": "access_token"}
        # RFC 6749 §2.3.1: both are form-encoded before they are put together.
        name = quote_plus(settings.INTROSPECTION_ID)
        secret = quote_plus(settings.INTROSPECTION_SECRET)
        return issuer.ask(
            self._session, "POST", address, data=form, auth=(name, secret)
        )

    def _address(self) -> str:
        """As the metadata has it; raises NoAnswer if there is nothing to go by."""
        if known := self._addresses.get("introspection"):
            return known
        try:
            told = issuer.metadata(self._session, settings.ISSUER)
            address = issuer.endpoint(told, "introspection_endpoint")
        except issuer.Malformed as error:  # this says nothing about the token
            raise issuer.NoAnswer(str(error)) from error
        until = time.time() + self.METADATA_KEPT
        self._addresses.put("introspection", address, until)
        return address


UNBELIEVABLE = "The authorization server does not vouch for the access token"


def judged(told: Mapping[str, Any]) -> Answer:
    """What an introspection response makes of a token; nothing in it is optional."""
    if told.get("active") is not True:  # RFC 7662 §2.2
        return InvalidToken("The access token is not active: it is over, or revoked")
    try:
        _check(told)
        return AccessToken.of(told)
    except InvalidToken as refusal:
        return refusal


def _check(told: Mapping[str, Any]) -> None:
    """RFC 7662 §4, RFC 9068 §4: as if the answer were the token."""
    if not all(name in told for name in REQUIRED):
        raise InvalidToken(SENTENCES[jwt.MissingRequiredClaimError])
    if told.get("token_type", "Bearer") != "Bearer":
        raise InvalidToken(UNBELIEVABLE)
    if told["iss"] != settings.ISSUER:
        raise InvalidToken(SENTENCES[jwt.InvalidIssuerError])
    audience = told["aud"] if isinstance(told["aud"], list) else [told["aud"]]
    if settings.URL not in audience:
        raise InvalidToken(SENTENCES[jwt.InvalidAudienceError])
    if moment(told["exp"]) <= time.time() - LEEWAY:
        raise InvalidToken(SENTENCES[jwt.ExpiredSignatureError])


def _unavailable() -> Unavailable:
    return Unavailable(
        "The authorization server does not answer at the moment, so access tokens "
        "cannot be checked. Try again shortly.",
        retry_after=5,
    )


@cache
def of_issuer() -> Introspection:
    """At the one issuer we trust."""
    return Introspection()
