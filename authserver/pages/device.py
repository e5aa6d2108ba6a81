"""The pages for devices without a keyboard: RFC 8628 §3.3.

A link may bring the code along, but only a person sends it, and what it opens is shown
before it is allowed, with the code to compare: whoever was talked into following
somebody else's link can still see that it is not their device (RFC 8628 §5.4).
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from authserver import device as engine
from authserver import throttle
from authserver.authorization_request import RequestGone
from authserver.consent import ConsentPage
from authserver.models import DeviceGrant
from authserver.pages import errors
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.pages.permissions import grouped
from authserver.sessions import current_session

UNKNOWN = "No device waits under this code. Look again: it is valid for ten minutes."
TOO_MANY = "Too many codes were typed in. Wait five minutes, then try again."
UNDECIDED = "Choose Allow or Deny."
NOTHING_TICKED = "Tick at least one permission to allow, or choose Deny."


class CodeForm(forms.Form):
    """What the device shows. Does not check that anything waits under it."""

    user_code = forms.CharField(
        label="Code on the device",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "XXXX-XXXX",
            }
        ),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def device(request: SignedInRequest) -> HttpResponse:
    """Ask for the code, and go on to what waits under it."""
    if request.method != "POST":
        brought = {"user_code": request.GET.get("user_code", "")[:40]}
        return _ask(request, CodeForm(initial=brought, label_suffix=""))
    form = CodeForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _ask(request, form, HTTPStatus.BAD_REQUEST)
    attempt = throttle.user_code(request, request.user)
    if attempt is None:
        form.add_error("user_code", TOO_MANY)
        return _ask(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    grant = engine.find(form.cleaned_data["user_code"])
    if grant is None:
        form.add_error("user_code", UNKNOWN)
        return _ask(request, form, HTTPStatus.BAD_REQUEST)
    attempt.succeeded()
    engine.keep(request, grant, form.cleaned_data["user_code"])
    return SeeOther(reverse("device_decision", args=[grant.pk]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def device_decision(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what the device asks for, answer it, and afterwards say what was answered:
    three visits to one address.
    """
    try:
        grant, user_code = engine.of(request, pk)
        client = engine.client_of(grant)
        if grant.decided_at is not None:
            context = {"client": client, "allowed": not grant.is_denied}
            return render(request, "device_done.html", context)
        page = engine.page(grant, client, request.user)
        if request.method == "POST":
            return _decide(request, grant, user_code, page.sent(request.POST))
    except RequestGone:
        return _gone(request)
    return _show(request, user_code, page)


def _decide(
    request: HttpRequest, grant: DeviceGrant, user_code: str, page: ConsentPage
) -> HttpResponse:
    """Once; raises RequestGone."""
    session, decision = current_session(request), request.POST.get("decision")
    if session is None:
        raise RequestGone
    if decision not in {"allow", "deny"}:
        return _show(request, user_code, page, UNDECIDED)
    if decision == "deny":
        engine.deny(request, grant, session, page.client)
    elif not any(row.ticked for row in page.rows):
        return _show(request, user_code, page, NOTHING_TICKED)
    else:
        engine.allow(request, grant, session, page)
    return SeeOther(reverse("device_decision", args=[grant.pk]))


def _ask(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    response = render(request, "device.html", {"form": form}, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = throttle.RETRY_AFTER
    return response


def _show(
    request: HttpRequest, user_code: str, page: ConsentPage, problem: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page,
        "client": page.client,
        "groups": grouped(page.rows),
        "home_host": urlsplit(page.client.client_uri).netloc,
        "user_code": user_code,
        "problem": problem,
    }
    status = 400 if problem else 200
    return render(request, "device_confirm.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return errors.problem(
        request,
        "This code is no longer open",
        "It was answered already, or more than ten minutes have passed, or it was "
        f"typed in in another browser. {errors.NOTHING_LOST}",
        "Let the device show a new code, and type that one in.",
        status=HTTPStatus.NOT_FOUND,
    )
