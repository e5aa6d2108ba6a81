"""The frame of the administration, and how rows are shown in it.

A member of staff signs in like everybody else, on the same throttled page.
"""

from typing import Any, ClassVar, TypeVar

from csp.decorators import csp_update
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from authserver.pages.answers import SeeOther

M = TypeVar("M", bound=models.Model)


class AccountAdmin(AdminSite):
    """Django's administration, signed in to through this server's own page."""

    site_header = "Photos Account: administration"
    site_title = "Photos Account administration"
    index_title = "What this server knows"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Never a second sign-in form: it would be neither throttled nor recorded."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]  # a redirect is a response too
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Never a second door to it either: that one would sign out nobody."""
        return SeeOther(reverse("password"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The only pages here with scripts of their own origin."""
        own = {"script-src": "'self'", "font-src": "'self'", "connect-src": "'self'"}
        return csp_update(own)(super().admin_view(view, cacheable))


site = AccountAdmin(name="admin")


class ReadOnly(ModelAdmin[Any]):
    """To look at, not to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come of what happens."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are cleaned up by age, by a command."""
        return False


class Editable(ModelAdmin[M]):
    """To look at and to change."""

    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What belongs to a row goes with it, though it cannot be deleted alone."""
        gone, counted, _, kept = super().get_deleted_objects(objs, request)
        return gone, counted, set(), kept
