"""The bytes behind a base URL: for the app it was handed to, while its token lives."""

from io import BytesIO

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from photos_api import renditions
from photos_api.authentication import PhotosRequest
from photos_api.base_urls import HOW, BaseURL, Wish
from photos_api.methods import Method, MethodView
from photos_api.models import Photo
from photos_api.permissions import LIBRARY_READ, PICKER, demand
from photos_api.problems import InvalidArgument, NotFound

SCOPE_OF = {"library": LIBRARY_READ, "picker": PICKER}


class MediaBytes(MethodView):
    """`GET <base URL>=<wish>`, with the bearer token for the URLs of both APIs.

    Google demands it at the Picker's base URLs only; here a URL alone opens nothing.
    """

    # Any live token: which scope it needs stands in the base URL.
    methods = {"GET": Method("bytes", scopes=())}

    def get(self, request: PhotosRequest, address: str) -> HttpResponseBase:
        """The picture, or 304 when the app has it already."""
        signed, equals, wished = address.partition("=")
        base_url = BaseURL.parse(signed)
        demand(request, SCOPE_OF[base_url.surface])
        photo = _photo(request, base_url)
        if not equals:
            raise InvalidArgument(HOW)
        wish = Wish.parse(wished)
        etag = quote_etag(f"{photo.original_id}={wished}")
        unchanged = get_conditional_response(request._request, etag=etag)  # noqa: SLF001
        response = unchanged or _answer(photo, wish)
        response["ETag"] = etag
        response["Cache-Control"] = "private, max-age=3600"
        return response


def _photo(request: PhotosRequest, base_url: BaseURL) -> Photo:
    """The photo, if this token's person owns it and its app was handed the URL."""
    mine = Photo.objects.owned_by(request.user).filter(pk=base_url.photo_id)
    photo = mine.select_related("original").first()
    if photo is None or request.auth.client_id != base_url.client_id:
        raise NotFound("There is nothing at this address.")
    return photo


def _answer(photo: Photo, wish: Wish) -> HttpResponseBase:
    if wish.download:
        return FileResponse(
            BytesIO(renditions.download(photo.original)),
            as_attachment=True,
            filename=photo.filename,
            content_type=photo.original.mime_type,
        )
    made = renditions.rendition(photo.original, wish)
    return HttpResponse(made, content_type="image/jpeg")
