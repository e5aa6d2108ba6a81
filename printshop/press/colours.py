"""Colours: whatever a photo came with becomes sRGB, with its profile."""

import io
from functools import cache

from PIL import Image, ImageCms

SIXTEEN_BITS = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N"})


def plain(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be scaled well; opaque ones stay as small.

    A palette cannot be scaled, and sixteen bits are more than paper shows.
    """
    if image.mode in SIXTEEN_BITS:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"RGB", "L", "CMYK"}:
        return image
    return image.convert("RGB")


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB; transparency becomes paper."""
    if image.mode == "RGBA":
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper.convert("RGB")
    if profile and profile != SRGB:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = _srgb_profile()
            converted = ImageCms.profileToProfile(
                image, source, target, outputMode="RGB"
            )
            return converted or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: take the numbers for sRGB, as browsers do
    return image if image.mode == "RGB" else image.convert("RGB")


@cache
def _srgb_profile() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _timeless() -> bytes:
    """The sRGB profile, without the time at which it was made."""
    profile = _srgb_profile().tobytes()
    epoch = bytes((7, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 1 January 2000
    return profile[:24] + epoch + profile[36:]


SRGB = _timeless()
