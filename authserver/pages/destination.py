"""Where a person goes once signed in: on with a client's request, or to a page here."""

from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from authserver import redirect_uris
from authserver.authorization_request import (
    AuthorizationRequest,
    form_action,
    pending_of,
)
from authserver.endpoints import authorization
from authserver.models import PendingRequest
from authserver.pages.answers import SeeOther, forms_may_end_at


@dataclass(frozen=True, slots=True)
class Destination:
    """A pending request of this browser, or a path of this site: never another's."""

    pending: PendingRequest | None
    path: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read from the address, never from the form; raises RequestGone."""
        if "request" in request.GET:
            return cls(pending_of(request, request.GET["request"]), "")
        path = request.GET.get("next", "")
        ours = url_has_allowed_host_and_scheme(  # RFC 9700 §4.11.2
            path, allowed_hosts=None, require_https=request.is_secure()
        )
        return cls(None, path if ours and path.startswith("/") else reverse("home"))

    def follow(self, request: HttpRequest) -> HttpResponse:
        """Go there, signed in."""
        if self.pending:
            return authorization.resume(request, self.pending)
        return SeeOther(self.path)

    def by(self, name: str) -> str:
        """The address of another page that leads to the same place."""
        query = {"request": self.pending.pk} if self.pending else {"next": self.path}
        return f"{reverse(name)}?{urlencode(query)}"

    def page(
        self, request: HttpRequest, template: str, form: BaseForm, **more: Any
    ) -> HttpResponse:
        """A form on the way there; 400 if it was sent and cannot be accepted."""
        context = {"form": form, "client": None} | more
        context["sign_in_url"], context["sign_up_url"] = (
            self.by("sign_in"),
            self.by("sign_up"),
        )
        if self.pending:
            redirect_uri = AuthorizationRequest.of(self.pending).redirect_uri
            context["client"] = self.pending.client
            context["return_host"] = redirect_uris.host(redirect_uri)
        status = more.get("status", 400 if form.is_bound else 200)
        response = render(request, template, context, status=status)
        if self.pending:
            return forms_may_end_at(response, form_action(self.pending))
        return response
