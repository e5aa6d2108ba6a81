"""The original for an app: without its place, and else every byte as it was.

Most name no place: then the file itself is sent. Of others a copy is kept for a week,
but for very large ones, which are changed on their way.
"""

from collections.abc import Iterator
from tempfile import TemporaryFile

from django.http import HttpResponseBase, StreamingHttpResponse

from photos_api import delivery, locations, once, storage
from photos_api.behind import Behind
from photos_api.models import Original

LABEL = "download"
LARGEST_COPY = 100_000_000  # bytes: written before anybody takes us for dead


def answer(photo: Behind) -> HttpResponseBase:
    """The file, as one to be saved."""
    original = photo.original
    kind = original.mime_type
    if original.byte_size > LARGEST_COPY and not original.is_placeless:
        streamed = StreamingHttpResponse(_blocks(original), content_type=kind)
        return delivery.to_be_saved(streamed, photo.filename, kind)
    sent = delivery.send(_name(original), kind)
    return delivery.to_be_saved(sent, photo.filename, kind)


def _name(original: Original) -> str:
    """Where a file lies that may be given out; it is made now if there is none."""
    if original.is_placeless:
        return storage.original_name(original.sha256)

    def make() -> None:
        with TemporaryFile() as plain:
            plain.writelines(_blocks(original))
            storage.keep_file(storage.made_name(original.sha256, LABEL), plain)

    return once.ensure(original, LABEL, make)


def _blocks(original: Original) -> Iterator[bytes]:
    with storage.open_stored(storage.original_name(original.sha256)) as file:
        yield from locations.without_location(file, original.mime_type)
