"""Sample pictures of evenings out and in."""

# ruff: noqa: PLR2004 # the numbers are the picture
# mypy: disable-error-code="misc"

import math

from PIL import Image, ImageChops, ImageFilter

from photos_api.samples.brushes import Canvas, mix
from photos_api.samples.pen import Pen, Point


def ferris_wheel(c: Canvas) -> None:
    """A fair at dusk."""
    c.sky((0, "#1b1f4f"), (0.4, "#6a3f86"), (0.7, "#e0707f"), (0.88, "#ffb98a"))
    c.clouds("#ff9fa0", top=0.1, bottom=0.85, cover=0.4, strength=0.45, cells=(2, 9))
    c.stars(160, 0.35)
    hub, radius, ratio = (0.58, 0.47), 0.215, c.width / c.height
    rim = [
        (hub[0] + radius * math.cos(a), hub[1] + radius * ratio * math.sin(a))
        for a in [i * math.tau / 20 for i in range(20)]
    ]

    def frame(pen: Pen) -> None:
        pen.line([hub, (0.47, 0.93)], 0.006)
        pen.line([hub, (0.69, 0.93)], 0.006)
        pen.ring(hub, radius, 0.0035)
        pen.ring(hub, radius * 0.86, 0.0022)
        for point in rim:
            pen.line([hub, point], 0.0014)
        pen.disc(hub, 0.014)

    c.fill("#1d1233", frame)
    for i, (x, y) in enumerate(rim):
        colour = ["#ffd166", "#ef6f6c", "#7bdff2", "#f7a6d8", "#b8f2a0"][i % 5]
        c.fill(
            "#22163a",
            lambda pen, x=x, y=y: pen.shape(
                [
                    (x - 0.011, y + 0.008),
                    (x + 0.011, y + 0.008),
                    (x + 0.009, y + 0.034),
                    (x - 0.009, y + 0.034),
                ]
            ),
        )
        c.fill(
            colour,
            lambda pen, x=x, y=y: pen.box(x - 0.0085, y + 0.013, x + 0.0085, y + 0.021),
        )
        c.glow((x, y + 0.015), 0.03, colour, 0.8)
        c.fill("#fff6dc", lambda pen, x=x, y=y: pen.disc((x, y), 0.003))
    c.fill("#160d29", lambda pen: pen.box(0, 0.925, 1, 1.01))
    for i in range(9):
        x = 0.02 + i * 0.115 + c.random.uniform(-0.02, 0.02)
        _tent(
            c,
            x,
            0.05 * c.random.uniform(0.8, 1.2),
            ["#8c2f4b", "#2f4a7a", "#7a5a2b"][i % 3],
        )
    lamps = [
        (i / 60, 0.875 + 0.012 * math.sin(i * math.pi / 5) ** 2) for i in range(61)
    ]
    c.fill("#ffe6ad", lambda pen: [pen.disc(p, 0.0022) for p in lamps] and None)
    for p in lamps[::3]:
        c.glow(p, 0.035, "#ffc873", 0.55)


def _tent(c: Canvas, x: float, size: float, colour: str) -> None:
    c.fill(
        colour,
        lambda pen: (
            (
                pen.shape([(x - size, 0.9), (x, 0.83), (x + size, 0.9)]),
                pen.box(x - size * 0.86, 0.9, x + size * 0.86, 0.97),
            )
        ),
    )
    c.fill(
        mix(colour, "#ffe9c4", 0.45),
        lambda pen: (
            [
                pen.shape(
                    [(x + size * k, 0.9), (x, 0.83), (x + size * (k + 0.22), 0.9)]
                )
                for k in (-0.8, -0.3, 0.2, 0.62)
            ]
        ),
        strength=0.75,
    )


