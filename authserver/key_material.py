"""Key pairs: made, written down, sealed and opened (RFC 7517, RFC 7518, RFC 8037).

``Ed25519`` is the fully specified name of RFC 9864 §2.2 for what was ``EdDSA`` before.
"""

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any, cast

import jwt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey

RS256, PS256, ES256, ED25519 = "RS256", "PS256", "ES256", "Ed25519"
FORMATS: dict[str, type[RSAAlgorithm | ECAlgorithm | OKPAlgorithm]] = {
    RS256: RSAAlgorithm,
    PS256: RSAAlgorithm,
    ES256: ECAlgorithm,
    ED25519: OKPAlgorithm,
}
PUBLIC = ("kty", "crv", "x", "y", "n", "e")  # all that a stranger may know of a key

jwt.register_algorithm(ED25519, OKPAlgorithm())


def generate(algorithm: str) -> PrivateKey:
    """A new private key (RFC 7518 §3.3: RSA of 2048 bits or more)."""
    match algorithm:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "Ed25519":
            return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(private_key: PrivateKey, algorithm: str) -> dict[str, str]:
    """Its public half as a JWK (RFC 7517 §4); the ``kid`` is its fingerprint."""
    public_key: Any = private_key.public_key()
    jwk = json.loads(FORMATS[algorithm].to_jwk(public_key))
    public = {name: jwk[name] for name in PUBLIC if name in jwk}
    return {**public, "use": "sig", "alg": algorithm, "kid": _thumbprint(public)}


def public_key(jwk: dict[str, str]) -> PublicKey:
    """The other way round, for a JWK of ours."""
    return cast("PublicKey", FORMATS[jwk["alg"]].from_jwk(jwk))


def half_hash(value: str, algorithm: str) -> str:
    """``at_hash``: the left half of the hash that belongs to the algorithm.

    OIDC Core §3.1.3.6. Ed25519 hashes with SHA-512 (RFC 8032 §5.1), the others with
    SHA-256.
    """
    made = hashlib.sha512 if algorithm == ED25519 else hashlib.sha256
    digest = made(value.encode()).digest()
    return _base64url(digest[: len(digest) // 2])


def seal(private_key: PrivateKey) -> bytes:
    """Encrypted for the database, under a key that is not in it."""
    der = private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _cipher().encrypt(der)


@lru_cache(maxsize=32)
def unseal(sealed: bytes) -> PrivateKey:
    """Parsing a key costs more than a signature: once per process and key."""
    der = _cipher().decrypt(sealed)
    private_key = serialization.load_der_private_key(der, None)
    assert isinstance(private_key, PrivateKey)  # noqa: S101  # we made it
    return private_key


def _thumbprint(public: dict[str, str]) -> str:
    """RFC 7638 §3: the hash of the required members in order."""
    canonical = json.dumps(public, sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _cipher() -> Fernet:
    secret: str = settings.KEY_ENCRYPTION_KEY
    derived = HKDF(hashes.SHA256(), 32, None, b"authserver signing keys")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
