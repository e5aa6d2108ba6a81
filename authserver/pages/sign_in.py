"""Signing in: who are you (OIDC Core §3.1.2.3)."""

from http import HTTPStatus

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from authserver import throttle
from authserver.authorization_request import AuthorizationRequest, must_sign_in
from authserver.pages.answers import gone_is_a_page
from authserver.pages.destination import Destination
from authserver.sessions import current_session, start_session

WRONG = "This user name and password do not belong together. Capital letters matter."
TOO_MANY = "Too many attempts. Wait five minutes, then try again."


class SignInForm(forms.Form):
    """A name and a password. Does not check that they belong together."""

    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@gone_is_a_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a password and go on to where the person was going."""
    destination = Destination.of(request)
    if request.method == "POST":
        return _check(request, destination)
    if request.user.is_authenticated and destination.pending is None:
        return destination.follow(request)
    initial = {}
    if pending := destination.pending:
        initial["username"] = AuthorizationRequest.of(pending).login_hint
    form = SignInForm(initial=initial, label_suffix="")
    return destination.page(
        request, "sign_in.html", form, again=_asked_again(request, destination)
    )


def _check(request: HttpRequest, destination: Destination) -> HttpResponse:
    """One answer for an unknown name, a wrong password and a disabled account."""
    form, status = SignInForm(request.POST, label_suffix=""), HTTPStatus.BAD_REQUEST
    if form.is_valid():
        username = form.cleaned_data["username"]
        attempt = throttle.sign_in(request, username)
        if attempt is None:
            form.add_error(None, TOO_MANY)
            status = HTTPStatus.TOO_MANY_REQUESTS
        elif _signed_in(request, form.cleaned_data):
            attempt.succeeded()
            return destination.follow(request)
        else:
            form.add_error(None, WRONG)
    response = destination.page(request, "sign_in.html", form, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = throttle.RETRY_AFTER
    return response


def _signed_in(request: HttpRequest, credentials: dict[str, str]) -> bool:
    """Whether the password was right, and still is once the session is made."""
    user = authenticate(request, **credentials)
    return user is not None and start_session(request, user) is not None


def _asked_again(request: HttpRequest, destination: Destination) -> bool:
    """Whether the client wants the password of somebody who is signed in already."""
    session = current_session(request)
    if session is None or destination.pending is None:
        return False
    return must_sign_in(destination.pending, session)
