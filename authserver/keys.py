"""The signing keys in use: made when missing, encrypted at rest, parsed once.

Access tokens are signed with ES256, small and quick; ID and logout tokens with what the
client registered, RS256 unless it chose another (OIDC Core §15.1). A purpose has keys
of its own: no token can pass for another kind (RFC 8725 §3.12).

A key is *next* (published, so that clients know it before it signs), then *active*,
then *retired* (published still, for what it signed), then deleted by the clean-up. An
algorithm gets its keys when the first client that wants it is saved.
"""

import time
from dataclasses import dataclass
from typing import Any

import jwt
from django.db import IntegrityError, transaction
from django.utils import timezone

from authserver import documents, key_material
from authserver.key_material import ED25519, ES256, PS256, RS256, PrivateKey
from authserver.models import Client, SigningKey

Purpose, State = SigningKey.Purpose, SigningKey.State

ALGORITHMS: dict[str, tuple[str, ...]] = {  # the first is the default
    Purpose.ACCESS_TOKEN: (ES256,),
    Purpose.ID_TOKEN: (RS256, PS256, ES256, ED25519),
}
REREAD = 60  # seconds after which a process asks again which keys are active

_active: dict[tuple[str, str], tuple[float, "Signer"]] = {}


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


def signer(purpose: SigningKey.Purpose, algorithm: str = "") -> Signer:
    """The active key of a purpose, made now if there is none yet."""
    which = purpose, algorithm or ALGORITHMS[purpose][0]
    at, found = _active.get(which, (0.0, None))
    if found is None or time.monotonic() - at > REREAD:
        key = active(*which)
        private_key = key_material.unseal(bytes(key.sealed_private_key))
        found = Signer(key.kid, key.algorithm, private_key)
        _active[which] = (time.monotonic(), found)
    return found


def ensure() -> None:
    """Make what is missing, for each algorithm that is the default or a client's."""
    algorithms = Client.objects.order_by().values_list("id_token_signed_response_alg")
    wanted = {(Purpose.ID_TOKEN, algorithm) for (algorithm,) in algorithms.distinct()}
    wanted |= {(purpose, ALGORITHMS[purpose][0]) for purpose in Purpose}
    for purpose, algorithm in sorted(wanted):
        prepare(purpose, algorithm)


def active(purpose: SigningKey.Purpose, algorithm: str = "") -> SigningKey:
    """The row of the active key, made now if there is none."""
    algorithm = algorithm or ALGORITHMS[purpose][0]
    found = SigningKey.objects.filter(
        purpose=purpose, algorithm=algorithm, state=State.ACTIVE
    ).first()
    return found or prepare(purpose, algorithm)


def prepare(purpose: SigningKey.Purpose, algorithm: str) -> SigningKey:
    """See that there is a next and an active key; returns the active one."""
    _the(purpose, algorithm, State.NEXT)
    return _the(purpose, algorithm, State.ACTIVE)


def published() -> dict[str, list[dict[str, str]]]:
    """The JWK Set: public halves of every key next, active or retired (RFC 7517 §5)."""
    keys = SigningKey.objects.order_by("purpose", "algorithm", "-created")
    return {"keys": [key.public_jwk for key in keys]}


def rotate(purpose: SigningKey.Purpose, algorithm: str = "") -> SigningKey:
    """Retire the active key, activate the next one, publish another next one.

    The next key was in the JWK Set since the rotation before (OIDC Core §10.1.1).
    """
    algorithm = algorithm or ALGORITHMS[purpose][0]
    with transaction.atomic():
        keys = SigningKey.objects.select_for_update().filter(
            purpose=purpose, algorithm=algorithm
        )
        following = keys.filter(state=State.NEXT).first()
        if following is None:
            following = generate(purpose, State.NEXT, algorithm)
        keys.filter(state=State.ACTIVE).update(
            state=State.RETIRED, retired_at=timezone.now()
        )
        keys.filter(pk=following.pk).update(state=State.ACTIVE)
        generate(purpose, State.NEXT, algorithm)
    forget()
    return active(purpose, algorithm)


def forget() -> None:
    """Let this process read again which keys there are."""
    _active.clear()
    documents.forget()


def generate(
    purpose: SigningKey.Purpose, state: SigningKey.State, algorithm: str = ""
) -> SigningKey:
    """Make and store a key."""
    algorithm = algorithm or ALGORITHMS[purpose][0]
    private_key = key_material.generate(algorithm)
    jwk = key_material.public_jwk(private_key, algorithm)
    made = SigningKey.objects.create(
        kid=jwk["kid"],
        algorithm=algorithm,
        purpose=purpose,
        state=state,
        public_jwk=jwk,
        sealed_private_key=key_material.seal(private_key),
    )
    documents.forget()
    transaction.on_commit(documents.forget)  # another thread may have read before
    return made


def _the(
    purpose: SigningKey.Purpose, algorithm: str, state: SigningKey.State
) -> SigningKey:
    """The one key in that state. Of two processes that make one, one wins."""
    keys = SigningKey.objects.filter(purpose=purpose, algorithm=algorithm, state=state)
    if key := keys.first():
        return key
    try:
        with transaction.atomic():
            return generate(purpose, state, algorithm)
    except IntegrityError:
        return keys.get()
