"""Sample pictures of balloons and coloured glass."""

# the numbers are the picture
# mypy: disable-error-code="misc"

import math

from PIL import Image, ImageChops, ImageFilter

from photos_api.samples.brushes import Canvas, gradient, mix
from photos_api.samples.pen import Pen, Point


def balloons(c: Canvas) -> None:
    """Hot-air balloons above a morning valley."""
    c.sky((0, "#5b86c4"), (0.35, "#b9cbe4"), (0.6, "#ffdcc0"), (0.7, "#ffe9cf"))
    c.glow((0.15, 0.62), 0.6, "#ffe0b0", 0.8)
    for layer in range(4):
        colour = mix("#b7a9c4", "#4b5a63", layer / 3)
        c.land(
            c.ridge(0.66 + 0.08 * layer, 0.05, detail=0.48),
            [(0, colour), (0.4, mix(colour, "#f3d9c4", 0.4)), (1, colour)],
        )
        c.haze("#f8e3d0", 0.68 + 0.08 * layer, 0.84 + 0.08 * layer, 0.5)
    palette = [
        ("#d9483b", "#f5d7a1"),
        ("#2f6f9f", "#f2f2ea"),
        ("#e9a72f", "#b5472b"),
        ("#5b8f5a", "#f6ecd0"),
        ("#7a4d92", "#f2b6c6"),
    ]
    places = [
        (0.68, 0.34, 0.105),
        (0.3, 0.24, 0.068),
        (0.46, 0.5, 0.04),
        (0.87, 0.57, 0.033),
        (0.12, 0.45, 0.03),
        (0.55, 0.14, 0.026),
    ]
    for i, (x, y, r) in enumerate(places):
        _balloon(c, x, y, r, palette[i % 5])


def _balloon(c: Canvas, x: float, y: float, r: float, colours: tuple[str, str]) -> None:
    ratio = c.width / c.height
    outline = []
    for i in range(61):
        a = math.pi * i / 30
        pinch = 1 - 0.62 * max(0, math.sin(a)) ** 4
        outline.append(
            (
                x + r * math.cos(a) * pinch,
                y + r * ratio * (math.sin(a) * (1.18 if math.sin(a) > 0 else 1)),
            )
        )
    c.fill(colours[0], lambda pen: pen.shape(outline))
    for k in (-0.72, 0.0, 0.72):
        gore = [
            (
                x
                + r * k * 0.6
                + r
                * 0.2
                * math.sin(t * math.pi)
                * (1 if s else -1)
                * (1 - abs(k) * 0.4)
                + r * k * 0.4 * math.sin(t * math.pi),
                y - r * ratio + t * r * ratio * 2.1,
            )
            for s in (0, 1)
            for t in (
                [i / 20 for i in range(21)] if s else [1 - i / 20 for i in range(21)]
            )
        ]
        stripe, body = Pen(c.size), Pen(c.size)
        stripe.shape(gore)
        body.shape(outline)
        both = ImageChops.darker(stripe.mask(), body.mask())
        c.image.paste(Image.new("RGB", c.size, colours[1]), (0, 0), both)
    shade = Pen(c.size)
    shade.shape(outline)
    dark = ImageChops.multiply(shade.mask(), _side_light(c, x, r))
    c.image.paste(Image.new("RGB", c.size, "#1d1a33"), (0, 0), dark)
    c.fill(
        "#3a2a20",
        lambda pen: pen.box(
            x - r * 0.11, y + r * ratio * 1.42, x + r * 0.11, y + r * ratio * 1.58
        ),
    )
    c.fill(
        "#4a3a30",
        lambda pen: (
            [
                pen.line(
                    [
                        (x + s * r * 0.2, y + r * ratio * 1.15),
                        (x + s * r * 0.1, y + r * ratio * 1.44),
                    ],
                    0.0009,
                )
                for s in (-1, 1)
            ]
        ),
    )


