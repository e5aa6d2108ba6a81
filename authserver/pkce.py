"""Proof Key for Code Exchange: RFC 7636, with S256 only (RFC 9700 §2.1.1)."""

import base64
import hashlib
import re

from django.utils.crypto import constant_time_compare

FORM = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def well_formed(value: str) -> bool:
    """Right alphabet and length (RFC 7636 §4.1, RFC 7636 §4.2)."""
    return FORM.fullmatch(value) is not None


def challenge_of(code_verifier: str) -> str:
    """RFC 7636 §4.2: BASE64URL(SHA256(ASCII(code_verifier)))."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def proves(code_verifier: str, code_challenge: str) -> bool:
    """RFC 7636 §4.6. Without a challenge no verifier may come (RFC 9700 §4.8.2)."""
    if not code_challenge:
        return not code_verifier
    if not well_formed(code_verifier):
        return False
    return constant_time_compare(challenge_of(code_verifier), code_challenge)
