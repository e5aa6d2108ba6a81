"""How client secrets are stored: SHA-256, salted.

They are generated, at least 256 bits, so nobody can try them all: a slow hash would
cost 230 ms per token request and add nothing. People's passwords are under Argon2.
"""

import hashlib
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare


class RandomSecretHasher(BasePasswordHasher):
    """Fast, and right for random secrets only."""

    algorithm = "random_sha256"

    def encode(self, password: str, salt: str) -> str:
        """``algorithm$salt$hash``."""
        digest = hashlib.sha256((salt + password).encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def decode(self, encoded: str) -> dict[str, str]:
        """The parts of what ``encode`` made."""
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        """In constant time."""
        salt = self.decode(encoded)["salt"]
        return constant_time_compare(encoded, self.encode(password, salt))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """What an administrator may see: nothing of the secret."""
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """One round is all there is."""
