"""A new password by mail, for somebody who cannot sign in.

The answer is the same for every address, and so is what is done before it: one query,
one event, one task. The link names the person, works once and for an hour, and ends
with the password, the address or the sign-in that it was made for.
"""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from authserver import mail
from authserver.models import Event, User
from authserver.pages import errors, limits, proof
from authserver.pages.answers import SeeOther
from authserver.sessions import end_all


class AddressForm(forms.Form):
    """Where to send it. Does not check that anybody has this address."""

    email = forms.EmailField(
        label="E-mail",
        help_text="The address of your account.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NewPasswordForm(forms.Form):
    """The password to be."""

    password = proof.new_password("New password")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, label_suffix="")
        self.user = user

    def clean(self) -> dict[str, Any]:
        """It may not resemble the account's name or address."""
        proof.judge(self, "password", self.user)
        return self.cleaned_data


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and say that a letter is on its way if somebody has it."""
    data = request.POST if request.method == "POST" else None
    form, status = AddressForm(data, label_suffix=""), 400 if data is not None else 200
    if form.is_valid():
        if _send(request, form.cleaned_data["email"]):
            return SeeOther(reverse("forgotten_sent"))
        form.add_error(None, "Too many letters were asked for. Try again in an hour.")
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "forgotten.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD"])
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """The same words for everybody."""
    return render(request, "forgotten_sent.html")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest, sub: UUID, token: str) -> HttpResponse:
    """Where the link leads: choose a password, and sign in with it."""
    user = User.objects.filter(sub=sub, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        return errors.link_gone(request)
    form = NewPasswordForm(
        request.POST if request.method == "POST" else None, user=user
    )
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        context = {"form": form, "person": user}
        return render(request, "reset_password.html", context, status=status)
    if not _reset(request, user, token, form.cleaned_data["password"]):
        return errors.link_gone(request)
    messages.success(request, "Your password is changed. Sign in with the new one.")
    return SeeOther(reverse("sign_in"))


def _send(request: HttpRequest, address: str) -> bool:
    """To each account of this address, at the address as the account has it; False if
    too many were sent.
    """
    found = list(User.objects.filter(email__iexact=address, is_active=True)[:5])
    person = found[0] if found else None
    if not limits.may_ask_for_password(request, address, person):
        return False
    mail.offer_new_password.enqueue([user.pk for user in found])
    return True


def _reset(request: HttpRequest, user: User, token: str, password: str) -> bool:
    """Change it; False if the same link was quicker elsewhere.

    Whoever followed the link reads the mail of this address: it is confirmed by that.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not default_token_generator.check_token(user, token):
            return False
        end_all(user, request)
        user.set_password(password)
        user.email_verified = True
        fields = ["password", "password_changed_at", "email_verified"]
        user.save(update_fields=fields)
        Event.objects.record(Event.Kind.PASSWORD_CHANGED, request, user=user)
    mail.warn.enqueue("password_changed", user.email)
    return True
