"""The bytes of a request as they come: with a length or in chunks, never all at once.

Under WSGI `request.body` is empty when the client sent chunks (RFC 9112 §7.1), so they
are read from the server's own stream, which must know where they end.
"""

from collections.abc import Callable, Iterator

from django.http import HttpRequest

from photos_api.problems import InvalidArgument, LengthRequired


class CutOff(InvalidArgument):
    """The connection ended before the body did: nobody reads this answer."""


class Body:
    """A body that can be read once, in blocks."""

    def __init__(self, request: HttpRequest) -> None:
        self.received = 0
        self.length: int | None = int(request.META.get("CONTENT_LENGTH") or 0)
        self._read: Callable[[int], bytes] = request.read
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            if not request.META.get("wsgi.input_terminated"):
                raise LengthRequired("Send the body with its Content-Length.")
            self.length = None
            self._read = request.META["wsgi.input"].read

    def blocks(self, size: int) -> Iterator[bytes]:
        """Blocks of that many bytes, the last one shorter; raises CutOff.

        A body in chunks that is cut off cannot be told from one that ended there: who
        takes one must have another way of knowing that it is whole.
        """
        while block := self._block(size):
            self.received += len(block)
            yield block
        if self.length is not None and self.received < self.length:
            raise CutOff("The body ended before its Content-Length was reached.")

    def _block(self, size: int) -> bytes:
        parts: list[bytes] = []
        missing = size
        try:
            while missing and (part := self._read(missing)):
                parts.append(part)
                missing -= len(part)
        except OSError as error:
            raise CutOff("The body could not be read to its end.") from error
        return b"".join(parts)
