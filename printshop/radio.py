"""The radio of the played phone: what an app sends that has no origin.

A native app is no page, so no CORS rule is about it (RFC 8252 §4.1). A page that plays
one has an origin; what it says goes through here instead, as a phone's radio would send
it: nothing is added, kept or known, no secret and no cookie. It reaches the addresses
below and no others, character for character (RFC 10017 §6.1.3.6).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any, Self

from django.conf import settings

from printshop import wire
from printshop.provider import provider

CLIENT_ID = "printshop-mobile"
LONGEST_CALL = 16 * 1024  # bytes of what the page may say at once
LONGEST_WORD = 4096  # characters: an access token has about 900
LARGEST_PHOTO, PHOTO_SECONDS = 8 * 1024 * 1024, 20
MOST_A_MINUTE = 240  # calls from one address
B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1
ID = "[A-Za-z0-9_-]{1,64}"
# Method and path at the photo service: the Picker, and what was picked.
PHOTOS = (
    ("POST", re.compile("/picker/v1/sessions")),
    ("(GET|DELETE)", re.compile(f"/picker/v1/sessions/{ID}")),
    ("GET", re.compile(rf"/picker/v1/mediaItems\?sessionId={ID}")),
    ("GET", re.compile(r"/bytes/[A-Za-z0-9_.-]{1,1000}=w\d{1,4}-h\d{1,4}")),
)
# What a public client says at the token and revocation endpoints, and never a secret.
CODE = {"grant_type", "code", "redirect_uri", "code_verifier", "resource"}
WORDS = CODE | {"client_id", "refresh_token", "token"}


class NotSent(Exception):
    """This radio does not send such a thing; the message says why."""

    def __init__(
        self, sentence: str, status: HTTPStatus = HTTPStatus.FORBIDDEN
    ) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """What the page wants sent, already checked; nothing else is ever sent."""

    method: str
    url: str
    bearer: str = field(default="", repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, Any] | None = None

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the page's JSON; raises NotSent, or ProviderUnavailable."""
        try:
            call = cls(**json.loads(body))
        except (ValueError, TypeError, RecursionError) as error:
            raise NotSent("That is no call.") from error
        if not all(isinstance(w, str) for w in (call.method, call.url, call.bearer)):
            raise NotSent("That is no call.")
        if call.method == "POST" and call.url in _endpoints():
            call._check_form()
        elif call._goes_to_photos():
            call._check_bearer()
        else:
            raise NotSent("This radio reaches no such address.")
        return call

    @property
    def is_for_bytes(self) -> bool:
        """Is a photo fetched, and not JSON?"""
        return self.url.startswith(f"{settings.PHOTOS_URL}/bytes/")

    def _goes_to_photos(self) -> bool:
        base, path = settings.PHOTOS_URL, self.url.removeprefix(settings.PHOTOS_URL)
        return self.url.startswith(f"{base}/") and any(
            re.fullmatch(methods, self.method) and pattern.fullmatch(path)
            for methods, pattern in PHOTOS
        )

    def _check_form(self) -> None:
        """A public client's words, and in its own name: RFC 6749 §3.2.1."""
        form = self.form
        if self.bearer or self.json is not None or not isinstance(form, dict):
            raise NotSent("Only a form goes there.")
        if not WORDS.issuperset(form) or not all(map(_is_word, form.values())):
            raise NotSent("The form says what this app never says.")
        if form.get("client_id") != CLIENT_ID:
            raise NotSent("This radio speaks for one app only.")

    def _check_bearer(self) -> None:
        """One token, which cannot hold a second header."""
        if self.form is not None or not isinstance(self.json, dict | None):
            raise NotSent("Only JSON goes there.")
        if len(self.bearer) > LONGEST_WORD or not B64TOKEN.fullmatch(self.bearer):
            raise NotSent("That is no token.")


def send(call: Call) -> wire.Answer:
    """Send it; raises wire.Unreachable, also when it is answered by a redirect."""
    headers = {"Authorization": f"Bearer {call.bearer}"} if call.bearer else {}
    if call.is_for_bytes:
        return _photo(call.url, headers)
    answer = wire.call(
        call.method, call.url, headers=headers, form=call.form, json=call.json
    )
    if 300 <= answer.status < 400:  # noqa: PLR2004 - wire does not follow it anyway
        raise wire.Unreachable(f"{call.url} wants to be asked elsewhere")
    return answer


def _photo(url: str, headers: Mapping[str, str]) -> wire.Answer:
    into = BytesIO()
    answer = wire.download(
        url, headers=headers, into=into, limit=LARGEST_PHOTO, seconds=PHOTO_SECONDS
    )
    if answer.status != 200:  # noqa: PLR2004
        raise wire.Unreachable(f"the photo service answered {answer.status}")
    return wire.Answer(url, answer.status, answer.headers, into.getvalue())


def _endpoints() -> set[str]:
    known = provider()
    return {known.token_endpoint, known.revocation_endpoint} - {""}


def _is_word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_WORD and value.isprintable()
