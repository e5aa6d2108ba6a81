"""What a file tells about the photo or video in it."""

from dataclasses import dataclass
from datetime import datetime

EARLIEST, LATEST = (
    1826,
    2100,
)  # years: the first photograph, and a camera without a clock
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Description:
    """Only what can be believed; the rest is left at its default."""

    mime_type: str
    width: int  # as a person sees it: after the rotation the file asks for
    height: int
    camera_make: str = ""
    camera_model: str = ""
    focal_length: float | None = None  # millimetres
    aperture: float | None = None
    iso: int | None = None
    exposure_time: float | None = None  # seconds
    taken_at: datetime | None = None  # by the clock of the camera, as if that were UTC
    has_location: bool = False
    fps: float | None = None


def clean(text: object) -> str:
    """A name as it can be stored and shown: databases refuse the character zero."""
    if not isinstance(text, str):
        return ""
    shown = "".join(c for c in text[: 4 * LONGEST_NAME] if c.isprintable())
    return shown.strip()[:LONGEST_NAME]


def moment(text: object) -> datetime | None:
    """`2026:01:02 03:04:05` as EXIF has it; None for what is no moment of any photo."""
    told = str(text).strip("\0 ")[:19] + " +0000"
    try:
        return plausible(datetime.strptime(told, "%Y:%m:%d %H:%M:%S %z"))
    except ValueError:
        return None


def plausible(taken: datetime) -> datetime | None:
    """The moment, if somebody may have taken a photo then."""
    return taken if EARLIEST <= taken.year <= LATEST else None
