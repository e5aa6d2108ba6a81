"""How the provider may sign: RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2.

Public keys only: whoever can check such a signature cannot make one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import OKPAlgorithm

from printshop.failures import BadToken

WEAKEST_RSA = 2048  # bits: RFC 7518 §3.3
EDWARDS = ("EdDSA", "Ed25519")  # two names of one algorithm: RFC 9864 §2.2

_JWS = jwt.PyJWS()
_JWS.register_algorithm("Ed25519", OKPAlgorithm())


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What goes with a name: the kind of key, and the hash of at_hash."""

    names: tuple[str, ...]  # what a key may call it
    kty: str
    crv: str | None
    hash: str

    def key(self, jwk: Mapping[str, object]) -> jwt.PyJWK | None:
        """The public key of a JWK; None if it is of another kind, or weak."""
        if jwk.get("kty") != self.kty or jwk.get("crv") != self.crv:
            return None
        if jwk.get("use", "sig") != "sig" or jwk.get("alg", self.names[0]) not in (
            self.names
        ):
            return None  # RFC 7517 §4.2, RFC 7517 §4.4
        public = {name: value for name, value in jwk.items() if name != "d"}
        try:
            key = jwt.PyJWK(public, self.names[0])
        except (jwt.PyJWTError, ValueError, TypeError):
            return None
        if isinstance(key.key, RSAPublicKey) and key.key.key_size < WEAKEST_RSA:
            return None
        return key


ALGORITHMS = {
    "RS256": Algorithm(("RS256",), "RSA", None, "sha256"),
    "PS256": Algorithm(("PS256",), "RSA", None, "sha256"),
    "ES256": Algorithm(("ES256",), "EC", "P-256", "sha256"),
    # Hashes with SHA-512 itself: RFC 8032 §5.1
    **dict.fromkeys(EDWARDS, Algorithm(EDWARDS, "OKP", "Ed25519", "sha512")),
}


def check_signature(text: str, key: jwt.PyJWK, algorithm: str) -> None:
    """Raise BadToken unless the key made this signature, in this way."""
    try:
        _JWS.decode(text, key.key, algorithms=[algorithm])
    except (jwt.PyJWTError, ValueError) as error:
        raise BadToken("the signature of the token is wrong") from error


def left_half(value: str, algorithm: str) -> bytes:
    """What at_hash is made of: OIDC Core §3.1.3.6."""
    digest = hashlib.new(ALGORITHMS[algorithm].hash, value.encode()).digest()
    return digest[: len(digest) // 2]
