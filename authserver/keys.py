"""The signing keys in use: made when missing, encrypted at rest, parsed once.

Access tokens are signed with ES256, small and quick; ID tokens with RS256, which every
client must support (OIDC Core §15.1). One key per purpose: no token can pass for
another kind (RFC 8725 §3.12).
"""

import base64
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from authserver.models import SigningKey

Purpose, State = SigningKey.Purpose, SigningKey.State
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ALGORITHMS = {Purpose.ACCESS_TOKEN: "ES256", Purpose.ID_TOKEN: "RS256"}
REREAD = 60  # seconds after which a process asks again which keys are active

_active: dict[str, tuple[float, "Signer"]] = {}


@dataclass(frozen=True, slots=True)
class Signer:
    """An active key, ready to sign."""

    kid: str
    algorithm: str
    private_key: PrivateKey

    def sign(self, claims: dict[str, Any], *, typ: str) -> str:
        """A compact JWS; ``typ`` tells kinds of tokens apart (RFC 8725 §3.11)."""
        headers = {"kid": self.kid, "typ": typ}
        return jwt.encode(claims, self.private_key, self.algorithm, headers)


def signer(purpose: SigningKey.Purpose) -> Signer:
    """The active key of a purpose, made now if there is none yet."""
    at, found = _active.get(purpose, (0.0, None))
    if found is None or time.monotonic() - at > REREAD:
        found = _signer(active(purpose))
        _active[purpose] = (time.monotonic(), found)
    return found


def ensure() -> None:
    """Make what is missing: an active and a next key of each purpose."""
    for purpose in Purpose:
        active(purpose)
        _the(purpose, State.NEXT)


def active(purpose: SigningKey.Purpose) -> SigningKey:
    """The row of the active key, made now if there is none."""
    return _the(purpose, State.ACTIVE)


def published() -> dict[str, list[dict[str, str]]]:
    """The JWK Set: public halves of every key next, active or retired (RFC 7517 §5)."""
    keys = SigningKey.objects.order_by("purpose", "-created")
    return {"keys": [key.public_jwk for key in keys]}


def rotate(purpose: SigningKey.Purpose) -> SigningKey:
    """Retire the active key, activate the next one, publish another next one.

    The next key was in the JWK Set since the rotation before (OIDC Core §10.1.1).
    """
    with transaction.atomic():
        keys = SigningKey.objects.select_for_update().filter(purpose=purpose)
        following = keys.filter(state=State.NEXT).first() or generate(
            purpose, State.NEXT
        )
        keys.filter(state=State.ACTIVE).update(
            state=State.RETIRED, retired_at=timezone.now()
        )
        keys.filter(pk=following.pk).update(state=State.ACTIVE)
        generate(purpose, State.NEXT)
    forget()
    return active(purpose)


def forget() -> None:
    """Let this process read again which keys are active."""
    _active.clear()


def generate(purpose: SigningKey.Purpose, state: SigningKey.State) -> SigningKey:
    """Make and store a key (RFC 7518 §3.3: RSA of 2048 bits or more)."""
    algorithm = ALGORITHMS[purpose]
    private: PrivateKey
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = _public_jwk(private, algorithm)
    return SigningKey.objects.create(
        kid=jwk["kid"],
        algorithm=algorithm,
        purpose=purpose,
        state=state,
        public_jwk=jwk,
        sealed_private_key=_seal(private),
    )


def _the(purpose: SigningKey.Purpose, state: SigningKey.State) -> SigningKey:
    """The one key in that state. Of two processes that make one, one wins."""
    keys = SigningKey.objects.filter(purpose=purpose, state=state)
    if key := keys.first():
        return key
    try:
        with transaction.atomic():
            return generate(purpose, state)
    except IntegrityError:
        return keys.get()


def _signer(key: SigningKey) -> Signer:
    return _parsed(key.kid, key.algorithm, bytes(key.sealed_private_key))


@lru_cache(maxsize=8)
def _parsed(kid: str, algorithm: str, sealed: bytes) -> Signer:
    """Parsing a key costs more than a signature: once per process and key."""
    der = _cipher().decrypt(sealed)
    private_key = serialization.load_der_private_key(der, None)
    assert isinstance(private_key, PrivateKey)  # noqa: S101  # we made it
    return Signer(kid, algorithm, private_key)


def _public_jwk(private_key: PrivateKey, algorithm: str) -> dict[str, str]:
    public_key = private_key.public_key()
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        jwk = json.loads(ECAlgorithm.to_jwk(public_key))
    else:
        jwk = json.loads(RSAAlgorithm.to_jwk(public_key))
    public = {
        name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk
    }
    return {**public, "use": "sig", "alg": algorithm, "kid": _thumbprint(public)}


def _thumbprint(public: dict[str, str]) -> str:
    """RFC 7638 §3: the hash of the required members in order."""
    canonical = json.dumps(public, sort_keys=True, separators=(",", ":"))
    digest = hashes.Hash(hashes.SHA256())
    digest.update(canonical.encode())
    return base64.urlsafe_b64encode(digest.finalize()).rstrip(b"=").decode()


def _seal(private_key: PrivateKey) -> bytes:
    der = private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _cipher().encrypt(der)


def _cipher() -> Fernet:
    secret: str = settings.KEY_ENCRYPTION_KEY
    derived = HKDF(hashes.SHA256(), 32, None, b"authserver signing keys")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
