"""The token endpoint and its sister for revocation, as a client calls them.

RFC 6749 §4.1.3 (a code), RFC 8628 §3.4 (a device code), RFC 6749 §6 (a refresh token),
RFC 7009 §2.1 (revocation). The client is the shop, which has a secret; or, where
``public`` names it, one that can keep none.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import quote_plus

from django.conf import settings
from django.utils import timezone

from printshop import wire
from printshop.failures import ProviderUnavailable
from printshop.provider import POST, provider

LONGEST = 16 * 1024  # characters of a token: more is no token
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Refused(Exception):
    """The server refused, and says why: RFC 6749 §5.2."""

    def __init__(self, code: str) -> None:
        super().__init__(repr(code[:100]))  # quoted, since it may end up in the log
        self.code = code


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token response already checked: RFC 6749 §5.1."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(repr=False)  # empty: none was lent
    id_token: str = field(repr=False)  # empty: none was asked for
    scope: str

    @classmethod
    def parse(cls, document: Mapping[str, object], asked: str, held: str = "") -> Self:
        """Read a token response; ``asked`` is the scope it may leave unsaid.

        ``held`` is the refresh token it answers to, good on if it brings no other.
        """
        access_token = _text(document, "access_token")
        if not access_token:
            raise ProviderUnavailable("the token response has no access_token")
        if _text(document, "token_type").lower() != "bearer":
            raise ProviderUnavailable("the token response is not of type Bearer")

        seconds = document.get("expires_in", 60)
        if not isinstance(seconds, int) or not 0 <= seconds <= 366 * 86_400:
            raise ProviderUnavailable("the token response has no usable expires_in")

        refresh_token = _text(document, "refresh_token") or held  # RFC 6749 §6
        return cls(
            access_token=access_token,
            expires_at=timezone.now() + timedelta(seconds=seconds),
            refresh_token=refresh_token,
            id_token=_text(document, "id_token"),
            scope=_granted(_text(document, "scope"), asked, lasts=bool(refresh_token)),
        )


def redeem(
    code: str, *, code_verifier: str, redirect_uri: str, asked: str, resource: str = ""
) -> Tokens:
    """Exchange a code; raises Refused or ProviderUnavailable."""
    return _request(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,  # RFC 7636 §4.5
        },
        asked,
        resource,
    )


def redeem_device(device_code: str, *, public: str, asked: str) -> Tokens:
    """Exchange a device code; raises Refused, also for "not yet", or as above."""
    form = {"grant_type": DEVICE_CODE, "device_code": device_code}
    return _request(form, asked, settings.RESOURCE, public)


def refresh(
    refresh_token: str, *, asked: str, resource: str = "", public: str = ""
) -> Tokens:
    """Exchange a refresh token; raises Refused or ProviderUnavailable."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _request(form, asked, resource, public)


def revoke(token: str, *, public: str = "") -> bool:
    """Give a token back; False when the server could not be told."""
    try:
        endpoint = provider().revocation_endpoint
        if not (endpoint and token):
            return False
        answer = call(endpoint, {"token": token}, public)
    except (ProviderUnavailable, wire.Unreachable):
        return False
    return answer.status == 200  # noqa: PLR2004 - RFC 7009 §2.2


def _request(
    form: Mapping[str, str], asked: str, resource: str, public: str = ""
) -> Tokens:
    aimed = {"resource": resource} if resource else {}  # RFC 8707 §2.2
    try:
        answer = call(provider().token_endpoint, {**form, **aimed}, public)
        document = answer.json()
    except wire.Unreachable as error:
        raise ProviderUnavailable(str(error)) from error
    match answer.status, document.get("error"):
        case 200, None:
            return Tokens.parse(document, asked, form.get("refresh_token", ""))
        case 400 | 401, str(code):
            raise Refused(code)
    raise ProviderUnavailable(f"the token endpoint answered {answer.status}")


def call(endpoint: str, form: Mapping[str, str], public: str = "") -> wire.Answer:
    """POST a form as the client we are: RFC 6749 §2.3.1, one way and never two.

    A public client only says its name: RFC 6749 §3.2.1.
    """
    client_id, secret = settings.CLIENT_ID, settings.CLIENT_SECRET
    headers = {"Accept": "application/json"}
    if public:
        form = {**form, "client_id": public}
        return wire.call("POST", endpoint, headers=headers, form=form)
    if provider().client_authentication == POST:
        form = {**form, "client_id": client_id, "client_secret": secret}
        return wire.call("POST", endpoint, headers=headers, form=form)
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"  # encoded before Base64
    credentials = base64.b64encode(pair.encode()).decode()
    headers["Authorization"] = f"Basic {credentials}"
    return wire.call("POST", endpoint, headers=headers, form=form)


def _granted(told: str, asked: str, *, lasts: bool) -> str:
    """The scope that was granted; RFC 6749 §5.1.

    A server may name those of the resource alone, and not even openid. Then it is the
    refresh token that tells whether lasting access was among what was asked for.
    """
    lasting = settings.OFFLINE_SCOPE
    if told and "openid" not in told.split() and lasting in asked.split() and lasts:
        return f"{told} {lasting}"
    return told or asked


def _text(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise ProviderUnavailable(f"the token response has no usable {name}")
    return value
