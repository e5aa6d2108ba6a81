"""Who comes in, and what they see first."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

UNUSED = {"password_change", "password_change_done"}


class Office(admin.AdminSite):
    """Django's admin for people who have no password here."""

    site_title = site_header = "Back office"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, for as long as the settings say so."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """No form: the provider knows who it is, the settings whether they may."""
        if request.user.is_authenticated:
            raise PermissionDenied
        wanted = {"next": request.GET.get("next", reverse("admin:index"))}
        return redirect(f"{reverse('sign_in')}?{urlencode(wanted)}")

    @method_decorator(never_cache)
    def index(  # type: ignore[override]  # no page of its own
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The print queue."""
        return redirect("admin:printshop_order_changelist")

    @method_decorator(never_cache)
    def logout(  # type: ignore[override]  # no page of its own
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signing out is the shop's, since it goes on to the provider."""
        return redirect("sign_out")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Django's, without what has to do with passwords."""
        urls: Sequence[Any] = super().get_urls()
        return [url for url in urls if getattr(url, "name", None) not in UNUSED]


class Reading(admin.ModelAdmin[Any]):
    """Rows that may be looked at, and neither added, changed nor deleted."""

    heading = ""
    actions: Sequence[Any] | None = None
    list_per_page = 50

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All of them, under the name that staff know them by."""
        return super().changelist_view(request, {"title": self.heading})

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Whoever came in."""
        return office.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever came in."""
        return office.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Nobody."""
        return False


office = Office(name="admin")
