"""Sample pictures of harbours and shores."""

# the numbers are the picture
# mypy: disable-error-code="misc"

import math
from itertools import pairwise

from PIL import Image

from photos_api.samples.brushes import Canvas, gradient
from photos_api.samples.pen import Pen, Point


def harbour(c: Canvas) -> None:
    """Boats at sunset."""
    c.sky(
        (0, "#2b2a5a"),
        (0.2, "#7a3f7d"),
        (0.38, "#e2665c"),
        (0.5, "#ffb25e"),
        (0.56, "#ffdf9a"),
    )
    c.clouds("#ff9d6e", top=0.03, bottom=0.5, cover=0.5, strength=0.6, cells=(2, 10))
    c.clouds("#55305f", top=0.0, bottom=0.3, cover=0.45, strength=0.6, cells=(2, 8))
    c.glow((0.36, 0.53), 0.55, "#ffc070", 0.75)
    c.disc((0.36, 0.525), 0.035, "#fff3cf", soft=0.0015)
    c.land(c.ridge(0.555, 0.018), [(0, "#7c3f63"), (1, "#5a2c52")])
    c.mirror(0.575, dark=0.82, tint="#5a2b55")
    c.glitter(0.36, 0.58, "#ffe3a6", width=0.06, count=420)
    for x, foot, size in (
        (0.72, 0.66, 0.2),
        (0.86, 0.62, 0.13),
        (0.13, 0.61, 0.1),
        (0.55, 0.595, 0.06),
    ):
        _boat(c, x, foot, size)


def _boat(c: Canvas, x: float, foot: float, size: float) -> None:
    """A sailing boat and a dark broken copy below it."""
    ratio = c.width / c.height

    def hull(pen: Pen) -> None:
        high = size * ratio
        pen.shape(
            [
                (x - size * 0.38, foot - high * 0.1),
                (x + size * 0.42, foot - high * 0.13),
                (x + size * 0.28, foot),
                (x - size * 0.28, foot),
            ]
        )
        pen.line([(x, foot - high * 0.05), (x, foot - high)], size * 0.012)
        pen.box(x - size * 0.12, foot - high * 0.16, x + size * 0.16, foot - high * 0.1)

    def sails(pen: Pen) -> None:
        high = size * ratio
        pen.shape(
            [
                (x + size * 0.02, foot - high * 0.96),
                (x + size * 0.36, foot - high * 0.2),
                (x + size * 0.02, foot - high * 0.18),
            ]
        )
        pen.shape(
            [
                (x - size * 0.02, foot - high * 0.85),
                (x - size * 0.34, foot - high * 0.18),
                (x - size * 0.02, foot - high * 0.2),
            ]
        )

    c.fill("#3a1f3f", sails, strength=0.9)
    c.fill("#20122c", hull)

    def shadow(pen: Pen) -> None:
        for i in range(26):
            y = foot + size * ratio * 0.75 * i / 26
            wide = size * (0.34 - 0.3 * i / 26) * c.random.uniform(0.55, 1.1)
            pen.oval((x + c.random.gauss(0, size * 0.03), y), max(0.002, wide), 0.0016)

    c.fill("#2a1637", shadow, soft=0.001, strength=0.7)


def lighthouse(c: Canvas) -> None:
    """Light over a sea that is still rough."""
    c.sky((0, "#263447"), (0.3, "#4e6175"), (0.5, "#9aa7aa"), (0.6, "#e2d3b4"))
    c.clouds("#1c2735", top=0, bottom=0.55, cover=0.6, strength=0.8, cells=(2, 6))
    c.clouds("#e8d8b8", top=0.2, bottom=0.62, cover=0.34, strength=0.6, cells=(3, 12))
    c.band(
        0.6, 1.0, [(0, "#8c9a98"), (0.15, "#4f6a70"), (0.6, "#2a464f"), (1, "#162c35")]
    )
    c.texture(0.75, cells=(5, 46), top=0.6)
    _waves(c, 0.62, "#dfe9e6", 260)
    rock = [
        (0.52, 0.72),
        (0.56, 0.63),
        (0.63, 0.58),
        (0.7, 0.55),
        (0.82, 0.56),
        (0.92, 0.6),
        (1.01, 0.66),
        (1.01, 0.86),
        (0.85, 0.82),
        (0.7, 0.79),
        (0.6, 0.77),
    ]
    c.fill(
        gradient(
            c.size,
            [(0, "#4b4238"), (0.6, "#5d5243"), (0.75, "#2c2a29"), (1, "#1a1b1d")],
        ),
        lambda pen: pen.shape(_rough(c, rock)),
    )
    c.fill(
        "#f0f4f2",
        lambda pen: (
            [
                pen.disc(
                    (c.random.uniform(0.5, 1), c.random.gauss(0.8, 0.018)),
                    c.random.uniform(0.002, 0.01),
                )
                for _ in range(260)
            ]
        ),
        soft=0.002,
        strength=0.75,
    )
    c.fill(
        gradient(
            c.size, [(0, "#d9d4cc"), (0.75, "#ffffff"), (1, "#b9b5ae")], across=True
        ),
        lambda pen: pen.shape(
            [(0.735, 0.56), (0.747, 0.22), (0.783, 0.22), (0.795, 0.56)]
        ),
    )

    def stripes(pen: Pen) -> None:
        for top in (0.27, 0.38, 0.49):
            inset = 0.012 * (0.56 - top) / 0.34
            pen.box(0.7355 + inset, top, 0.7945 - inset, top + 0.05)

    c.fill("#b8402f", stripes)
    c.fill(
        "#2b2f36",
        lambda pen: (
            (
                pen.box(0.738, 0.208, 0.792, 0.222),
                pen.shape([(0.745, 0.16), (0.765, 0.125), (0.785, 0.16)]),
            )
        ),
    )
    c.fill("#ffeeb0", lambda pen: pen.box(0.75, 0.162, 0.78, 0.208))
    beam = [(0.765, 0.185), (-0.02, 0.02), (-0.02, 0.26)]
    c.fill("#fff3c4", lambda pen: pen.shape(beam), soft=0.012, strength=0.3)
    c.glow((0.765, 0.185), 0.22, "#ffe9a8", 0.95)


