"""Lent tokens at rest: readable only with a key from the environment."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Unreadable(ValueError):
    """Sealed with a key that is no longer configured."""


def seal(text: str) -> str:
    """Encrypt with the first of PRINTSHOP_TOKEN_ENCRYPTION_KEYS."""
    return _keys(*settings.TOKEN_ENCRYPTION_KEYS).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with whichever configured key fits; raises Unreadable with none."""
    try:
        return _keys(*settings.TOKEN_ENCRYPTION_KEYS).decrypt(sealed).decode()
    except InvalidToken as error:
        raise Unreadable("sealed with a key this shop no longer has") from error


def is_current(sealed: str) -> bool:
    """Was it sealed with the key that seals now? Nothing to seal counts as well."""
    try:
        return not sealed or bool(_first().decrypt(sealed))
    except InvalidToken:
        return False


def _first() -> MultiFernet:
    return _keys(settings.TOKEN_ENCRYPTION_KEYS[0])


@lru_cache
def _keys(*secrets: str) -> MultiFernet:
    digests = [hashlib.sha256(secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(d)) for d in digests])


class SealedField(models.TextField):  # type: ignore[type-arg]  # generic only in the stubs
    """Text that the database sees encrypted; an empty string stays empty."""

    def get_prep_value(self, value: str | None) -> str | None:
        """Python → database."""
        return seal(value) if value else value

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Database → Python; what no key opens reads as empty: connect again."""
        try:
            return unseal(value) if value else value
        except Unreadable:
            return ""
