"""Creating an account. It works at once; its address counts once it is confirmed."""

from http import HTTPStatus
from typing import ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from authserver import mail
from authserver.models import Event, User
from authserver.pages import limits, proof, usernames
from authserver.pages.answers import gone_is_a_page
from authserver.pages.destination import Destination
from authserver.sessions import start_session

TOO_MANY = "Too many accounts were created from your address. Wait an hour."


class SignUpForm(forms.ModelForm[User]):
    """A new account; the password is judged by Django's validators."""

    username = usernames.username_field()
    password = proof.new_password()

    class Meta:
        model = User
        fields: ClassVar = ["username", "name", "email"]
        labels: ClassVar = {"email": "E-mail"}
        help_texts: ClassVar = {
            "name": "What apps that you allow may call you.",
            "email": "For a letter with a link, and for a new password if you forget "
            "yours. Told to an app only if you allow it.",
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, request: HttpRequest) -> None:
        data = request.POST if request.method == "POST" else None
        super().__init__(data, label_suffix="")
        self.request = request
        for name in ("name", "email"):
            self.fields[name].required = True

    def clean_username(self) -> str:
        """No name that a person would take for another one's."""
        return usernames.free(self.request, self.cleaned_data["username"])

    def _post_clean(self) -> None:
        """Judge the password once the rest is known: it must not resemble it."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        proof.judge(self, "password", self.instance)

    def create(self) -> User | None:
        """Save; None if somebody took the name in this very moment."""
        self.instance.set_password(self.cleaned_data["password"])
        return self.instance if usernames.save_named(self.instance, self) else None


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@gone_is_a_page
def sign_up(request: HttpRequest) -> HttpResponse:
    """Create an account, sign in with it, and go on to where the person was going."""
    destination, form = Destination.of(request), SignUpForm(request)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        signed_up = limits.may_sign_up(request)
        if signed_up is None:
            form.add_error(None, ValidationError(TOO_MANY, code="too_many"))
        elif user := form.create():
            _welcome(request, user, signed_up)
            return destination.follow(request)
        else:
            signed_up.delete()
    if any(form.has_error(name, "too_many") for name in (NON_FIELD_ERRORS, "username")):
        status = HTTPStatus.TOO_MANY_REQUESTS
    return destination.page(request, "sign_up.html", form, status=status)


def _welcome(request: HttpRequest, user: User, signed_up: Event) -> None:
    """Signed in at once; no letter to an address that had too many lately."""
    signed_up.user = user
    signed_up.save(update_fields=["user"])
    if limits.may_confirm(request, user):
        mail.ask_to_confirm.enqueue(user.pk)
    start_session(request, user)
