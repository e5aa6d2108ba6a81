"""What people upload, before anybody knows who they are: kept in memory, and not all.

Forms are read before they are refused, so a stranger must not fill the disk with one.
"""

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from authserver.pictures import MAX_BYTES

LARGEST_FORM = 10 * MAX_BYTES  # as much as is read to say politely that it is too much


class InMemory(FileUploadHandler):
    """Of a file that is too large no more is kept than shows it."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803  # Django's name
        content_length: int,
        *_: Any,
        **__: Any,
    ) -> None:
        """Read nothing at all of what no picture can be."""
        if content_length > LARGEST_FORM:
            raise RequestDataTooBig("The form is too large.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing."""
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it, unless there is too much already."""
        if start <= MAX_BYTES:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """With its true size, by which the form refuses it."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