def bokeh(c: Canvas) -> None:
    """A street at night, out of focus."""
    c.sky((0, "#0b0d1e"), (0.5, "#221433"), (1, "#0d0a16"))
    palette = [
        "#ffb347",
        "#ff6b4a",
        "#ffd98a",
        "#5ec8ff",
        "#ff7fb0",
        "#9affc4",
        "#ffffff",
    ]
    for ring in range(3):
        for _ in range(34 - 8 * ring):
            at = c.random.random(), min(1, max(0, c.random.gauss(0.5, 0.24)))
            radius = (0.018, 0.036, 0.062)[ring] * c.random.uniform(0.7, 1.3)
            colour = c.random.choice(palette)
            strength = (0.85, 0.5, 0.3)[ring] * c.random.uniform(0.6, 1)
            c.glow(at, radius * 2.2, colour, strength * 0.35)
            _lens(c, at, radius, colour, strength)
    c.image = ImageChops.screen(
        c.image,
        c.image.resize((c.width // 16, c.height // 16), Image.Resampling.BOX)
        .filter(ImageFilter.GaussianBlur(9))
        .resize(c.size, Image.Resampling.BICUBIC),
    )


def _lens(c: Canvas, at: Point, radius: float, colour: str, strength: float) -> None:
    """One light as a lens shows it: a disc with a brighter edge."""
    side = max(8, round(radius * c.width * 2.2))
    pen = Pen((side, side))
    pen.disc((0.5, 0.5), 0.45)
    mask = pen.mask().point([round(v * strength * 0.7) for v in range(256)])
    edge = Pen((side, side))
    edge.ring((0.5, 0.5), 0.45, 0.03)
    mask = ImageChops.add(
        mask, edge.mask().point([round(v * strength * 0.35) for v in range(256)])
    )
    mask = mask.filter(ImageFilter.GaussianBlur(side * 0.008 + 0.6))
    light = Image.composite(
        Image.new("RGB", mask.size, colour), Image.new("RGB", mask.size), mask
    )
    c.screen(
        light, (round(at[0] * c.width - side / 2), round(at[1] * c.height - side / 2))
    )


def rainy_window(c: Canvas) -> None:
    """Drops on the glass, the evening behind it."""
    c.sky((0, "#223049"), (0.45, "#3f4f66"), (1, "#1b2231"))
    for _ in range(46):
        at = c.random.random(), min(1, max(0, c.random.gauss(0.58, 0.2)))
        colour = c.random.choice(
            ["#ffb765", "#ff7d54", "#ffe0a3", "#77b7ff", "#e46a8a"]
        )
        c.glow(at, c.random.uniform(0.08, 0.26), colour, c.random.uniform(0.35, 0.8))
    c.image = (
        c.image.resize((c.width // 20, c.height // 20), Image.Resampling.BOX)
        .filter(ImageFilter.GaussianBlur(3))
        .resize(c.size, Image.Resampling.BICUBIC)
    )
    behind = c.image.copy()
    # A drop is a lens: the street stands on its head in it, and brighter.
    turned = behind.transpose(Image.Transpose.ROTATE_180).point(
        [min(255, round(v * 1.5 + 8)) for v in range(256)] * 3
    )
    drops = _drops(c)
    ratio = c.width / c.height
    c.fill(
        "#0c111b",
        lambda pen: (
            [
                pen.oval((x, y + r * 0.22 * ratio), r * 1.06, r * 1.16)
                for x, y, r in drops
            ]
        ),
        soft=0.0022,
        strength=0.6,
    )
    c.fill(turned, lambda pen: [pen.oval((x, y), r, r * 1.1) for x, y, r in drops])
    c.fill(
        "#101724",
        lambda pen: (
            [
                pen.oval((x, y - r * 0.5 * ratio), r * 0.72, r * 0.42)
                for x, y, r in drops
                if r > 0.004
            ]
        ),
        soft=0.003,
        strength=0.4,
    )
    c.fill(
        "#ffffff",
        lambda pen: (
            [
                pen.oval((x - r * 0.3, y + r * 0.5 * ratio), r * 0.24, r * 0.13)
                for x, y, r in drops
                if r > 0.003
            ]
        ),
        soft=0.0012,
        strength=0.85,
    )


def _drops(c: Canvas) -> list[tuple[float, float, float]]:
    """Drops (x, y, radius), and the trails of those that ran down."""
    drops = [
        (c.random.random(), c.random.random(), 0.0016 + 0.011 * c.random.random() ** 4)
        for _ in range(1500)
    ]
    for _ in range(13):
        x, y = c.random.random(), c.random.uniform(0, 0.6)
        size = c.random.uniform(0.012, 0.022)
        for _ in range(60):
            drops.append(
                (
                    x + c.random.gauss(0, size * 0.12),
                    y,
                    size * c.random.uniform(0.12, 0.4),
                )
            )
            x, y = x + c.random.gauss(0, 0.0012), y + 0.0052
        drops.append((x, y, size))
    return drops
