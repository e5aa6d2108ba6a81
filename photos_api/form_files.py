"""Files in forms, before anybody knows whose they are.

A form is read before it is refused, for the CSRF token in it, and what is large in one
goes to the disk: only people who are signed in may put anything there.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_OF_STRANGERS = 1_000_000  # bytes of a form; it stays in memory


class OfOwners(FileUploadHandler):
    """Lets the handlers behind it have the files of people we know."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's name
        content_length: int,
        *_: Any,
        **__: Any,
    ) -> None:
        """Read nothing at all of what a stranger has no reason to send."""
        if content_length <= LARGEST_OF_STRANGERS:
            return
        if self.request is None or not self.request.user.is_authenticated:
            raise RequestDataTooBig("The form is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to who has it."""
