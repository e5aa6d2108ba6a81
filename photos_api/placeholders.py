"""What to show while a picture loads: a colour, and a blurred likeness in 25 bytes.

The likeness is a ThumbHash, as evanw.github.io/thumbhash describes it: the average
colour and the lowest frequencies of a cosine transform of lightness, yellow-blue and
red-green, in 4 bits each. One cannot see through ours: its fourth channel is left out.
"""

import base64
from collections.abc import Sequence
from math import cos, floor, pi

from PIL import Image

SIDE = 32  # pixels of the longer side: the highest frequency has seven waves
DETAIL = 7  # frequencies of the lightness along the longer side
COLOUR = 3  # frequencies of the colours along either
FAINT = 1e-6  # weaker than this a wave is the noise of our own adding up
PALETTE = 8  # colours that a picture is reduced to before the most frequent is taken

Plane = Sequence[float]


def dominant_color(picture: Image.Image) -> str:
    """The colour that most of it has, more or less: `#7a8f31`."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    few = small.quantize(PALETTE)
    counted: list[tuple[int, int]] = few.getcolors() or []  # type: ignore[assignment] # indices
    _, most = max(counted)
    red, green, blue = (few.getpalette() or [])[3 * most : 3 * most + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def thumbhash(picture: Image.Image) -> str:
    """The hash in base64."""
    small = picture.convert("RGB")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    found = encoded(small.width, small.height, small.tobytes())
    return base64.b64encode(found).decode()


def encoded(width: int, height: int, rgb: bytes) -> bytes:
    """The hash of so many pixels, three bytes each, row by row."""
    red, green, blue = ([n / 255 for n in rgb[c::3]] for c in range(3))
    colours = list(zip(red, green, blue, strict=True))
    lightness = [(r + g + b) / 3 for r, g, b in colours]
    yellow = [(r + g) / 2 - b for r, g, b in colours]
    reddish = [r - g for r, g, _ in colours]
    across, down = (
        max(1, nearest(DETAIL * side / max(width, height))) for side in (width, height)
    )
    size = (width, height)
    l_mean, l_waves, l_scale = _waves(lightness, size, max(3, across), max(3, down))
    p_mean, p_waves, p_scale = _waves(yellow, size, COLOUR, COLOUR)
    q_mean, q_waves, q_scale = _waves(reddish, size, COLOUR, COLOUR)
    landscape = width > height
    head = (
        nearest(63 * l_mean)
        | nearest(31.5 + 31.5 * p_mean) << 6
        | nearest(31.5 + 31.5 * q_mean) << 12
        | nearest(31 * l_scale) << 18
    )
    shape = (
        (down if landscape else across)
        | nearest(63 * p_scale) << 3
        | nearest(63 * q_scale) << 9
        | landscape << 15
    )
    waves = [*l_waves, *p_waves, *q_waves]
    pairs = zip(waves[::2], [*waves[1::2], 0], strict=False)
    told = bytes(low | high << 4 for low, high in pairs)
    return head.to_bytes(3, "little") + shape.to_bytes(2, "little") + told


def nearest(number: float) -> int:
    """A half goes up, unlike in Python."""
    return floor(number + 0.5)


def _waves(
    plane: Plane, size: tuple[int, int], across: int, down: int
) -> tuple[float, list[int], float]:
    """The average; each frequency in 16 steps; how strong the strongest is."""
    width, height = size
    rows = [plane[y * width : (y + 1) * width] for y in range(height)]
    mean, found = 0.0, []
    for cx in range(across):
        wave = [cos(pi / width * cx * (x + 0.5)) for x in range(width)]
        columns = [sum(p * w for p, w in zip(row, wave, strict=True)) for row in rows]
        for cy in range(down):
            if cx * down >= across * (down - cy):
                continue  # only the half of the low frequencies
            strength = sum(
                c * cos(pi / height * cy * (y + 0.5)) for y, c in enumerate(columns)
            ) / (width * height)
            if cx or cy:
                found.append((cy, cx, strength))
            else:
                mean = strength
    strengths = [strength for _, _, strength in sorted(found)]
    scale = max(map(abs, strengths), default=0.0)
    if scale < FAINT:
        return mean, [0] * len(strengths), 0.0
    return mean, [nearest(7.5 + 7.5 * s / scale) for s in strengths], scale
