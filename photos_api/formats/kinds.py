"""What a file is: by its first bytes, never by what somebody says about it."""

import re
from dataclasses import dataclass

HEAD = 256  # bytes that are enough to tell


class Refused(Exception):
    """A file we do not take; the sentence says why, to whoever sent it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A format we take."""

    mime_type: str
    extension: str
    pillow: str = ""  # how Pillow calls it; empty for videos, which it cannot read
    also: tuple[str, ...] = ()  # other extensions that files of this kind have

    @property
    def is_video(self) -> bool:
        """Stored and listed, but never decoded."""
        return not self.pillow

    def named(self, name: str) -> str:
        """That name, with our extension behind it if it has none of this kind."""
        known = name.lower().endswith((self.extension, *self.also))
        return name if known else f"{name}{self.extension}"


JPEG = Kind("image/jpeg", ".jpg", "JPEG", (".jpeg", ".jpe", ".jfif"))
PNG = Kind("image/png", ".png", "PNG")
GIF = Kind("image/gif", ".gif", "GIF")
WEBP = Kind("image/webp", ".webp", "WEBP")
TIFF = Kind("image/tiff", ".tif", "TIFF", (".tiff",))
BMP = Kind("image/bmp", ".bmp", "BMP")
AVIF = Kind("image/avif", ".avif", "AVIF")
HEIC = Kind("image/heic", ".heic", "HEIF", (".heif", ".hif"))
MP4 = Kind("video/mp4", ".mp4", also=(".m4v", ".3gp"))
QUICKTIME = Kind("video/quicktime", ".mov", also=(".qt",))
WEBM = Kind("video/webm", ".webm")
KINDS = (JPEG, PNG, GIF, WEBP, TIFF, BMP, AVIF, HEIC, MP4, QUICKTIME, WEBM)

_MAGIC = (
    (rb"\xff\xd8\xff", JPEG),
    (rb"\x89PNG\r\n\x1a\n", PNG),
    (rb"GIF8[79]a", GIF),
    (rb"RIFF....WEBPVP8[ LX]", WEBP),
    (rb"II\*\x00|MM\x00\*", TIFF),
    (rb"BM....\x00\x00\x00\x00", BMP),
    (rb"\x1aE\xdf\xa3.*\x42\x82.{1,8}webm", WEBM),
)
# Brands of ISO/IEC 14496-12 and its relatives, the first one that is known decides.
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), HEIC),
    b"qt  ": QUICKTIME,
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1"), MP4),
    **dict.fromkeys((b"mp41", b"mp42", b"M4V ", b"3gp4", b"3gp5", b"MSNV"), MP4),
}
_ONLY_STILLS = {b"mif1", b"msf1"}  # says HEIF, not yet with which codec


def sniff(head: bytes) -> Kind:
    """The kind of a file, of which these are the first HEAD bytes; raises Refused."""
    for magic, kind in _MAGIC:
        if re.match(magic, head, re.DOTALL):
            return kind
    if head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4])
        named = [head[8:12], *_in_fours(head[16 : min(size, HEAD)])]
        for brand in named:
            if brand in _BRANDS:
                return _BRANDS[brand]
    raise Refused(
        "This is not a photo or video of a kind we know: JPEG, PNG, GIF, WebP, TIFF, "
        "BMP, AVIF, HEIC, MP4, MOV or WebM."
    )


def of_type(mime_type: str) -> Kind:
    """The kind with that type, of which there is one."""
    return next(kind for kind in KINDS if kind.mime_type == mime_type)


def _in_fours(brands: bytes) -> list[bytes]:
    return [brands[i : i + 4] for i in range(0, len(brands) - 3, 4)]
