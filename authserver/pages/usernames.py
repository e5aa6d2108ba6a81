"""The name one signs in with: nobody else's, and none that looks like it."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from authserver.models import User

TAKEN = "This name is taken."


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


def free(username: str, user: User | None = None) -> str:
    """The name as it is stored; raises ValidationError if somebody else has it."""
    username = User.normalize_username(username)
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if others.filter(username__iexact=username).exists():
        raise ValidationError(TAKEN)
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
