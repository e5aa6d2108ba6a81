"""Asking for the present password before what an open browser must not decide.

Guesses are counted with those at the sign-in page.
"""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from authserver import throttle
from authserver.models import User

WRONG = "This is not your password."
TOO_MANY = "Too many attempts. Wait five minutes, then try again."


def new_password(label: str = "Password") -> forms.CharField:
    """A field for a password that is to be; ``judge`` says if it will do."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=4096,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def judge(form: forms.BaseForm, name: str, user: User) -> None:
    """Refuse what Django's validators refuse: called when the rest is known."""
    try:
        validate_password(form.cleaned_data.get(name, ""), user)
    except ValidationError as refused:
        if name not in form.errors:
            form.add_error(name, refused)


class Proven(forms.Form):
    """A form with the password that this account has now."""

    current_password = forms.CharField(
        label="Your current password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, user: User, **options: Any) -> None:
        data = request.POST if request.method == "POST" else None
        super().__init__(data, label_suffix="", **options)
        self.request, self.user = request, user

    def clean_current_password(self) -> str:
        """Compare, and count if it is wrong (RFC 6749 §10.10)."""
        password: str = self.cleaned_data["current_password"]
        username = self.user.get_username()
        attempt = throttle.sign_in(self.request, username)
        if attempt is None:
            raise ValidationError(TOO_MANY)
        if not self.user.check_password(password):
            raise ValidationError(WRONG)
        attempt.succeeded()
        return password
