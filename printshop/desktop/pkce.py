"""Proof Key for Code Exchange: what takes the place of a secret (RFC 7636).

Whoever steals the code on its way back through the browser has not the verifier, which
never left this process.
"""

import base64
import hashlib
import secrets


def code_verifier() -> str:
    """A fresh one for each attempt: 256 bits (RFC 7636 §4.1)."""
    return secrets.token_urlsafe(32)


def code_challenge(verifier: str) -> str:
    """What the authorization server may know of it: S256 (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
