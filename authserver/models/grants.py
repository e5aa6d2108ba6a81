"""What a person allowed, and the codes and tokens that came of it.

Codes and tokens are stored as hashes only (RFC 6749 §10.3). Each points at its
Authorization and Session and carries its family, so that a replay can revoke exactly
what came of one code (RFC 9700 §4.14.2).
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)

from authserver.models.clients import Client
from authserver.models.people import Session, User
from authserver.spending import New, spend


def fingerprint(token: str) -> str:
    """What is stored of a code or token: its SHA-256, hexadecimal.

    Unsalted and fast on purpose: these values are random, at least 128 bits.
    """
    return hashlib.sha256(token.encode()).hexdigest()


class AuthorizationQuerySet(models.QuerySet["Authorization"]):
    """Authorizations by what can happen to them."""

    def live(self) -> Self:
        """Not revoked."""
        return self.filter(revoked_at=None)

    def revoke(self) -> int:
        """Take back consent; returns how many. Tokens are not touched here."""
        return self.live().update(revoked_at=timezone.now())


class Authorization(models.Model):
    """A person allowed a client some scopes: remembered consent.

    One live row per person and client; a revoked one stays as history, and nothing
    that was issued under it can come back to life.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="authorizations")
    client = models.ForeignKey(Client, models.CASCADE, related_name="authorizations")
    scope = models.TextField(blank=True)
    claims = models.TextField(blank=True)  # allowed one by one: OIDC Core §5.5
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AuthorizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client"],
                condition=models.Q(revoked_at=None),
                name="one_live_authorization",
            )
        ]

    def __str__(self) -> str:
        return f"Authorization {self.pk}"

    @property
    def scopes(self) -> frozenset[str]:
        """What was allowed, by short names."""
        return frozenset(self.scope.split())

    @property
    def claim_names(self) -> frozenset[str]:
        """Claims about the person that were allowed one by one (OIDC Core §5.5)."""
        return frozenset(self.claims.split())

    def covers(self, scopes: Iterable[str], claims: Iterable[str]) -> bool:
        """Whether all of this was allowed."""
        return self.scopes.issuperset(scopes) and self.claim_names.issuperset(claims)


class Issued(models.Model):
    """What every code and token knows of its origin."""

    authorization = models.ForeignKey(Authorization, models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, models.CASCADE, related_name="+")
    auth_time = models.DateTimeField()  # of the sign-in it came of: OIDC Core §12.2
    acr = models.CharField(max_length=50, blank=True)
    offline = models.BooleanField(default=False)  # outlives the session
    requested_claims = models.JSONField(default=dict)  # see claims.Requested

    class Meta:
        abstract = True


class CodeQuerySet(models.QuerySet["AuthorizationCode"]):
    """Codes by what can happen to them."""

    def redeem(self, pk: int, *tokens: New) -> bool:
        """Spend a code on tokens, stored with it; False if it was spent already
        (RFC 6749 §4.1.2).
        """
        spent = {"redeemed_at": timezone.now()}
        return spend(self.model, pk, spent, *tokens, unless="redeemed_at burnt_at")

    def burn(self, pk: int) -> bool:
        """Make an unspent code worthless after a wrong proof (RFC 7636 §4.6)."""
        unspent = self.filter(pk=pk, redeemed_at=None, burnt_at=None)
        return unspent.update(burnt_at=timezone.now()) == 1


class AuthorizationCode(Issued, AbstractGrant):  # type: ignore[misc]  # no types
    """A code; ``code`` holds its fingerprint. Stays as a tombstone once spent."""

    LIFETIME = timedelta(seconds=60)  # RFC 6749 §4.1.2: ten minutes at most

    family = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    burnt_at = models.DateTimeField(null=True, blank=True)
    requested_scope = models.TextField(blank=True)
    scope_spelling = models.JSONField(default=dict)

    objects = CodeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Code {self.pk}"


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Access tokens by what can happen to them."""

    def live(self) -> Self:
        """Neither revoked nor expired."""
        return self.filter(revoked_at=None, expires__gt=timezone.now())

    def revoke(self) -> int:
        """Revoke those not yet revoked; returns how many."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class AccessToken(Issued, AbstractAccessToken):  # type: ignore[misc]  # no types
    """An access token; the JWT itself is never stored."""

    family = models.UUIDField(editable=False, db_index=True)
    jti = models.UUIDField(unique=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Access token {self.pk}"

    @property
    def is_live(self) -> bool:
        """Neither revoked nor expired, as far as this row was read."""
        return self.revoked_at is None and bool(self.expires > timezone.now())

    def is_valid(self, scopes: list[str] | None = None) -> bool:
        """Not revoked, not expired, and good for these scopes. Asked by the toolkit."""
        return self.revoked_at is None and bool(super().is_valid(scopes))


class RefreshTokenQuerySet(models.QuerySet["RefreshToken"]):
    """Refresh tokens by what can happen to them."""

    def live(self) -> Self:
        """Not revoked, not used, within both of their lifetimes."""
        now = timezone.now()
        return self.filter(
            revoked=None, used_at=None, expires_at__gt=now, family_expires_at__gt=now
        )

    def use(self, pk: int, sealed_answer: bytes, *tokens: New) -> bool:
        """Spend a token on the next ones, stored with it; False if it was spent or
        revoked already.
        """
        spent = {"used_at": timezone.now(), "sealed_answer": sealed_answer}
        return spend(self.model, pk, spent, *tokens, unless="used_at revoked")

    def revoke(self) -> int:
        """Revoke those not yet used or revoked; returns how many.

        Used ones are left alone: nothing but a replay can come of them, and rows that
        other requests hold locked are not waited for.
        """
        unused = self.filter(revoked=None, used_at=None)
        return unused.update(revoked=timezone.now())


class RefreshToken(Issued, AbstractRefreshToken):  # type: ignore[misc]  # no types
    """One generation of a refresh token; ``token_family`` joins the generations."""

    IDLE = timedelta(days=90)  # RFC 9700 §4.14.2: expires if unused for some time
    ABSOLUTE = timedelta(days=365)  # rotation does not extend it

    scope = models.TextField(blank=True)  # what was granted: RFC 6749 §6
    requested_scope = models.TextField(blank=True)
    scope_spelling = models.JSONField(default=dict)
    expires_at = models.DateTimeField()
    family_expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    sealed_answer = models.BinaryField(null=True, editable=False)

    objects = RefreshTokenQuerySet.as_manager()

    class Meta(AbstractRefreshToken.Meta):  # type: ignore[misc]  # no types
        unique_together = ()
        constraints = [
            models.UniqueConstraint(fields=["token_checksum"], name="one_refresh_token")
        ]

    def __str__(self) -> str:
        return f"Refresh token {self.pk}"


class Row(models.Model):
    """A model to type checkers too, beside a base that has no types."""

    class Meta:
        abstract = True


class IDToken(Row, AbstractIDToken):  # type: ignore[misc]  # the toolkit has no types
    """Demanded by the toolkit; no row is written, an ID token is never looked up."""

    def __str__(self) -> str:
        return f"ID token {self.pk}"
