"""Pictures people upload: read within limits, drawn again here, served as PNG.

What is served is never the file that was sent, and never fetched from elsewhere.
"""

import hashlib
import io
import warnings

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image, ImageOps

from authserver.models import User, UserPicture

FORMATS = ("PNG", "JPEG", "WEBP")
ACCEPT = "image/png,image/jpeg,image/webp"
MAX_BYTES = 1_048_576
MAX_PIXELS = 16_000_000  # a small file may unfold into an enormous picture
SIDE = 256
TOO_LARGE = "The picture has more than 16 million pixels."
UNREADABLE = "This is not a PNG, JPEG or WebP picture."


class PictureField(forms.FileField):
    """An uploaded picture, as the bytes of a PNG of ours."""

    widget = forms.FileInput({"accept": ACCEPT})

    def clean(self, data: object, initial: object = None) -> bytes | None:
        """Draw it again; raises ValidationError."""
        upload = super().clean(data, initial)
        return redraw(upload) if isinstance(upload, UploadedFile) else None


def redraw(upload: UploadedFile) -> bytes:
    """A PNG of 256 × 256 pixels without metadata; raises ValidationError."""
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError("The picture is larger than 1 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _drawn(upload)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise ValidationError(TOO_LARGE) from problem
    except ValidationError:
        raise
    except Exception as problem:  # a decoder that meets any bytes may raise anything
        raise ValidationError(UNREADABLE) from problem


def digest(png: bytes) -> str:
    """What its address holds, so that it may be kept forever."""
    return hashlib.sha256(png).hexdigest()


def keep(user: User, png: bytes) -> str:
    """Keep a person's picture in place of another; returns its address."""
    fresh = {"png": png, "digest": digest(png)}
    UserPicture.objects.update_or_create(user=user, defaults=fresh)
    return f"{settings.URL}{reverse('picture', args=[fresh['digest']])}"


def served(png: bytes | memoryview) -> HttpResponse:
    """The picture under an address that never shows another one."""
    response = HttpResponse(bytes(png), content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _drawn(upload: UploadedFile) -> bytes:
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError(TOO_LARGE)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    square = ImageOps.pad(upright, (SIDE, SIDE), color=(0, 0, 0, 0))
    drawn = io.BytesIO()
    square.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()
