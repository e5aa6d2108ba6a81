"""The bytes behind a base URL: pictures in any size, photos and videos as they came.

A Library URL opens by itself, as Google's do: who holds it was given it. A Picker URL
needs the token of the app it was handed to, and so ends with that. A token that comes
with a Library URL all the same must be good, and of the app the URL was handed to.
"""

from typing import cast

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request

from photos_api import delivery, downloads, reading_log, renditions
from photos_api.authentication import PhotosRequest
from photos_api.base_urls import HOW, BaseURL, Wish
from photos_api.behind import Behind
from photos_api.methods import Method, MethodView
from photos_api.models import Reading
from photos_api.permissions import (
    LIBRARY_READ,
    PICKER,
    HasScope,
    demand,
    demand_sign_in,
    verb,
)
from photos_api.problems import InvalidArgument, NoCredentials, NotFound
from photos_api.renditions import Rendition

SCOPE_OF = {"library": LIBRARY_READ, "picker": PICKER}


class HoldsBaseURL(HasScope):
    """A Library URL is a key; for everything else a token is needed."""

    def has_permission(self, request: Request, view: object) -> bool:
        """True, or the refusal that says what is missing."""
        if request.auth is None and verb(request) == "GET":
            address: str = getattr(view, "kwargs", {})["address"]
            if BaseURL.parse(address.partition("=")[0]).surface == "library":
                return True
        return super().has_permission(request, view)


class MediaBytes(MethodView):
    """`GET <base URL>=<wish>`"""

    permission_classes = [HoldsBaseURL]
    # Any live token: which scope it needs stands in the base URL.
    methods = {"GET": Method("bytes", scopes=())}
    counts = "bytes"

    def app_of(self, request: Request) -> str:
        """The app that the base URL was handed to, where it comes without a token."""
        if request.auth is not None:
            return super().app_of(request)
        return BaseURL.parse(self.kwargs["address"].partition("=")[0]).client_id

    def get(self, request: Request, address: str) -> HttpResponseBase:
        """The picture, or 304 when the app has it already."""
        signed, equals, wished = address.partition("=")
        base_url = BaseURL.parse(signed)
        photo = _photo(request, base_url)
        if not equals:
            raise InvalidArgument(HOW)
        wish = Wish.parse(wished)
        if wish.download:
            _demand_sign_in(request)
        return delivery.unless_known(
            request._request,  # noqa: SLF001 # what Django's own helper takes
            f"{photo.original.sha256}={wished}",
            base_url.cache_control,
            lambda: _noted(_file(photo, wish), base_url, wish),
        )


def _photo(request: Request, base_url: BaseURL) -> Behind:
    """The photo, if it is there and a token that came along may see it."""
    token = None
    if request.auth is not None:
        demand(cast("PhotosRequest", request), SCOPE_OF[base_url.surface])
        token = cast("PhotosRequest", request).auth
    photo = None
    if token is None or token.client_id == base_url.client_id:
        photo = Behind.find(base_url, token)
    if photo is None:
        raise NotFound("There is nothing at this address.")
    return photo


def _demand_sign_in(request: Request) -> None:
    """Originals may need a person who signed in lately, which only a token can show."""
    max_age, acr_values = settings.ORIGINALS_MAX_AGE, settings.ORIGINALS_ACR_VALUES
    if max_age is None and not acr_values:
        return
    if request.auth is None:
        raise NoCredentials("Request had no access token.")
    demand_sign_in(cast("PhotosRequest", request).auth, max_age, acr_values)


def _noted(
    response: HttpResponseBase, base_url: BaseURL, wish: Wish
) -> HttpResponseBase:
    """The answer, once it is written down who gets it."""
    what = Reading.What.ORIGINAL if wish.download else Reading.What.PICTURE
    reading_log.of_process().read(base_url.photo_id, base_url.client_id, what)
    return response


def _file(photo: Behind, wish: Wish) -> HttpResponseBase:
    original = photo.original
    if not wish.download:
        made = renditions.ensure(Rendition.wished(original, wish))
        return delivery.send(made, "image/jpeg")
    if (wish.download == "dv") != original.is_video:
        raise InvalidArgument(
            "This is a video: append =dv for its file, or a size for a still."
            if original.is_video
            else "This is a photo: append =d for the original."
        )
    return downloads.answer(photo)
