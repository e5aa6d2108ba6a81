"""The provider, known by its issuer alone: its discovery document and its key set.

OIDC Discovery §4, RFC 8414 §3, RFC 7517 §5.
"""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import jwt
from django.conf import settings

from printshop import wire
from printshop.failures import BadToken, ProviderUnavailable

FRESH_SECONDS = 600  # a document is asked for again after so long
STALE_SECONDS = 86_400  # and serves so long when its server is down
REFETCH_SECONDS = 30  # an unknown kid may cause one request in so long


@dataclass(frozen=True, slots=True)
class Provider:
    """A discovery document already checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    revocation_endpoint: str  # empty: it has none
    end_session_endpoint: str
    answers_with_iss: bool

    @classmethod
    def parse(cls, document: Mapping[str, object], issuer: str) -> Self:
        """Read a discovery document; raises ProviderUnavailable."""
        if document.get("issuer") != issuer:  # OIDC Discovery §4.3
            raise ProviderUnavailable("the discovery document names another issuer")

        return cls(
            issuer=issuer,
            authorization_endpoint=_endpoint(document, "authorization_endpoint"),
            token_endpoint=_endpoint(document, "token_endpoint"),
            userinfo_endpoint=_endpoint(document, "userinfo_endpoint"),
            jwks_uri=_endpoint(document, "jwks_uri"),
            revocation_endpoint=_endpoint(document, "revocation_endpoint", ""),
            end_session_endpoint=_endpoint(document, "end_session_endpoint", ""),
            answers_with_iss=document.get(  # RFC 9207 §3
                "authorization_response_iss_parameter_supported"
            )
            is True,
        )


def _endpoint(document: Mapping[str, object], name: str, default: object = None) -> str:
    match document.get(name, default):
        case "":
            return ""
        case str(url) if url.startswith("https://"):
            return url
        case str(url) if settings.DEMO and url.startswith("http://"):
            return url
    raise ProviderUnavailable(f"the discovery document has no usable {name}")


class KeySet:
    """The provider's public keys, fetched when needed and not more often."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._lock = threading.Lock()
        self._keys: list[Mapping[str, object]] = []
        self._fetched_at = self._asked_at = float("-inf")

    def key(self, kid: object, algorithm: str) -> jwt.PyJWK:
        """The key for a token's header; raises BadToken when there is none.

        Without kid the set must leave no choice: OIDC Core §10.1.
        """
        now = time.monotonic()
        if now > self._fetched_at + FRESH_SECONDS:
            self._refetch(now)
        found = self._matching(kid, algorithm)
        if not found and self._refetch(now):  # the provider may have changed its keys
            found = self._matching(kid, algorithm)
        if len(found) != 1:
            raise BadToken("no key of the provider fits the token")
        return found[0]

    def _matching(self, kid: object, algorithm: str) -> list[jwt.PyJWK]:
        fitting = []
        for key in self._keys:
            if kid is not None and key.get("kid") != kid:
                continue
            if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
                continue
            try:
                fitting.append(jwt.PyJWK(dict(key), algorithm=algorithm))
            except (jwt.PyJWTError, ValueError, TypeError):
                continue  # of another kind: one set serves several algorithms
        return fitting

    def _refetch(self, now: float) -> bool:
        """Ask for the set, one thread at a time; False if that was not possible."""
        with self._lock:
            if now <= self._fetched_at:
                return True  # another thread just did
            if now < self._asked_at + REFETCH_SECONDS:
                return False
            self._asked_at = now
            try:
                document = _get(self._uri)
            except ProviderUnavailable:
                if now > self._fetched_at + STALE_SECONDS:
                    self._asked_at = float("-inf")  # nothing to lose: ask next time
                    raise
                return False
            keys = document.get("keys")
            if not isinstance(keys, list):
                raise ProviderUnavailable("the key set has no keys")
            self._keys = [key for key in keys if isinstance(key, dict)]
            self._fetched_at = time.monotonic()
            return True


class _Known:
    """What this process has learnt about its provider."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.lock = threading.Lock()
        self.provider: Provider | None = None
        self.keys: KeySet | None = None
        self.fetched_at = self.asked_at = float("-inf")


_known = _Known("")


def provider() -> Provider:
    """The configured provider; raises ProviderUnavailable."""
    global _known  # noqa: PLW0603 - one per process, replaced as a whole
    if _known.issuer != settings.ISSUER:
        _known = _Known(settings.ISSUER)
    known = _known
    with known.lock:
        now = time.monotonic()
        age = now - known.fetched_at
        if known.provider is None or age > STALE_SECONDS:
            _discover(known)
        elif age > FRESH_SECONDS and now > known.asked_at + REFETCH_SECONDS:
            with suppress(ProviderUnavailable):  # what we know still serves
                _discover(known)
    assert known.provider  # noqa: S101 - _discover raised otherwise
    return known.provider


def key_set() -> KeySet:
    """The keys of the configured provider."""
    current = provider()
    if _known.keys is None:
        _known.keys = KeySet(current.jwks_uri)
    return _known.keys


def forget() -> None:
    """Ask for everything anew: for tests, and after a change of settings."""
    global _known  # noqa: PLW0603
    _known = _Known("")


def _discover(known: _Known) -> None:
    known.asked_at = time.monotonic()
    url = f"{known.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = Provider.parse(_get(url), known.issuer)
    if known.provider and known.provider.jwks_uri != found.jwks_uri:
        known.keys = None
    known.provider, known.fetched_at = found, time.monotonic()


def _get(url: str) -> Mapping[str, object]:
    try:
        answer = wire.call("GET", url, headers={"Accept": "application/json"})
        if answer.status != 200:  # noqa: PLR2004
            raise ProviderUnavailable(f"{url} answered {answer.status}")
        return answer.json()
    except wire.Unreachable as error:
        raise ProviderUnavailable(str(error)) from error
