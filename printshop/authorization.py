"""The authorization request and its answer: RFC 6749 §4.1.1, RFC 6749 §4.1.2.

Signing in and lending photos are two grants that depart and return alike.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from printshop.failures import Declined, SignInFailed
from printshop.models.attempts import Attempt, digest
from printshop.models.customers import Customer
from printshop.provider import Provider, provider

LONGEST = 4096  # characters of a parameter: more is no answer of our provider
CALLBACKS = {
    Attempt.Purpose.SIGN_IN: "sign_in_callback",
    Attempt.Purpose.CONNECT: "connect_callback",
}


@dataclass(frozen=True, slots=True)
class Return:
    """An authorization response already checked; the token request takes no less."""

    code: str
    attempt: Attempt

    @classmethod
    def parse(cls, request: HttpRequest, purpose: Attempt.Purpose) -> Self:
        """Check an answer: state, then iss, and only then what it says.

        Raises SignInFailed; takes the attempt, so that no answer counts twice.
        """
        query = single_values(request.GET)

        attempt = Attempt.objects.take(query.get("state", ""))  # RFC 6749 §10.12
        if attempt is None:
            raise SignInFailed("state is unknown or was used before")
        if not constant_time_compare(attempt.browser, _browser(request)):
            raise SignInFailed("state belongs to another browser")
        if attempt.purpose != purpose:
            raise SignInFailed("state belongs to another kind of request")
        if attempt.is_stale:
            raise SignInFailed("the answer took too long")

        _check_issuer(query.get("iss"), attempt, provider())

        match query:  # read only now that we know who is speaking
            case {"error": "access_denied"}:
                raise Declined("access_denied")
            case {"error": error}:  # RFC 6749 §4.1.2.1
                raise SignInFailed(f"the provider answered {error[:100]!r}")
            case {"code": code} if code:
                return cls(code, attempt)
        raise SignInFailed("the answer has neither code nor error")


def depart(
    request: HttpRequest,
    purpose: Attempt.Purpose,
    *,
    scope: str,
    next_path: str,
    customer: Customer | None = None,
    **more: str,
) -> str:
    """Begin an attempt; returns the address to send the browser to.

    ``more`` are parameters that the answer's checks do not depend on.
    """
    current = provider()
    state, nonce, code_verifier = (secrets.token_urlsafe(32) for _ in range(3))
    Attempt.objects.create(
        purpose=purpose,
        state_hash=digest(state),
        browser=_browser(request),
        customer=customer,
        issuer=current.issuer,
        nonce=nonce,
        code_verifier=code_verifier,  # 43 characters: RFC 7636 §4.1
        scope=scope,
        next=next_path,
    )
    query = {
        "response_type": "code",
        "client_id": settings.CLIENT_ID,
        "redirect_uri": redirect_uri(purpose),
        "scope": scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge(code_verifier),
        "code_challenge_method": "S256",  # RFC 9700 §2.1.1
    } | {name: value for name, value in more.items() if value}
    return with_query(current.authorization_endpoint, query)


def with_query(endpoint: str, query: Mapping[str, str]) -> str:
    """An endpoint may have a query of its own: RFC 6749 §3.1."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def redirect_uri(purpose: Attempt.Purpose) -> str:
    """Our callback, from the settings and never from the Host header."""
    return f"{settings.URL}{reverse(CALLBACKS[purpose])}"


def challenge(code_verifier: str) -> str:
    """The code_challenge of a verifier: RFC 7636 §4.2."""
    sha256 = hashlib.sha256(code_verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(sha256).rstrip(b"=").decode()


def own_path(candidate: str | None, default: str) -> str:
    """A path of this shop to go on to; anything else becomes ``default``.

    Everything a browser could read as another host is refused: RFC 9700 §4.11.1.
    """
    path = candidate or ""
    own = path.startswith("/") and path.isprintable() and len(path) <= 500  # noqa: PLR2004 - the column
    if own and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return default


def _browser(request: HttpRequest) -> str:
    """This browser's fingerprint: a hash of a secret that only its session holds."""
    if "browser" not in request.session:
        request.session["browser"] = secrets.token_urlsafe(32)
    return digest(request.session["browser"])


def single_values(sent: QueryDict) -> dict[str, str]:
    """Parameters, of which none may come twice: RFC 6749 §3.1."""
    query: dict[str, str] = {}
    for name, values in sent.lists():
        if len(values) > 1:
            raise SignInFailed(f"{name[:50]!r} is repeated")
        if len(values[0]) > LONGEST:
            raise SignInFailed(f"{name[:50]!r} is too long")
        query[name] = values[0]
    return query


def _check_issuer(iss: str | None, attempt: Attempt, current: Provider) -> None:
    if attempt.issuer != current.issuer:
        raise SignInFailed("the question was put to another provider")
    if iss is None and not current.answers_with_iss:
        return
    if iss != attempt.issuer:  # RFC 9207 §2.4
        raise SignInFailed("answered by another server")
