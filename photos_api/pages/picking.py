"""What the picker shows: a part of the library, and what has been picked so far."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from photos_api import paging
from photos_api.models import Album, App, Photo, PhotoMonth, PickingSession
from photos_api.pages.columns import columns, row
from photos_api.pages.finding import Wanted
from photos_api.pages.gallery import PAGE, by_month, end_of_month
from photos_api.pages.requests import ID, OwnersRequest
from photos_api.problems import InvalidArgument

# The buttons that show something else; without any of them the form is done.
SHOW = frozenset({"find", "all", "page", "tick", "only"})
ALBUMS = 500  # to choose from
LONGEST_ID = 64


def chosen(request: HttpRequest) -> list[str]:
    """The ticked ids: in the order of ticking if a script told it, else as shown."""
    given = request.POST.getlist("photo")
    ticked = dict.fromkeys(i[: LONGEST_ID + 1].replace("\0", "?") for i in given)
    told = request.POST.get("order", "").split(",")
    first = {i: None for i in told if i in ticked}
    return list(first | ticked)


class Picking:
    """One look at the library, by somebody who picks."""

    def __init__(
        self, request: OwnersRequest, session: PickingSession, problem: str = ""
    ) -> None:
        self.request, self.session, self.problem = request, session, problem
        self.form = request.POST
        self.wanted = self._wanted()
        self.picked = list(self._known(chosen(request)).values())
        if "tick" in self.form:
            self._tick(self.form["tick"])

    def answer(self) -> HttpResponse:
        """The page."""
        status = 400 if self.problem else 200
        return render(self.request, "picker.html", self._context(), status=status)

    def _wanted(self) -> Wanted:
        if "all" in self.form:
            return Wanted()
        try:
            return Wanted.parse(self.form)
        except InvalidArgument:
            self.problem = "Write days like 2026-05-31. Everything is shown for now."
            return Wanted()

    def _known(self, ids: Sequence[str]) -> dict[str, Photo]:
        """Those of the ids that are photos of hers, in their order."""
        mine = Photo.objects.owned_by(self.request.user).select_related("original")
        found = mine.in_bulk([i for i in ids if ID.fullmatch(i)])
        return {i: found[i] for i in ids if i in found}

    def _tick(self, which: str) -> None:
        """Add a day, a month or all that was looked for; `none` takes all back."""
        if which == "none":
            self.picked = []
            return
        room = self.session.max_item_count - len(self.picked)
        had = {photo.pk for photo in self.picked}
        most = self.session.max_item_count + 1
        found = narrowed(self.wanted, which).first(self.request.user, most)
        new = [photo for photo in found if photo.pk not in had]
        if len(new) > room:
            self.problem = (
                f"That would be more than {self.session.max_item_count} photos, and "
                f"{self.app} takes no more. Look for fewer, or tick them one by one."
            )
        else:
            self.picked += new

    @cached_property
    def app(self) -> str:
        """Who asked."""
        return App.name_of(self.session.client_id)

    def _shown(self) -> paging.Page[Photo]:
        if "only" in self.form:
            return paging.Page(self.picked, None)
        searching = {"find", "all"} & self.form.keys()
        token = self.form.get("page") or self.form.get("at", "")
        self.token = "" if searching else token
        try:
            return self.wanted.page(self.request.user, self.token, PAGE)
        except InvalidArgument:
            return self.wanted.page(self.request.user, "", PAGE)

    def _context(self) -> dict[str, Any]:
        page = self._shown()
        shown = {photo.pk for photo in page.items}
        ids = [photo.pk for photo in self.picked]
        mine = Album.objects.owned_by(self.request.user)
        months = PhotoMonth.objects.of(self.request.user)
        return {
            "app": self.app,
            "limit": self.session.max_item_count,
            "problem": self.problem,
            "wanted": self.wanted,
            "only": "only" in self.form,
            "groups": self._groups(page.items),
            "older": page.next_token,
            "token": getattr(self, "token", ""),
            "ticked": set(ids),
            "elsewhere": [i for i in ids if i not in shown],
            "order": ",".join(ids),
            "picked": columns(map(row, self.picked)),
            "albums": mine.order_by("-created_at", "-pk")[:ALBUMS],
            "months": [
                {"month": f"{m.first_day:%Y-%m}", "photos": m.photos} for m in months
            ],
        }

    def _groups(self, photos: Sequence[Photo]) -> Any:
        """Months, but where photos have an order of their own."""
        if not photos:
            return []
        if "only" in self.form or self.wanted.album:
            return [(None, photos)]
        return by_month(list(photos))


def narrowed(wanted: Wanted, which: str) -> Wanted:
    """Of what was looked for, only `2026-05-03`, or `2026-05`; else all of it."""
    try:
        if end := end_of_month(which):
            first, last = date.fromisoformat(f"{which}-01"), end - timedelta(days=1)
            days = (first, last.date())
        else:
            days = (date.fromisoformat(which),) * 2
    except ValueError:
        return wanted
    since = max(days[0], wanted.since or days[0])
    return replace(wanted, since=since, until=min(days[1], wanted.until or days[1]))
