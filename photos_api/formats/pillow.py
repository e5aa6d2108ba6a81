"""Pillow as it is used here: for the formats we take and no others.

Importing this registers HEIC, once for the process.
"""

import pi_heif  # type: ignore[import-untyped] # it has none
from PIL import Image

from photos_api.formats.kinds import KINDS

FORMATS = [kind.pillow for kind in KINDS if kind.pillow]
MOST_PIXELS = 80_000_000  # more is a bomb, not a photo

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
