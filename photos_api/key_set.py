"""The issuer's public keys, fetched once and kept: RFC 7517, OIDC Discovery §4.

A request whose key we know never waits for the network. The set is renewed behind its
back; while the issuer is down the keys we have keep serving. A key we do not know makes
us ask again, but not more often than every ten seconds, however many tokens name it.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.conf import settings

from photos_api import issuer

logger = logging.getLogger(__name__)

type_of_key = {"ES256": "EC", "RS256": "RSA"}


class KeysUnavailable(Exception):
    """We have no keys at all, and could not get any."""


Keys = dict[tuple[str, str], jwt.PyJWK]  # by kid and alg


class Fetch:
    """One download in a thread of its own, for everybody who wants it."""

    LONGEST = 10.0  # seconds after which we stop believing that it will end

    def __init__(self, started_at: float) -> None:
        self.started_at = started_at
        self.over = threading.Event()


class KeySet:
    """The cache; one per process, safe for its threads."""

    FRESH = 300.0  # seconds: renewed in the background when older
    KEPT = 86_400.0  # seconds: how long an outage of the issuer may last
    PAUSE = 10.0  # seconds between two questions to the issuer, at the least
    PATIENCE = 3.0  # seconds somebody waits for an answer

    def __init__(
        self,
        download: Callable[[], Keys],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._download = download
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: Keys | None = None
        self._fetched_at = 0.0
        self._asked_at: float | None = None
        self._fetch: Fetch | None = None

    def find(self, kid: str, alg: str) -> jwt.PyJWK | None:
        """The key, or None if the issuer has no such key; may raise KeysUnavailable."""
        keys = self._known()
        if key := keys.get((kid, alg)):
            return key
        if fetch := self._ask():
            fetch.over.wait(self.PATIENCE)
        return (self._kept() or keys).get((kid, alg))

    def ready(self) -> bool:
        """Do we hold keys, or can we get them now?"""
        try:
            self._known()
        except KeysUnavailable:
            return False
        return True

    def _kept(self) -> Keys | None:
        """What we have, unless it has become too old to be believed."""
        return self._keys if self._age() < self.KEPT else None

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    def _known(self) -> Keys:
        keys = self._kept()
        if keys is None:
            if fetch := self._ask():
                fetch.over.wait(self.PATIENCE)
            keys = self._kept()
        elif self._age() > self.FRESH:
            self._ask()  # nobody waits: what we have is good enough meanwhile
        if keys is None:
            raise KeysUnavailable
        return keys

    def _ask(self) -> Fetch | None:
        """Join the download that is under way or start one; None if it is too early."""
        with self._lock:
            now = self._clock()
            if self._fetch and now - self._fetch.started_at < Fetch.LONGEST:
                return self._fetch
            # With no keys at all an early second try is worth it, an idle wait is not.
            pause = self.PAUSE if self._kept() is not None else 1.0
            if self._asked_at is not None and now - self._asked_at < pause:
                return None
            self._asked_at = now
            self._fetch = fetch = Fetch(now)
        threading.Thread(target=self._run, args=[fetch], daemon=True).start()
        return fetch

    def _run(self, fetch: Fetch) -> None:
        try:
            keys = self._download()
        except (requests.RequestException, ValueError) as error:
            logger.warning("The issuer's keys could not be fetched: %s", error)
        else:
            with self._lock:
                self._keys, self._fetched_at = keys, self._clock()
        finally:
            with self._lock:
                if self._fetch is fetch:
                    self._fetch = None
            fetch.over.set()


MOST_KEYS = 50
WEAKEST_RSA = 2048  # bits: RFC 7518 §3.3


def download(url: str) -> Keys:
    """Ask the issuer for its keys; ValueError when that fails."""
    with requests.Session() as session:
        jwks_uri = issuer.endpoint(issuer.metadata(session, url), "jwks_uri")
        return parse(issuer.ask(session, "GET", jwks_uri))


def parse(document: dict[str, Any]) -> Keys:
    """The keys that may sign access tokens; ValueError when there is none."""
    entries = document.get("keys")
    if not isinstance(entries, list) or len(entries) > MOST_KEYS:
        raise ValueError("the key set has no usable list of keys")
    keys: Keys = {}
    for entry in entries:
        if isinstance(entry, dict) and (found := _usable(entry)):
            kid, alg, key = found
            keys.setdefault((kid, alg), key)
    if not keys:
        raise ValueError("the key set holds no key we could use")
    return keys


def _usable(entry: dict[str, Any]) -> tuple[str, str, jwt.PyJWK] | None:
    """A public signing key with a name, for one algorithm, strong enough; or None."""
    kid, kty = entry.get("kid"), entry.get("kty")
    alg = next((a for a, t in type_of_key.items() if t == kty), None)
    if alg is None or not isinstance(kid, str) or not kid:
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", alg) != alg:
        return None  # RFC 7517 §4.2, RFC 7517 §4.4
    if alg == "ES256" and entry.get("crv") != "P-256":  # RFC 7518 §3.4
        return None
    try:
        public = {k: v for k, v in entry.items() if k != "d"}
        key = jwt.PyJWK(public, alg)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < WEAKEST_RSA:
        return None
    return kid, alg, key


@cache
def of_issuer() -> KeySet:
    """The keys of the one issuer we trust."""
    return KeySet(lambda: download(settings.ISSUER))
