"""Draw a sample picture into a JPEG, as if a camera had taken it."""

import io

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photos_api.samples.brushes import Canvas
from photos_api.samples.catalogue import SAMPLES, Sample

# EXIF tags and directories.
MAKE, MODEL, SOFTWARE, DATE_TIME, EXIF, GPS = 0x10F, 0x110, 0x131, 0x132, 0x8769, 0x8825
EXPOSURE, APERTURE, ISO, FOCAL_LENGTH = 0x829A, 0x829D, 0x8827, 0x920A
TAKEN, DIGITISED, OFFSET, TITLE = 0x9003, 0x9004, 0x9011, 0x10E


def draw(name: str) -> bytes:
    """The JPEG of the sample with that name."""
    sample = next(s for s in SAMPLES if s.name == name)
    canvas = Canvas(sample.size, sample.name)
    sample.paint(canvas)
    file = io.BytesIO()
    picture = canvas.finish(grain=sample.grain)
    picture.save(file, "JPEG", quality=90, subsampling="4:2:0", exif=_exif(sample))
    return file.getvalue()


def _exif(sample: Sample) -> Image.Exif:
    exif = Image.Exif()
    taken = sample.taken.strftime("%Y:%m:%d %H:%M:%S")
    exif.update({TITLE: sample.title, MAKE: sample.camera.make, DATE_TIME: taken})
    exif[MODEL] = sample.camera.model
    exif.get_ifd(EXIF).update(
        {
            EXPOSURE: IFDRational(*sample.camera.exposure),
            APERTURE: sample.camera.aperture,
            ISO: sample.camera.iso,
            FOCAL_LENGTH: sample.camera.focal_length,
            TAKEN: taken,
            DIGITISED: taken,
            OFFSET: "+00:00",
        }
    )
    if sample.place:
        north, east = sample.place
        exif.get_ifd(GPS).update(
            {
                1: "N" if north >= 0 else "S",
                2: _degrees(north),
                3: "E" if east >= 0 else "W",
                4: _degrees(east),
            }
        )
    return exif


def _degrees(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    minutes, seconds = divmod(abs(angle) * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 2)
