"""Sample pictures of the night sky."""

# ruff: noqa: PLR2004 # the numbers are the picture
# mypy: disable-error-code="misc"

import math

from PIL import Image, ImageChops

from photos_api.samples.brushes import Canvas, gradient
from photos_api.samples.pen import Pen


def moonlit_sea(c: Canvas) -> None:
    """A full moon and its road on the water."""
    c.sky((0, "#050b1c"), (0.35, "#10264a"), (0.62, "#2f5480"))
    c.stars(500, 0.55)
    c.glow((0.52, 0.27), 0.75, "#7fa6d6", 0.55)
    c.disc((0.52, 0.27), 0.085, "#f5efdc", soft=0.002)
    for x, y, r in (
        (0.49, 0.255, 0.02),
        (0.545, 0.27, 0.028),
        (0.515, 0.295, 0.017),
        (0.56, 0.25, 0.012),
        (0.5, 0.285, 0.01),
    ):
        c.disc((x, y), r, "#cfc7b2", soft=0.006)
    c.clouds("#6f8db5", top=0.25, bottom=0.64, cover=0.42, strength=0.6, cells=(2, 12))
    c.band(0.62, 1.0, [(0, "#3a5f8a"), (0.12, "#1c3a61"), (1, "#040a17")])
    c.texture(0.6, cells=(4, 60), top=0.62)
    c.glitter(0.52, 0.622, "#f6edcf", width=0.13, count=900, spread=1.6)
    c.fill(
        "#081021",
        lambda pen: pen.shape(
            [
                (-0.01, 0.585),
                (0.09, 0.57),
                (0.18, 0.595),
                (0.27, 0.615),
                (0.33, 0.623),
                (-0.01, 0.626),
            ]
        ),
    )


def aurora(c: Canvas) -> None:
    """Green light over the firs, and in the lake below."""
    c.sky((0, "#03061a"), (0.4, "#0a1d36"), (0.7, "#143a4c"))
    c.stars(900, 0.65)
    for colour, height, strength in (
        ("#2bff9a", 0.36, 0.8),
        ("#35e0c0", 0.26, 0.6),
        ("#9a5cff", 0.18, 0.55),
    ):
        _curtain(c, colour, height, strength)
    c.land(c.ridge(0.64, 0.04), [(0, "#0b2230"), (1, "#0a1c27")])
    line = c.ridge(0.7, 0.02)
    c.land(line, [(0, "#050d12"), (1, "#03080c")])

    def wood(pen: Pen) -> None:
        for _ in range(150):
            x, y = c.random.choice(line)
            pen.conifer((x, y + 0.015), c.random.uniform(0.05, 0.16), c.random)

    c.fill("#03090d", wood)
    c.mirror(0.75, dark=0.7, tint="#06202a")


def _curtain(c: Canvas, colour: str, height: float, strength: float) -> None:
    """One veil: a wavy lower edge, rays that fade upwards."""
    small = 600, round(600 * c.height / c.width)
    veil = Image.new("L", small)
    rays = Image.frombytes("L", (90, 1), c.random.randbytes(90)).resize(
        (small[0], 1), Image.Resampling.BICUBIC
    )
    bright = rays.tobytes()
    fade = gradient(
        (1, 256), [(0, "#000000"), (0.55, "#555555"), (0.9, "#ffffff"), (1, "#000000")]
    ).convert("L")
    phase, base = c.random.uniform(0, 6), c.random.uniform(0.44, 0.56)
    for x in range(small[0]):
        at = x / small[0]
        foot = (
            base
            + 0.07 * math.sin(phase + at * 5)
            + 0.03 * math.sin(phase * 3 + at * 13)
        )
        light = (0.35 + 0.65 * bright[x] / 255) * (
            0.45 + 0.55 * math.sin(phase + at * 3.1) ** 2
        )
        tall = height * (0.7 + 0.5 * bright[x] / 255)
        strip = fade.resize((1, max(1, round(tall * small[1]))))
        strip = strip.point([round(v * light * strength) for v in range(256)])
        veil.paste(strip, (x, round((foot - tall) * small[1])))
    mask = veil.resize(c.size, Image.Resampling.BICUBIC)
    light_ = Image.composite(
        Image.new("RGB", c.size, colour), Image.new("RGB", c.size), mask
    )
    c.image = ImageChops.screen(c.image, light_)


def milky_way(c: Canvas) -> None:
    """The galaxy above a lonely watcher."""
    c.sky((0, "#060a1f"), (0.5, "#14214a"), (0.8, "#3b3f6d"), (0.92, "#a2676b"))
    band = c.noise(4, 5, 7)
    size = band.size
    core = gradient(
        (size[0] * 2, size[1] * 2),
        [
            (0.3, "#000000"),
            (0.46, "#8a8a8a"),
            (0.52, "#ffffff"),
            (0.58, "#8a8a8a"),
            (0.72, "#000000"),
        ],
        across=True,
    ).convert("L")
    core = core.rotate(-24, Image.Resampling.BILINEAR).crop(
        (size[0] // 2, size[1] // 2, size[0] // 2 + size[0], size[1] // 2 + size[1])
    )
    glow = ImageChops.multiply(
        core, band.point([min(255, round(40 + v * 0.95)) for v in range(256)])
    )
    mask = glow.resize(c.size, Image.Resampling.BICUBIC)
    for colour, share in (("#8f9be0", 0.75), ("#f2d3c4", 0.5)):
        thin = mask.point(
            [
                round(255 * share * (v / 255) ** (1.2 if share > 0.6 else 2.4))
                for v in range(256)
            ]
        )
        c.image = ImageChops.screen(
            c.image,
            Image.composite(
                Image.new("RGB", c.size, colour), Image.new("RGB", c.size), thin
            ),
        )
    c.stars(2600, 0.9)
    c.land(c.ridge(0.87, 0.05), [(0, "#2a2440"), (1, "#1a1730")])
    c.land(c.ridge(0.93, 0.03), [(0, "#0a0a16"), (1, "#05050c")])

    def watcher(pen: Pen) -> None:
        pen.disc((0.3, 0.877), 0.0085)
        pen.shape(
            [
                (0.287, 0.905),
                (0.293, 0.886),
                (0.307, 0.886),
                (0.313, 0.905),
                (0.309, 0.94),
                (0.291, 0.94),
            ]
        )

    c.fill("#05050c", watcher)
    c.glow((0.3, 0.872), 0.03, "#ffe9b0", 0.5)