def _foam(c: Canvas, pen: Pen) -> None:
    """Where the waves break on the rock."""
    for _ in range(420):
        x = c.random.uniform(0.52, 1.0)
        y = 0.775 + 0.055 * (x - 0.52) / 0.48 + abs(c.random.gauss(0, 0.016))
        pen.oval(
            (x, y), c.random.uniform(0.001, 0.006), c.random.uniform(0.0006, 0.002)
        )


def _rough(c: Canvas, points: list[Point]) -> list[Point]:
    """The same outline with broken edges."""
    rough: list[Point] = []
    for (x1, y1), (x2, y2) in pairwise(points):
        for i in range(9):
            share = i / 9
            rough.append(
                (
                    x1 + (x2 - x1) * share + c.random.gauss(0, 0.004),
                    y1 + (y2 - y1) * share + c.random.gauss(0, 0.005),
                )
            )
    return rough


def _waves(c: Canvas, top: float, colour: str, count: int) -> None:
    """Foam on the crests."""
    spots = []
    for _ in range(count):
        near = c.random.random() ** 1.3
        spots.append(
            (
                c.random.random(),
                top + (1 - top) * near,
                0.006 + 0.03 * near,
                0.0006 + 0.002 * near,
            )
        )

    def draw(pen: Pen) -> None:
        for x, y, long, thick in spots:
            for i in range(4):
                pen.oval(
                    (x + i * long * 0.6, y + c.random.gauss(0, thick * 1.6)),
                    long * 0.5,
                    thick,
                )

    c.fill(colour, draw, soft=0.0012, strength=0.5)


def beach_from_above(c: Canvas) -> None:
    """Sand, foam and turquoise water, seen by a gull."""
    c.image = gradient(
        c.size,
        [
            (0, "#0b5f86"),
            (0.3, "#1792ac"),
            (0.52, "#4cc4c1"),
            (0.62, "#a9e3d2"),
            (0.7, "#e8d7ae"),
            (1, "#d8bd86"),
        ],
        across=True,
    )
    c.image = (
        c.image.rotate(-14, Image.Resampling.BICUBIC, expand=False, fillcolor=None)
        .resize((round(c.width * 1.5), round(c.height * 1.5)))
        .crop(
            (
                round(c.width * 0.25),
                round(c.height * 0.25),
                round(c.width * 1.25),
                round(c.height * 1.25),
            )
        )
    )
    c.texture(0.55, cells=(7, 9))
    for layer, (off, strength) in enumerate(
        ((-0.13, 0.35), (-0.055, 0.6), (0.0, 0.95))
    ):
        edge = _shore(c, off, 0.012 + 0.004 * layer)
        back = [
            (x - 0.03 - 0.02 * layer + c.random.gauss(0, 0.007), y)
            for x, y in reversed(edge)
        ]
        c.fill(
            "#ffffff",
            lambda pen, e=edge, b=back: pen.shape([*e, *b]),
            soft=0.004,
            strength=strength,
        )
        holes = [
            (x - c.random.uniform(0.0, 0.05), y + c.random.gauss(0, 0.02))
            for x, y in edge
            for _ in range(3)
        ]
        c.fill(
            "#8fdccf",
            lambda pen, h=holes: (
                [pen.disc(p, c.random.uniform(0.001, 0.006)) for p in h]
            ),
            soft=0.001,
            strength=0.7 * strength,
        )
    wet = _shore(c, 0.035, 0.006)
    c.fill(
        "#b08f5c",
        lambda pen: pen.shape([*wet, *[(x - 0.035, y) for x, y in reversed(wet)]]),
        soft=0.008,
        strength=0.4,
    )
    for i in range(9):
        at = c.random.uniform(0.72, 0.95), c.random.uniform(0.06, 0.94)
        _umbrella(c, at, ["#e2503f", "#f2b33d", "#2d7fb8", "#f4f1e6"][i % 4])


def _shore(c: Canvas, off: float, rough: float) -> list[Point]:
    ridge = c.ridge(0, rough, detail=0.6)
    return [(0.7 - 0.19 * y + 0.035 * math.sin(y * 7) + off + x, y) for y, x in ridge]


def _umbrella(c: Canvas, at: Point, colour: str) -> None:
    x, y = at
    c.fill(
        "#8d6f3f",
        lambda pen: pen.disc((x + 0.012, y + 0.012), 0.02),
        soft=0.003,
        strength=0.5,
    )
    c.fill(colour, lambda pen: pen.disc((x, y), 0.02))

    def slices(pen: Pen) -> None:
        for i in range(4):
            a = math.pi * i / 2
            pen.shape(
                [
                    (x, y),
                    (x + 0.019 * math.cos(a), y + 0.019 * math.sin(a)),
                    (x + 0.019 * math.cos(a + 0.78), y + 0.019 * math.sin(a + 0.78)),
                ]
            )

    c.fill("#ffffff", slices, strength=0.85)
