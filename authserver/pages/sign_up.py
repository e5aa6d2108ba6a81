"""Creating an account."""

from typing import ClassVar

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from authserver.models import Event, User
from authserver.pages.answers import gone_is_a_page
from authserver.pages.destination import Destination
from authserver.sessions import start_session

TAKEN = "This name is taken."


class SignUpForm(forms.ModelForm[User]):
    """A new account; the password is judged by Django's validators."""

    password = forms.CharField(
        strip=False,
        max_length=4096,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields: ClassVar = ["username", "name", "email"]
        labels: ClassVar = {"username": "User name", "email": "E-mail"}
        help_texts: ClassVar = {
            "name": "What apps that you allow may call you.",
            "email": "Told to an app only if you allow it.",
        }
        widgets: ClassVar = {
            "username": forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none"}
            ),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, data: object = None) -> None:
        super().__init__(data, label_suffix="")  # type: ignore[arg-type]  # a QueryDict
        for name in ("name", "email"):
            self.fields[name].required = True

    def clean_username(self) -> str:
        """No name that a person would take for another one's."""
        username: str = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(TAKEN)
        return username

    def _post_clean(self) -> None:
        """Judge the password once the rest is known: it must not resemble it."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        try:
            validate_password(self.cleaned_data.get("password", ""), self.instance)
        except ValidationError as refused:
            if "password" not in self.errors:
                self.add_error("password", refused)

    def create(self) -> User | None:
        """Save; None if somebody took the name in this very moment."""
        self.instance.set_password(self.cleaned_data["password"])
        try:
            with transaction.atomic():
                return self.save()
        except IntegrityError:
            self.add_error("username", TAKEN)
            return None


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@gone_is_a_page
def sign_up(request: HttpRequest) -> HttpResponse:
    """Create an account, sign in with it, and go on to where the person was going."""
    destination = Destination.of(request)
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (user := form.create()):
        Event.objects.record(Event.Kind.SIGNED_UP, request, user=user)
        start_session(request, user)
        return destination.follow(request)
    return destination.page(request, "sign_up.html", form)
