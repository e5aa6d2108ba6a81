"""One's e-mail address: told to apps as confirmed once its letter was answered."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from authserver import mail
from authserver.models import Event, User
from authserver.pages import errors, limits, proof
from authserver.pages.answers import SeeOther, SignedInRequest

SENT = "A letter is on its way to {}. Follow the link in it."


class EmailForm(proof.Proven):
    """The new address, and the password: who holds the address can set a new one."""

    email = forms.EmailField(
        label="New e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("email", "current_password")


@sensitive_post_parameters("current_password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_email(request: SignedInRequest) -> HttpResponse:
    """Note a new address; the old one stays until the new one is confirmed."""
    user, form = request.user, EmailForm(request, request.user)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        context = {"here": "profile", "form": form}
        return render(request, "change_email.html", context, status=status)
    address = form.cleaned_data["email"]
    user.unconfirmed_email = "" if address == user.email else address
    user.save(update_fields=["unconfirmed_email", "updated_at"])
    return _send(request)


@require_POST
@login_required
def send_again(request: SignedInRequest) -> HttpResponse:
    """Another letter to the address that waits for its answer."""
    return _send(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads. A button confirms: programs follow links in letters too."""
    user = mail.confirmed(token)
    if user is None:
        return errors.link_gone(request)
    if request.method != "POST":
        context = {"person": user, "address": mail.pending_address(user)}
        return render(request, "confirm_email.html", context)
    before, was_verified = user.email, user.email_verified
    if not User.objects.confirm_email(user.pk, mail.pending_address(user)):
        return errors.link_gone(request)
    Event.objects.record(Event.Kind.EMAIL_VERIFIED, request, user=user)
    if user.unconfirmed_email and was_verified:
        mail.warn.enqueue("email_changed", before)
    messages.success(request, "Thank you. Your e-mail address is confirmed.")
    return SeeOther(reverse("profile" if request.user == user else "sign_in"))


def _send(request: SignedInRequest) -> HttpResponse:
    user = request.user
    address = mail.pending_address(user)
    if not mail.unconfirmed_address(user):
        messages.info(request, f"{address} is confirmed already.")
    elif not limits.may_confirm(request, user):
        messages.error(request, "Too many letters were asked for. Wait an hour.")
    else:
        mail.ask_to_confirm.enqueue(user.pk)
        messages.success(request, SENT.format(address))
    return SeeOther(reverse("profile"))
