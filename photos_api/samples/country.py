"""Sample pictures of open country, in all seasons."""

# The numbers are the picture; and a lambda's default has no place for a type.
# ruff: noqa: PLR2004, PLR0913, PLR0917
# mypy: disable-error-code="misc"

import math

from PIL import Image

from photos_api.samples.brushes import Canvas, mix
from photos_api.samples.pen import Pen, Point


def dunes(c: Canvas) -> None:
    """Sand in the evening, one side of each dune in the shade."""
    c.sky((0, "#1f4a7d"), (0.26, "#6aa0c9"), (0.42, "#f3d9ac"), (0.5, "#f9e3bd"))
    c.glow((0.08, 0.4), 0.45, "#ffe2a8", 0.65)
    far = c.ridge(0.445, 0.02, detail=0.42)
    c.land(far, [(0, "#dcae7d"), (0.2, "#d79f66"), (1, "#c98a4e")])
    _dune(c, (0.74, 0.36), 0.62, "#eebc7a", "#9c5f35", 0.02)
    _dune(c, (0.3, 0.43), 0.78, "#efb468", "#87492a", 0.03)
    _dune(c, (0.9, 0.6), 1.02, "#e9a352", "#6d3520", 0.05)
    _dune(c, (0.16, 0.76), 1.25, "#df9140", "#57281a", 0.06)
    c.texture(0.16, cells=(40, 90), top=0.5)
    _caravan(c)


def _dune(
    c: Canvas, peak: Point, foot: float, lit: str, shade: str, wave: float
) -> None:
    """One dune: a crest that falls to both sides, a ridge that winds towards us."""
    px, py = peak
    crest: list[Point] = []
    for i in range(161):
        x = -0.05 + 1.1 * i / 160
        fall = 1 - math.exp(-((x - px) ** 2) / (0.05 if x < px else 0.085))
        crest.append(
            (
                x,
                py
                + (foot - py) * 0.62 * fall
                + wave * 0.35 * math.sin(9 * x + px * 20),
            )
        )
    c.land(
        crest,
        [
            (0, mix(lit, "#fff3d6", 0.45)),
            (0.18, lit),
            (0.6, mix(lit, shade, 0.35)),
            (1, mix(lit, shade, 0.6)),
        ],
    )
    top = min(crest, key=lambda p: abs(p[0] - px))
    ridge: list[Point] = []
    for i in range(61):
        t = i / 60
        x = top[0] + wave * 2.4 * math.sin(t * 5.2) * t**0.6 - 0.1 * t
        ridge.append((x, top[1] + (1.3 - top[1]) * t**1.25))
    right = [p for p in crest if p[0] >= top[0]]
    c.fill(
        shade,
        lambda pen: pen.shape([top, *ridge, (1.1, 1.3), *reversed(right)]),
        soft=0.0008,
        strength=0.72,
    )
    c.fill(
        mix(lit, "#fff6df", 0.6),
        lambda pen: pen.line(ridge[:44], 0.0016),
        soft=0.0012,
        strength=0.7,
    )


def _caravan(c: Canvas) -> None:
    """Three walkers far away."""
    for i in range(3):
        x, y = 0.438 + 0.019 * i, 0.452 + 0.0065 * i

        def draw(pen: Pen, x: float = x, y: float = y) -> None:
            pen.oval((x, y), 0.0028, 0.007)
            pen.disc((x, y - 0.0135), 0.0021)

        c.fill("#2a1a14", draw)


def rainbow(c: Canvas) -> None:
    """After the rain: a bow over green hills."""
    c.sky((0, "#45566b"), (0.35, "#7d8d9c"), (0.6, "#c9cfc8"))
    c.clouds("#2f3d4e", top=0, bottom=0.5, cover=0.6, strength=0.75, cells=(2, 5))
    c.clouds("#e9e4d4", top=0.12, bottom=0.6, cover=0.4, strength=0.6, cells=(3, 9))
    colours = ["#e0524f", "#ef9a45", "#f5e06a", "#69bf6c", "#4c8fd6", "#7a5cb5"]
    for i, colour in enumerate(colours):
        c.fill(
            colour,
            lambda pen, r=0.5 - 0.0105 * i: pen.ring((0.4, 0.93), r, 0.0115),
            soft=0.0045,
            strength=0.5,
        )
    hills = ["#a3b8a8", "#86a878", "#5f9147", "#3b6b2c"]
    for layer, colour in enumerate(hills):
        line = c.ridge(0.585 + 0.1 * layer, 0.06 + 0.012 * layer, detail=0.34)
        c.land(
            line,
            [
                (0, mix(colour, "#f0f2a4", 0.4)),
                (0.25, colour),
                (1, mix(colour, "#183013", 0.5)),
            ],
        )
        if layer > 1:
            c.fill(
                mix(colour, "#12260f", 0.6),
                lambda pen, on=line, n=layer: _bushes(c, pen, on, 26 * n),
            )
    c.texture(0.14, cells=(24, 40), top=0.62)
    c.glow((0.95, 0.6), 0.6, "#fff2b8", 0.42)