def _side_light(c: Canvas, x: float, r: float) -> Image.Image:
    """Dark towards the right of a balloon."""
    at = [min(1, max(0, v)) for v in (x - r * 0.4, x + r)]
    return gradient(
        c.size, [(at[0], "#000000"), (at[1], "#8c8c8c")], across=True
    ).convert("L")


def stained_light(c: Canvas) -> None:
    """A window of coloured glass, and its colours in the dark around it."""
    c.image = gradient(
        c.size, [(0, "#120d18"), (0.5, "#241a2c"), (1, "#0c0910")], across=True
    )
    c.texture(0.5, cells=(9, 12))
    hub, radius = (0.5, 0.44), 0.37
    rings = [
        (0.0, 0.1, 8),
        (0.1, 0.19, 12),
        (0.19, 0.28, 18),
        (0.28, 0.345, 24),
        (0.345, 0.4, 36),
    ]
    palettes = [
        ["#ffe27a", "#ffd04d"],
        ["#ff7a3c", "#ffb347", "#f2544b"],
        ["#d42c55", "#8e2a86", "#e8457a"],
        ["#3a4fd0", "#2f86d8", "#5a3fc0"],
        ["#1f9c86", "#2f6fd0", "#57c7a0"],
    ]
    panes: dict[str, list[list[Point]]] = {}
    for (inner, outer, count), colours in zip(rings, palettes, strict=True):
        for i in range(count):
            colour = mix(
                colours[i % len(colours)],
                c.random.choice(["#ffffff", "#000000"]),
                c.random.uniform(0, 0.22),
            )
            panes.setdefault(colour, []).append(_pane(hub, inner, outer, i, count))
    for colour, shapes in panes.items():
        c.fill(colour, lambda pen, s=shapes: [pen.shape(p) for p in s] and None)
    c.fill("#0b0810", lambda pen: _lead(pen, hub, rings))
    c.glow(hub, 0.33, "#fff0c0", 0.5)
    c.glow(hub, 0.62, "#c98bff", 0.28)
    light = c.image.resize(
        (c.width // 40, c.height // 40), Image.Resampling.BOX
    ).filter(ImageFilter.GaussianBlur(4))
    light = light.resize(c.size, Image.Resampling.BICUBIC)
    c.image = ImageChops.screen(
        c.image, light.point([round(v * 0.55) for v in range(256)] * 3)
    )
    for i in range(10):
        x = 0.18 + 0.07 * i
        colour = palettes[i % 5][0]
        beam = [
            (hub[0] + (x - 0.5) * radius, hub[1] + 0.2),
            (hub[0] + (x - 0.5) * radius + 0.03, hub[1] + 0.2),
            (x + 0.12, 1.02),
            (x - 0.04, 1.02),
        ]
        c.fill(colour, lambda pen, b=beam: pen.shape(b), soft=0.012, strength=0.1)
    for _ in range(90):
        c.glow(
            (c.random.gauss(0.5, 0.2), c.random.uniform(0.5, 1)),
            c.random.uniform(0.002, 0.008),
            "#ffe9c8",
            0.5,
        )


def _pane(
    hub: Point, inner: float, outer: float, number: int, count: int
) -> list[Point]:
    """One piece of glass between two rings."""
    start, end = math.tau * number / count, math.tau * (number + 1) / count
    arc = [start + (end - start) * i / 6 for i in range(7)]
    near = [(hub[0] + inner * math.cos(a), hub[1] + inner * math.sin(a)) for a in arc]
    far = [(hub[0] + outer * math.cos(a), hub[1] + outer * math.sin(a)) for a in arc]
    return [*near, *reversed(far)]


def _lead(pen: Pen, hub: Point, rings: list[tuple[float, float, int]]) -> None:
    """The dark lines that hold the glass."""
    for inner, outer, count in rings:
        pen.ring(hub, outer + 0.003, 0.0075)
        for i in range(count):
            a = math.tau * i / count
            ray = math.cos(a), math.sin(a)
            pen.line(
                [
                    (hub[0] + inner * ray[0], hub[1] + inner * ray[1]),
                    (hub[0] + outer * ray[0], hub[1] + outer * ray[1]),
                ],
                0.0045,
            )
