"""Creating an account. It works at once; its address counts once it is confirmed."""

from http import HTTPStatus
from typing import ClassVar

from django import forms
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

    def __init__(self, data: object = None) -> None:
        super().__init__(data, label_suffix="")  # type: ignore[arg-type]  # a QueryDict
        for name in ("name", "email"):
            self.fields[name].required = True

    def clean_username(self) -> str:
        """No name that a person would take for another one's."""
        return usernames.free(self.cleaned_data["username"])

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
    destination = Destination.of(request)
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and limits.too_many_accounts(request):
        form.add_error(None, TOO_MANY)
        status = HTTPStatus.TOO_MANY_REQUESTS
        return destination.page(request, "sign_up.html", form, status=status)
    if form.is_valid() and (user := form.create()):
        Event.objects.record(Event.Kind.SIGNED_UP, request, user=user)
        mail.ask_to_confirm.enqueue(user.pk)
        start_session(request, user)
        return destination.follow(request)
    return destination.page(request, "sign_up.html", form)
