"""Photos that integrators send: bytes, never addresses."""

import hashlib
import tempfile
import threading
from typing import IO

from printshop import press, storage
from printshop.models import Original
from printshop.models.selections import OriginalQuerySet
from printshop.orders_api.authentication import OrdersRequest
from printshop.orders_api.problems import (
    Invalid,
    LengthRequired,
    TooLarge,
    TooMany,
    UnsupportedMediaType,
)

LARGEST = 50 * 1024 * 1024  # bytes
MOST_WAITING = 500  # photos of a customer and integrator that are in no order
BLOCK = 256 * 1024
TYPES = ("application/octet-stream", "image/")
ONE_AT_A_TIME = threading.Lock()  # a picture that is unpacked takes memory


def sent_by(who: OrdersRequest) -> OriginalQuerySet:
    """Those which this integrator sent for this customer."""
    mine = Original.objects.filter(customer=who.user, client_id=who.auth.client_id)
    return mine.filter(selection=None)


def receive(request: OrdersRequest, name: str) -> Original:
    """The photo in the body, kept under that name; raises a Problem."""
    _check(request)
    with tempfile.TemporaryFile() as file:
        sha256 = _read(request, file)
        try:
            with ONE_AT_A_TIME:
                size = press.measure(file)
        except press.Unprintable as error:
            raise Invalid(str(error)) from error
        kept = storage.keep("originals", "", file)
    return Original.objects.create(
        customer=request.user,
        client_id=request.auth.client_id,
        filename=name or "photo",
        state=Original.State.HERE,
        file=kept,
        sha256=sha256,
        width=size.width,
        height=size.height,
    )


def _check(request: OrdersRequest) -> None:
    """Whatever can be said before reading it."""
    if not (request.content_type or "").lower().startswith(TYPES):
        raise UnsupportedMediaType("Send the photo itself, as image/jpeg for example.")
    length = request.META.get("CONTENT_LENGTH") or ""
    if request.META.get("HTTP_TRANSFER_ENCODING") or not length.isdecimal():
        raise LengthRequired("Send the photo with its Content-Length.")
    if len(length) > len(str(LARGEST)) or int(length) > LARGEST:
        raise TooLarge(f"The photo is larger than {LARGEST} bytes.")
    if sent_by(request).filter(placements=None).count() >= MOST_WAITING:
        raise TooMany(f"{MOST_WAITING} photos wait to be ordered: order some first.")


def _read(request: OrdersRequest, file: IO[bytes]) -> str:
    """Copy the body; returns its SHA-256."""
    sha256 = hashlib.sha256()
    missing = int(request.META["CONTENT_LENGTH"])
    while missing:
        try:
            block = request._request.read(min(BLOCK, missing))  # noqa: SLF001 # in parts
        except OSError as error:
            raise Invalid("The body could not be read to its end.") from error
        if not block:
            raise Invalid("The body ended before its Content-Length was reached.")
        missing -= len(block)
        sha256.update(block)
        file.write(block)
    return sha256.hexdigest()
