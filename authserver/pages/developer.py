"""The developer's console: one's own clients, registered with the rules of all.

The secret is in the answer to the form that made it, and nowhere else afterwards.
"""

from datetime import timedelta
from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from authserver import registration, scopes
from authserver.models import Client, User
from authserver.pages.answers import SeeOther, SignedInRequest

LIMIT = 20  # clients per person
GRACE = timedelta(days=1)  # for which a replaced secret still works
FIELDS = ("redirect_uris", "post_logout_redirect_uris")


class ClientForm(forms.ModelForm[Client]):
    """A registration; what follows from its type is filled in before it is judged."""

    application_type = forms.ChoiceField(
        label="What is it?",
        choices=[
            (Client.Type.WEB, "A web server: keeps a secret"),
            (Client.Type.NATIVE, "An app on a phone or computer: cannot keep one"),
        ],
        widget=forms.RadioSelect,
    )
    scope = forms.MultipleChoiceField(
        label="What may it ask for?", widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Client
        fields: ClassVar = ["name", "application_type", *FIELDS, "scope"]
        labels: ClassVar = {
            "redirect_uris": "Redirect URIs",
            "post_logout_redirect_uris": "Post-logout redirect URIs",
        }
        help_texts: ClassVar = {
            "name": "People read it on the consent page, beside your user name.",
            "redirect_uris": "Where answers go; one per line, compared character by "
            "character.",
            "post_logout_redirect_uris": "Where people return after signing out. May "
            "stay empty.",
        }
        widgets: ClassVar = {name: forms.Textarea({"rows": 2}) for name in FIELDS}

    def __init__(self, data: object = None, *, owner: User) -> None:
        super().__init__(
            data,  # type: ignore[arg-type]  # a QueryDict
            instance=Client(user=owner),
            initial={"scope": registration.DEFAULT_SCOPE.split()},
            label_suffix="",
        )
        self.fields["name"].required = self.fields["redirect_uris"].required = True
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["scope"].choices = [  # type: ignore[attr-defined]  # a ChoiceField's
            (scope.name, f"{scope.sentence} ({scope.name})")
            for scope in scopes.catalogue().values()
        ]

    def clean_name(self) -> str:
        """No name that people know as another app's."""
        name = " ".join(str(self.cleaned_data["name"]).split())[:60]
        if Client.objects.filter(name__iexact=name).exists():
            raise ValidationError("There is an app of this name already.")
        return name

    def clean_scope(self) -> str:
        """As it is stored."""
        return " ".join(self.cleaned_data["scope"])

    def _post_clean(self) -> None:
        """Shape the client by its type, then judge it like every other."""
        if "application_type" in self.cleaned_data:
            self.instance.application_type = self.cleaned_data["application_type"]
            self.instance.required_scope = scopes.OPENID
            registration.shape(self.instance)
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out


@never_cache
@require_safe
@login_required
def developer(request: SignedInRequest) -> HttpResponse:
    """One's own clients."""
    clients = Client.objects.filter(user=request.user).order_by("name")
    return render(request, "developer.html", {"here": "developer", "clients": clients})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: SignedInRequest) -> HttpResponse:
    """Register a client; the answer holds its secret, this once."""
    if Client.objects.filter(user=request.user).count() >= LIMIT:
        messages.error(request, f"{LIMIT} apps are the limit. Remove one first.")
        return SeeOther(reverse("developer"))
    data = request.POST if request.method == "POST" else None
    form = ClientForm(data, owner=request.user)
    if form.is_valid():
        client, secret = form.instance, ""
        client.client_secret = ""
        if not client.is_public:
            secret = registration.new_secret()
            registration.set_secret(client, secret)
        client.save()
        return _show(request, client, secret, status=201)
    status = 400 if form.is_bound else 200
    context = {"here": "developer", "form": form}
    return render(request, "developer_register.html", context, status=status)


@never_cache
@require_safe
@login_required
def client_page(request: SignedInRequest, client_id: str) -> HttpResponse:
    """What to configure; without the secret."""
    return _show(request, _own(request, client_id))


@never_cache
@require_POST
@login_required
def new_secret(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Replace the secret; the old one works for a day more, so that nothing stops."""
    client = _own(request, client_id)
    if client.is_public:
        messages.error(request, "This app keeps no secret.")
        return SeeOther(reverse("developer_client", args=[client.client_id]))
    secret = registration.new_secret()
    client.previous_secret = client.client_secret
    client.previous_secret_expires = timezone.now() + GRACE
    registration.set_secret(client, secret)
    client.save()
    return _show(request, client, secret)


@require_POST
@login_required
def remove_client(request: SignedInRequest, client_id: str) -> HttpResponse:
    """Delete a client with everything that people allowed it."""
    client = _own(request, client_id)
    name = client.name
    client.delete()
    messages.success(request, f"{name} is no longer registered.")
    return SeeOther(reverse("developer"))


def _own(request: SignedInRequest, client_id: str) -> Client:
    """One of this person's clients; anybody else's does not exist."""
    mine = Client.objects.filter(user=request.user)
    return get_object_or_404(mine, client_id=client_id.replace("\0", ""))


def _show(
    request: SignedInRequest, client: Client, secret: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "here": "developer",
        "client": client,
        "secret": secret,
        "issuer": settings.URL,
        "redirect_uris": client.redirect_uris.split(),
        "methods": client.token_endpoint_auth_methods,
    }
    return render(request, "developer_client.html", context, status=status)
