"""Pictures and rows for the benchmark: run with the settings of photos_api.

python -m bench.prepare_photos COMMAND …: the functions below, with their arguments.
"""

import sys
from pathlib import Path

import django
from django.utils import timezone

django.setup()

from photos_api import intake, renditions  # noqa: E402 # the settings come first
from photos_api.base_urls import BaseURL, Wish  # noqa: E402
from photos_api.models import Person, Photo  # noqa: E402
from photos_api.renditions import Rendition  # noqa: E402
from photos_api.samples.drawing import draw  # noqa: E402

NEAR = 10  # pixels
SAMPLE = "mountain-lake"  # 12 megapixels, more detail than most


def picture(file: str) -> str:
    """A JPEG of 12 megapixels."""
    Path(file).write_bytes(draw(SAMPLE))
    return file


def photo(file: str, iss: str, sub: str) -> str:
    """A photo in somebody's library, all its kept sizes made; its id."""
    owner = Person.objects.met(iss=iss, sub=sub)
    original = intake.keep(Path(file).read_bytes())
    renditions.make_ladder(original)
    made = Photo.objects.create(
        owner=owner,
        original=original,
        filename="photo.jpg",
        creation_time=timezone.now(),
    )
    return made.pk


def wish(photo_id: str, size: str) -> str:
    """How wide a rendition of it has to be for about so many bytes."""
    original = Photo.objects.get(pk=photo_id).original
    low, high = 200, 2500
    while high - low > NEAR:  # bytes grow with pixels
        width = (low + high) // 2
        [made] = renditions.make([Rendition.wished(original, Wish(width))])
        low, high = (width, high) if len(made) < int(size) else (low, width)
    return f"w{low}"


def base_url(surface: str, photo_id: str, client_id: str) -> str:
    """As it stands in an answer of the API."""
    return str(BaseURL(surface, photo_id, client_id))


COMMANDS = {f.__name__: f for f in (picture, photo, wish, base_url)}

if __name__ == "__main__":
    sys.stdout.write(COMMANDS[sys.argv[1]](*sys.argv[2:]))
