"""Deleting one's account: everything goes, apps are told, nothing can be undone."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from authserver import access, mail
from authserver.models import Client, User
from authserver.pages import proof
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.sessions import end_all


@sensitive_post_parameters("current_password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_account(request: SignedInRequest) -> HttpResponse:
    """Say what goes and what stays elsewhere, ask for the password, and delete."""
    user, form = request.user, proof.Proven(request, request.user)
    if form.is_valid():
        _delete(User.objects.get(pk=user.pk))
        request.session.flush()
        return SeeOther(reverse("account_deleted"))
    context = {
        "here": "profile",
        "form": form,
        "apps": user.authorizations.live().select_related("client"),
        "clients": Client.objects.filter(user=user).order_by("name"),
    }
    status = 400 if form.is_bound else 200
    return render(request, "delete_account.html", context, status=status)


@never_cache
@require_safe
def account_deleted(request: HttpRequest) -> HttpResponse:
    """Afterwards."""
    return render(request, "account_deleted.html")


def _delete(user: User) -> None:
    """The account with all its rows; its apps learn that its sessions are over.

    A code or token that is being exchanged at this moment is waited for: what came of
    it goes too.
    """
    with transaction.atomic():
        end_all(user)
        access.end_all(user)
        address = user.email
        user.delete()
    mail.warn.enqueue("account_deleted", address)
