"""Who owns photos, and which apps ask for them."""

import secrets

from django.contrib.auth.models import AbstractBaseUser
from django.db import models


def new_id() -> str:
    """192 random bits that may stand in any URL as they are."""
    return secrets.token_urlsafe(24)


class PersonManager(models.Manager["Person"]):
    """How people are found: by both halves of their name, never by one."""

    def known(self, *, iss: str, sub: str) -> "Person":
        """The person the issuer means; not saved if we have never met them.

        An unsaved person owns nothing, so a token of a stranger sees an empty
        library, and reading leaves no trace of them here.
        """
        return self.filter(iss=iss, sub=sub).first() or Person(iss=iss, sub=sub)

    def key(self, *, iss: str, sub: str) -> models.Subquery:
        """The person's key, to be found inside of another question."""
        return models.Subquery(self.filter(iss=iss, sub=sub).values("pk"))

    def met(self, *, iss: str, sub: str, name: str = "") -> "Person":
        """The person the issuer means, remembered from now on."""
        person, _ = self.get_or_create(iss=iss, sub=sub)
        if name and person.name != name:
            self.filter(pk=person.pk).update(name=name)
            person.name = name
        return person


class Person(AbstractBaseUser):
    """An owner of photos: a subject at an issuer (OIDC Core §2)."""

    password = None  # type: ignore[assignment] # the issuer knows it, we never do
    last_login = None  # the issuer's business too

    iss = models.CharField(max_length=255)
    sub = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    met_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "id"

    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["iss", "sub"], name="one_person_per_iss_and_sub"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.sub


class App(models.Model):
    """What to call a client: its registration lives at the issuer, not here."""

    client_id = models.CharField(max_length=255, primary_key=True)
    name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def name_of(cls, client_id: str) -> str:
        """The name of the app, or its client_id where we were told no name."""
        app = cls.objects.filter(pk=client_id).first()
        return app.name if app else client_id
