"""The short memory that lets a refresh be repeated: the same answer, not a new pair.

Two tabs, or a lost answer, must not sign a person out. For ten seconds the answer is
kept, sealed under a key that only the presented token yields: the database alone opens
nothing (RFC 9700 §4.14.2 leaves the window to us).
"""

import json
import secrets
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

WINDOW = timedelta(seconds=10)
NONCE = 12  # bytes


def seal(answer: dict[str, Any], token: str) -> bytes:
    """Encrypt an answer for whoever holds ``token``."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(token)).encrypt(nonce, json.dumps(answer).encode(), None)


def unseal(sealed: bytes, token: str) -> dict[str, Any] | None:
    """The answer again, or None if ``token`` does not open it."""
    try:
        answer = AESGCM(_key(token)).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (InvalidTag, ValueError):  # wiped, or not this token's
        return None
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


def _key(token: str) -> bytes:
    kdf = HKDF(hashes.SHA256(), 32, None, b"authserver refresh answer")
    return kdf.derive(token.encode())
