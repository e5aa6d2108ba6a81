"""Signing keys: next → active → retired → deleted (OIDC Core §10.1.1)."""

from django.db import models
from django.utils import timezone


class SigningKey(models.Model):
    """A key pair; the private half is encrypted at rest. See keys.py for its use."""

    class Purpose(models.TextChoices):
        """Its own keys per kind of token, so that none can pass for another."""

        ACCESS_TOKEN = "access_token"  # noqa: S105  # the name of a purpose
        ID_TOKEN = "id_token"  # noqa: S105  # the name of a purpose

    class State(models.TextChoices):
        """A next key is published before it signs, a retired one after it signed."""

        NEXT = "next"
        ACTIVE = "active"
        RETIRED = "retired"

    kid = models.CharField(max_length=100, unique=True)
    algorithm = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    public_jwk = models.JSONField()
    sealed_private_key = models.BinaryField()
    created = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "algorithm"],
                condition=models.Q(state="active"),
                name="one_active_key",
            ),
            models.UniqueConstraint(
                fields=["purpose", "algorithm"],
                condition=models.Q(state="next"),
                name="one_next_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.kid}"
