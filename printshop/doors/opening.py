"""Which doors are open here: those whose programs this shop has been told of."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.http import Http404
from django.http.response import HttpResponseBase

from printshop import radio
from printshop.desktop import registration

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def open_doors() -> frozenset[str]:
    """Their keys; the phone is only played where all is play."""
    own = settings.OWN_CLIENTS
    doors = {
        "shop": True,
        "browser": bool(settings.KIOSK_CLIENT_ID),
        "desktop": registration.CLIENT_ID in own,
        "phone": settings.DEMO and radio.CLIENT_ID in own,
        "station": bool(settings.STATION_CLIENT_ID),
    }
    return frozenset(key for key, is_open in doors.items() if is_open)


def behind(key: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a view that is not there while its door is closed."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if key not in open_doors():
                raise Http404
            return view(*args, **kwargs)

        return guarded

    return decorate
