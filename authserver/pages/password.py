"""Changing one's password: what was issued under the old one ends."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from authserver import mail
from authserver.models import Event
from authserver.pages import proof
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.sessions import end_others, start_session


class PasswordForm(proof.Proven):
    """The password there is, and the one to be."""

    password = proof.new_password("New password")

    def clean(self) -> dict[str, Any]:
        """The new one may not resemble the account's name or address."""
        proof.judge(self, "password", self.user)
        return self.cleaned_data


@sensitive_post_parameters("current_password", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password(request: SignedInRequest) -> HttpResponse:
    """Ask for both, change it, and sign out everywhere else (RFC 9700 §4.14.2)."""
    form = PasswordForm(request, request.user)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        context = {"here": "profile", "form": form}
        return render(request, "password.html", context, status=status)
    user = request.user
    with transaction.atomic():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password", "password_changed_at"])
        update_session_auth_hash(request, user)
        start_session(request, user)
        end_others(request)
        Event.objects.record(Event.Kind.PASSWORD_CHANGED, request, user=user)
    mail.warn.enqueue("password_changed", user.email)
    messages.success(
        request, "Your password is changed. Other browsers and apps are signed out."
    )
    return SeeOther(reverse("profile"))
