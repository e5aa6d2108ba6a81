"""The name one signs in with: nobody else's, and none that looks like it."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from authserver import throttle
from authserver.models import User

TAKEN = "This name is taken."
TOO_MANY = "Too many names that are taken. Wait five minutes, then try again."


def username_field() -> forms.CharField:
    """A field for a name that is to be; ``free`` says if it can be."""
    return forms.CharField(
        label="User name",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text="Letters, digits and @ . + - _ only. You may change it later.",
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )


def free(request: HttpRequest, username: str, user: User | None = None) -> str:
    """The name as it is stored; raises ValidationError if somebody else has it, or if
    too many of those were asked for.
    """
    attempt = throttle.name(request)
    if attempt is None:
        raise ValidationError(TOO_MANY, code="too_many")
    username = User.normalize_username(username)
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if others.filter(username__iexact=username).exists():
        raise ValidationError(TAKEN)
    attempt.succeeded()
    return username


def save_named(user: User, form: forms.BaseForm) -> bool:
    """Save; False, and an error on the form, if the name was taken just now."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        form.add_error("username", TAKEN)
        return False
    return True