def _bushes(c: Canvas, pen: Pen, line: list[Point], count: int) -> None:
    """Round trees on a skyline, some in groups."""
    x = 0.0
    for _ in range(count):
        x = c.random.random() if c.random.random() < 0.3 else x + 0.006
        y = min(line, key=lambda p, x=x: abs(p[0] - x))[1]
        size = c.random.uniform(0.003, 0.0075) * (0.4 + 1.6 * (y - 0.55) / 0.45)
        pen.oval((x, y - size * 0.6), size, size * 1.1)


def winter_tree(c: Canvas) -> None:
    """One tree on a white hill."""
    c.sky((0, "#8fa9c9"), (0.4, "#cfd9e6"), (0.62, "#f6e3d6"))
    c.clouds("#ffffff", top=0.05, bottom=0.55, cover=0.35, strength=0.6, cells=(2, 8))
    c.glow((0.2, 0.55), 0.5, "#ffe3c4", 0.6)
    c.land(c.ridge(0.6, 0.03), [(0, "#a9b9cd"), (0.3, "#cfd9e6"), (1, "#dfe7f0")])
    hill = [
        (i / 100, 0.72 - 0.1 * math.exp(-(((i / 100 - 0.62) / 0.3) ** 2)))
        for i in range(101)
    ]
    c.land(hill, [(0, "#fdfcfb"), (0.35, "#e3eaf3"), (1, "#b4c4d9")])
    shadow = [(0.615, 0.623), (0.625, 0.623), (0.98, 0.82), (0.86, 0.84)]
    c.fill("#8fa5c4", lambda pen: pen.shape(shadow), soft=0.006, strength=0.45)
    c.fill(
        "#2c2a31",
        lambda pen: pen.tree((0.62, 0.632), 0.062, -math.pi / 2, 0.011, c.random, 10),
    )
    tracks = [
        (0.62 - 0.5 * t, 0.64 + 0.36 * t**1.4 + 0.012 * math.sin(9 * t))
        for t in [i / 44 for i in range(2, 45)]
    ]

    def steps(pen: Pen) -> None:
        for i, (x, y) in enumerate(tracks):
            size = 0.0016 + 0.006 * (y - 0.62)
            pen.oval((x + (size * 1.2 if i % 2 else -size * 1.2), y), size, size * 0.7)

    c.fill("#9fb2cd", steps, strength=0.85)
    c.texture(0.1, cells=(8, 12), top=0.64)


def cottage(c: Canvas) -> None:
    """An old small picture: a house on a hill, a little faded."""
    c.sky((0, "#8fa7a8"), (0.4, "#c9c9ae"), (0.65, "#e9d9b0"))
    c.clouds("#f1e6c8", top=0, bottom=0.55, cover=0.5, strength=0.7, cells=(2, 6))
    c.land(c.ridge(0.56, 0.05), [(0, "#8f9a7d"), (1, "#74805d")])
    c.land(
        c.ridge(0.68, 0.03, detail=0.4),
        [(0, "#9a9d5c"), (0.5, "#6f7a3c"), (1, "#4d5526")],
    )
    c.fill("#e6d8ba", lambda pen: pen.box(0.42, 0.56, 0.6, 0.7))
    c.fill(
        "#8c4a34",
        lambda pen: pen.shape([(0.4, 0.57), (0.45, 0.46), (0.57, 0.46), (0.62, 0.57)]),
    )
    c.fill("#7d4a38", lambda pen: pen.box(0.53, 0.41, 0.555, 0.49))
    c.fill("#4b3a2e", lambda pen: pen.box(0.49, 0.62, 0.525, 0.7))

    def windows(pen: Pen) -> None:
        pen.box(0.44, 0.6, 0.47, 0.645)
        pen.box(0.55, 0.6, 0.58, 0.645)

    c.fill("#55606a", windows)
    c.fill(
        "#3f4a26",
        lambda pen: pen.tree((0.73, 0.72), 0.05, -math.pi / 2, 0.014, c.random, 7),
    )
    for colour in ("#5d6b33", "#7d8a44"):
        blobs = [
            (0.73 + c.random.gauss(0, 0.045), 0.5 + c.random.gauss(0, 0.05))
            for _ in range(90)
        ]
        c.fill(
            colour,
            lambda pen, b=blobs: [pen.disc(p, 0.012) for p in b],
            strength=0.85,
        )
    path = [
        (0.505, 0.7),
        (0.52, 0.7),
        (0.5, 0.8),
        (0.62, 1.0),
        (0.42, 1.0),
        (0.47, 0.8),
    ]
    c.fill("#cdbb8d", lambda pen: pen.shape(path), soft=0.004)
    c.texture(0.3, cells=(24, 30), top=0.62)
    c.image = Image.blend(c.image, Image.new("RGB", c.size, "#c8a878"), 0.2)
