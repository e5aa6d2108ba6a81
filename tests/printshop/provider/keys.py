"""What the provider signs with, and how its set shows it."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
SIGNING_KEYS: dict[str, SigningKey] = {
    "RS256": RSA_KEY,
    "PS256": RSA_KEY,
    "ES256": EC_KEY,
    "EdDSA": ED_KEY,
    "Ed25519": ED_KEY,
}
jwt.register_algorithm("Ed25519", OKPAlgorithm())


def public_jwk(key: SigningKey, kid: str | None, alg: str = "RS256") -> dict[str, Any]:
    """A public key as the set carries it."""
    public: Any = key.public_key()
    kinds = {"RS": RSAAlgorithm, "PS": RSAAlgorithm, "ES": ECAlgorithm}
    kind: Any = kinds.get(alg[:2], OKPAlgorithm)
    jwk: dict[str, Any] = kind.to_jwk(public, as_dict=True)
    return jwk | {"use": "sig", "alg": alg} | ({"kid": kid} if kid else {})
