"""The provider, known by its issuer alone: its discovery document and its key set.

OIDC Discovery §4, RFC 8414 §3, RFC 8628 §4, RFC 7517 §5.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import jwt
from django.conf import settings

from printshop import wire
from printshop.algorithms import ALGORITHMS
from printshop.failures import BadToken, ProviderUnavailable

FRESH_SECONDS = 600  # a document is asked for again after so long
STALE_SECONDS = 86_400  # and serves so long when its server is down
REFETCH_SECONDS = 300  # whatever tokens come: the key set is not asked for sooner
MOST_KEYS = 100
BASIC, POST = "client_secret_basic", "client_secret_post"


@dataclass(frozen=True, slots=True)
class Provider:
    """A discovery document already checked."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    revocation_endpoint: str  # empty: it has none
    device_authorization_endpoint: str
    end_session_endpoint: str
    answers_with_iss: bool
    client_authentication: str  # what we use of what it offers

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
            device_authorization_endpoint=_endpoint(  # RFC 8628 §4
                document, "device_authorization_endpoint", ""
            ),
            end_session_endpoint=_endpoint(document, "end_session_endpoint", ""),
            answers_with_iss=document.get(  # RFC 9207 §3
                "authorization_response_iss_parameter_supported"
            )
            is True,
            client_authentication=_client_authentication(document),
        )


def _client_authentication(document: Mapping[str, object]) -> str:
    """How we prove who we are: as configured, else as the provider would have it."""
    name = "token_endpoint_auth_methods_supported"
    offered = document.get(name, [BASIC])  # OIDC Discovery §3
    configured = settings.CLIENT_AUTHENTICATION
    for method in [configured] if configured else [BASIC, POST]:
        if isinstance(offered, list) and method in offered:
            return method
    raise ProviderUnavailable(f"nothing we can do is among {name}")


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
        self._fetched_at = self._tried_at = float("-inf")

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
        """What fits: one set serves several algorithms."""
        named = [key for key in self._keys if kid is None or key.get("kid") == kid]
        fitting = [ALGORITHMS[algorithm].key(key) for key in named]
        return [key for key in fitting if key]

    def _refetch(self, now: float) -> bool:
        """Ask for the set, one thread for all; False if we make do with what we have.

        Raises ProviderUnavailable if we have nothing.
        """
        with self._lock:
            if now <= self._fetched_at:
                return True  # another thread just did
            serves = now <= self._fetched_at + STALE_SECONDS
            if serves and now < self._tried_at + REFETCH_SECONDS:
                return False
            if now <= self._tried_at:
                raise ProviderUnavailable("the key set was just asked for, in vain")
            try:
                self._keys = _keys(_get(self._uri))
                self._fetched_at = time.monotonic()
            except ProviderUnavailable:
                if not serves:
                    raise
            finally:
                self._tried_at = time.monotonic()
            return now <= self._fetched_at


def _keys(document: Mapping[str, object]) -> list[Mapping[str, object]]:
    match document.get("keys"):  # RFC 7517 §5
        case list(keys) if len(keys) <= MOST_KEYS:
            return [key for key in keys if isinstance(key, dict)]
    raise ProviderUnavailable("the key set has no usable list of keys")


class _Known:
    """What this process has learnt about its provider."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.lock = threading.Lock()
        self.found: tuple[Provider, KeySet] | None = None
        self.fetched_at = self.tried_at = float("-inf")

    def learn(self) -> tuple[Provider, KeySet]:
        """The document and the keys; asks only when nobody else just did."""
        now = time.monotonic()
        with self.lock:
            serves = self.found and now <= self.fetched_at + STALE_SECONDS
            if self.found and serves and not self._is_time(now):
                return self.found
            if not serves and now <= self.tried_at:
                raise ProviderUnavailable("the document was just asked for, in vain")
            try:
                self.found = self._discovered()
                self.fetched_at = time.monotonic()
            except ProviderUnavailable:
                if not serves:
                    raise
            finally:
                self.tried_at = time.monotonic()
            assert self.found  # noqa: S101 - it was raised otherwise
            return self.found

    def _is_time(self, now: float) -> bool:
        """Is what we know old, and has nobody asked lately?"""
        old = now > self.fetched_at + FRESH_SECONDS
        return old and now > self.tried_at + REFETCH_SECONDS

    def _discovered(self) -> tuple[Provider, KeySet]:
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        provider = Provider.parse(_get(url), self.issuer)
        if self.found and self.found[0].jwks_uri == provider.jwks_uri:
            return provider, self.found[1]
        return provider, KeySet(provider.jwks_uri)


_known = _Known("")


def provider() -> Provider:
    """The configured provider; raises ProviderUnavailable."""
    return _current().learn()[0]


def key_set() -> KeySet:
    """The keys of the configured provider; raises ProviderUnavailable."""
    return _current().learn()[1]


def forget() -> None:
    """Ask for everything anew: for tests, and after a change of settings."""
    global _known  # noqa: PLW0603
    _known = _Known("")


def _current() -> _Known:
    global _known  # noqa: PLW0603 - one per process, replaced as a whole
    if _known.issuer != settings.ISSUER:
        _known = _Known(settings.ISSUER)
    return _known


def _get(url: str) -> Mapping[str, object]:
    try:
        answer = wire.call("GET", url, headers={"Accept": "application/json"})
        if answer.status != 200:  # noqa: PLR2004
            raise ProviderUnavailable(f"{url} answered {answer.status}")
        return answer.json()
    except wire.Unreachable as error:
        raise ProviderUnavailable(str(error)) from error
