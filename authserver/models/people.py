"""People, and the browsers in which they are signed in.

``sub`` names a person to clients (OIDC Core §2) and never changes; the login name may.
"""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Creates people; ``create_superuser`` is what ``createsuperuser`` calls."""

    def create_user(
        self, username: str, password: str | None = None, **fields: object
    ) -> "User":
        """A new person; without a password nobody can sign in with it."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, password: str | None = None, **fields: object
    ) -> "User":
        """A new member of staff with every permission."""
        return self.create_user(
            username, password, **{"is_staff": True, "is_superuser": True} | fields
        )

    def hold(self, user: "User") -> bool:
        """Lock a person's row; False if they were disabled, or got another password,
        since it was read.
        """
        same = {"pk": user.pk, "password": user.password, "is_active": True}
        return self.filter(**same).select_for_update().first() is not None

    def confirm_email(self, pk: int, address: str) -> bool:
        """Somebody read a letter at this address; False if it is not theirs any more,
        or was confirmed before.
        """
        person = self.filter(pk=pk)
        new = person.filter(unconfirmed_email=address).exclude(unconfirmed_email="")
        known = {"email_verified": True, "updated_at": timezone.now()}
        if new.update(email=address, unconfirmed_email="", **known):
            return True
        stated = person.filter(email=address, email_verified=False)
        return stated.update(**known) == 1


class User(AbstractBaseUser, PermissionsMixin):
    """A person, with the standard claims of OIDC Core §5.1 under their own names."""

    sub = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False
    )  # OIDC Core §8
    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "This name is taken."},
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    password_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    # scope profile (OIDC Core §5.4); preferred_username is the username
    name = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    middle_name = models.CharField(max_length=100, blank=True)
    nickname = models.CharField(max_length=100, blank=True)
    profile = models.URLField(blank=True)
    picture = models.URLField(blank=True)
    website = models.URLField(blank=True)
    gender = models.CharField(max_length=50, blank=True)
    birthdate = models.CharField(max_length=10, blank=True)
    zoneinfo = models.CharField(max_length=50, blank=True)
    locale = models.CharField(max_length=20, blank=True)

    # scope email
    email = models.EmailField(blank=True)
    email_verified = models.BooleanField(default=False)
    unconfirmed_email = models.EmailField(blank=True)  # not told to anybody yet

    # scope phone
    phone_number = models.CharField(max_length=40, blank=True)
    phone_number_verified = models.BooleanField(default=False)

    # scope address (OIDC Core §5.1.1)
    street_address = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=100, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.username

    def set_password(self, raw_password: str | None) -> None:
        """Change the password: what was issued under the old one ends."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def still_vouches_for(self, auth_time: datetime) -> bool:
        """Whether a sign-in at that time still counts: enabled, same password."""
        return self.is_active and auth_time >= self.password_changed_at

    def get_full_name(self) -> str:
        """What pages call this person."""
        return self.name or self.username


class UserPicture(models.Model):
    """A person's picture, drawn again here; ``picture`` holds its address."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="own_picture"
    )
    png = models.BinaryField()
    digest = models.CharField(max_length=64, db_index=True)  # SHA-256, in its address

    def __str__(self) -> str:
        return f"Picture of {self.user_id}"


class SessionQuerySet(models.QuerySet["Session"]):
    """Sessions by what can happen to them."""

    def live(self) -> Self:
        """Neither ended nor outlived."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())

    def end(self) -> int:
        """End those not yet ended; returns how many. Tokens are not touched here."""
        return self.filter(ended_at=None).update(ended_at=timezone.now())

    def seen(self, pk: int) -> bool:
        """Note that a session is in use; False if that was noted a moment ago."""
        now = timezone.now()
        stale = self.live().filter(pk=pk, last_seen__lte=now - Session.SEEN_EVERY)
        return stale.update(last_seen=now) == 1


class Session(models.Model):
    """One person signed in in one browser: what ``sid`` and ``auth_time`` speak of.

    ``auth_time`` belongs here, not to the person: signing in on another device must
    not change what was said about this one (OIDC Core §2).
    """

    LIFETIME = timedelta(days=14)  # settings.SESSION_COOKIE_AGE
    SEEN_EVERY = timedelta(minutes=5)  # one write at most: pages are read often

    sid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    auth_time = models.DateTimeField(default=timezone.now)
    acr = models.CharField(max_length=50, default="password")
    amr = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "ended_at"])]

    def __str__(self) -> str:
        return f"Session {self.pk}"

    @property
    def is_live(self) -> bool:
        """Neither ended nor outlived, as far as this row was read."""
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def seen_lately(self) -> bool:
        """Whether ``last_seen`` is as exact as it gets."""
        return timezone.now() < self.last_seen + self.SEEN_EVERY
