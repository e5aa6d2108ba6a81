"""Who buys, and what they lent: the customer and the connection to their photos."""

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone

from printshop.sealing import SealedField, is_current
from printshop.token_endpoint import Tokens

SEALED = ("access_token", "refresh_token", "replaced")


class CustomerManager(BaseUserManager["Customer"]):
    """Finds people by the only key that is theirs for good."""

    def signed_in(self, iss: str, sub: str, *, name: str, email: str) -> "Customer":
        """The customer of this account, created on the first visit.

        Name and e-mail are for display: they never find anybody (OIDC Core §5.7).
        """
        told = {"name": name, "email": email}
        customer, is_new = self.get_or_create(iss=iss, sub=sub, defaults=told)
        if not is_new and (customer.name, customer.email) != (name, email):
            customer.name, customer.email = name, email
            customer.save(update_fields=told)
        return customer

    def met(self, iss: str, sub: str) -> "Customer":
        """The customer of this account, created if nobody was here before.

        Of those who come at the same time one creates the row (`one_customer_each`).
        """
        customer, _ = self.get_or_create(iss=iss, sub=sub)
        return customer

    def called(self, customer: "Customer", name: str) -> None:
        """Note a name for display, where we know none yet."""
        self.filter(pk=customer.pk, name="").update(name=name)
        customer.name = customer.name or name


class Customer(AbstractBaseUser):
    """A person, known by the account they sign in with: OIDC Core §5.7."""

    iss = models.CharField(max_length=255)
    sub = models.CharField(max_length=255)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    password = None  # type: ignore[assignment]  # the shop never sees one
    last_login = None  # the session's row says it

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = CustomerManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["iss", "sub"], name="one_customer_each")
        ]

    def __str__(self) -> str:
        return self.name or self.email or "Customer"

    @property
    def is_staff(self) -> bool:
        """Does this person stand at the press? The settings say so, now."""
        return self.iss == settings.ISSUER and self.sub in settings.STAFF

    @property
    def in_cart(self) -> int:
        """How many things; known of whoever visits, see ``cart.counted``."""
        return int(vars(self).get("cart_count", 0))


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Every change of a connection, each one statement."""

    def lease(self, connection: "Connection") -> bool:
        """Take the right to refresh; False if taken, or if somebody just did."""
        now = timezone.now()
        free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
        same = self.filter(pk=connection.pk, generation=connection.generation)
        return same.filter(free).update(refreshing_until=now + Connection.LEASE) == 1

    def release(self, connection: "Connection") -> None:
        """Give the lease back: the refresh failed, and may succeed later."""
        self.filter(pk=connection.pk).update(refreshing_until=None)

    def rotate(self, connection: "Connection", tokens: Tokens, *, proven: bool) -> bool:
        """Put new tokens in the place of those they were made from, if still there.

        Unproven ones are kept as if they had ended: only a refresh can come of them.
        """
        same = self.filter(pk=connection.pk, generation=connection.generation)
        rotated = same.update(
            access_token=tokens.access_token,
            access_token_expires_at=tokens.expires_at if proven else timezone.now(),
            refresh_token=tokens.refresh_token or connection.refresh_token,
            scope=tokens.scope,
            generation=connection.generation + 1,
            refreshing_until=None,
        )
        return rotated == 1

    def sealed_before(self) -> Iterator["Connection"]:
        """Those with a token that another key than the first was used for."""
        raw = {f"sealed_{name}": Cast(name, models.TextField()) for name in SEALED}
        for connection in self.annotate(**raw).iterator():
            if not all(map(is_current, connection.sealed)):
                yield connection

    def reseal(self, connection: "Connection") -> bool:
        """Write the same tokens again, under the first key; False if they changed."""
        same = self.filter(pk=connection.pk, generation=connection.generation)
        tokens = {name: getattr(connection, name) for name in SEALED}
        return same.filter(broken_at=None).update(**tokens) == 1

    def break_off(self, connection: "Connection") -> None:
        """The grant is gone (invalid_grant): keep the row, forget the tokens."""
        self.filter(pk=connection.pk, generation=connection.generation).update(
            access_token="",
            refresh_token="",
            broken_at=timezone.now(),
            refreshing_until=None,
        )

    def used(self, connection: "Connection") -> None:
        """Note that photos were just read."""
        self.filter(pk=connection.pk).update(last_used_at=timezone.now())


class Connection(models.Model):
    """The grant a customer gave: tokens for their photos, sealed."""

    # Longer than a token request and the fetching of a key may take: who refreshes
    # with a token that is just being spent loses the grant (RFC 9700 §4.14.2).
    LEASE = timedelta(seconds=45)
    MOST_REPLACED = 20

    customer = models.OneToOneField(Customer, models.CASCADE)
    scope = models.TextField()
    access_token = SealedField()
    access_token_expires_at = models.DateTimeField()
    refresh_token = SealedField(blank=True)
    replaced = SealedField(blank=True)  # refresh tokens of earlier grants, with spaces
    generation = models.PositiveIntegerField(default=0)  # counts rotations
    refreshing_until = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)

    objects = ConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Connection of {self.customer}"

    @property
    def sealed(self) -> list[str]:
        """The tokens as they lie in the database, if ``sealed_before`` read them."""
        return [getattr(self, f"sealed_{name}") for name in SEALED]

    @property
    def is_readable(self) -> bool:
        """Is there a key for each of them? Without one a token reads as empty."""
        tokens = [getattr(self, name) for name in SEALED]
        return [*map(bool, tokens)] == [*map(bool, self.sealed)]

    @property
    def lent(self) -> list[str]:
        """Every token that may still open something; what is newest comes first."""
        newest = self.refresh_token or self.access_token
        return [token for token in (newest, *self.replaced.split()) if token]

    @property
    def scopes(self) -> frozenset[str]:
        """What was granted, which may be less than was asked: RFC 6749 §5.1."""
        return frozenset(self.scope.split())

    @property
    def has_ended(self) -> bool:
        """Taken back, run out, or sealed with a key that is gone."""
        return bool(self.broken_at) or not self.access_token

    @property
    def may_pick(self) -> bool:
        """Can the person choose photos with it?"""
        return settings.PICK_SCOPE in self.scopes and not self.has_ended

    @property
    def outlasts_the_visit(self) -> bool:
        """Was the refresh token lent for longer than this session?"""
        return settings.OFFLINE_SCOPE in self.scopes

    @property
    def works_at_night(self) -> bool:
        """Can photos be fetched with it while nobody is there?"""
        lasting = self.outlasts_the_visit and bool(self.refresh_token)
        return self.may_pick and lasting
