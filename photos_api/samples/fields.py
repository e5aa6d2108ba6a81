"""Sample pictures of fields in flower."""

# ruff: noqa: PLR2004 # the numbers are the picture
# mypy: disable-error-code="misc"

import math

from photos_api.samples.brushes import Canvas, mix
from photos_api.samples.pen import Pen, Point


def lavender(c: Canvas) -> None:
    """Rows of lavender in the last light."""
    c.sky((0, "#3e5f9b"), (0.2, "#9fa3c8"), (0.36, "#ffc79a"), (0.44, "#ffe3b2"))
    c.clouds("#ffb9a0", top=0.02, bottom=0.4, cover=0.48, strength=0.65, cells=(2, 9))
    c.glow((0.5, 0.42), 0.45, "#ffd28c", 0.8)
    c.disc((0.5, 0.405), 0.022, "#fff5d8")
    c.land(c.ridge(0.425, 0.03), [(0, "#8a7fa8"), (0.2, "#7d6f9a"), (1, "#7d6f9a")])
    c.land(c.ridge(0.452, 0.006), [(0, "#4b4a64"), (1, "#584a6d")])
    vanish = (0.5, 0.452)
    c.band(0.46, 1.0, [(0, "#8b6a9a"), (1, "#4a3426")])
    shades = [
        (
            mix("#a884dd", "#8a5fc9", c.random.random()),
            mix("#4b2e73", "#38224f", c.random.random()),
        )
        for _ in range(27)
    ]
    _rows(c, vanish, shades, spread=0.19)
    _tufts(c, vanish, ["#b79af0", "#8d64cf", "#d7c2ff", "#54347f"], 2600, 0.0075)
    c.haze("#ffcf9f", 0.4, 0.6, 0.5)
    c.fill(
        "#33293f",
        lambda pen: (
            [
                _round_tree(c, pen, x, 0.458, s)
                for x, s in ((0.2, 0.03), (0.235, 0.02), (0.83, 0.026))
            ]
        ),
    )
    c.glow((0.5, 0.44), 0.7, "#ffbd7a", 0.35)


def _rows(
    c: Canvas, vanish: Point, colours: list[tuple[str, str]], *, spread: float
) -> None:
    """Stripes that run to one point on the horizon, each half light and half dark."""
    count = len(colours)
    for i, (light, dark) in enumerate(colours):
        left = 0.5 + (i - count / 2) * spread
        right = left + spread
        middle = left + spread * 0.52
        c.fill(
            dark, lambda pen, a=left, b=right: pen.shape([vanish, (a, 1.01), (b, 1.01)])
        )
        c.fill(
            light,
            lambda pen, a=left, b=middle: pen.shape(
                [vanish, (a + spread * 0.06, 1.01), (b, 1.01)]
            ),
            strength=0.9,
        )


def _tufts(
    c: Canvas, vanish: Point, colours: list[str], count: int, size: float
) -> None:
    """Blossoms in the rows: the nearer the larger."""
    for colour in colours:
        spots = []
        for _ in range(count):
            near = c.random.random() ** 1.5
            spots.append(
                (
                    c.random.random(),
                    vanish[1] + 0.01 + (1 - vanish[1]) * near,
                    size * (0.12 + near),
                )
            )

        def draw(pen: Pen, spots: list[tuple[float, float, float]] = spots) -> None:
            for x, y, r in spots:
                pen.oval((x, y), r * 0.6, r)

        c.fill(colour, draw, strength=0.75)


def _round_tree(c: Canvas, pen: Pen, x: float, foot: float, size: float) -> Pen:
    ratio = pen.width / pen.height
    pen.box(x - size * 0.06, foot - size * 0.7 * ratio, x + size * 0.06, foot)
    for _ in range(26):
        pen.disc(
            (
                x + c.random.gauss(0, size * 0.3),
                foot - size * ratio * c.random.uniform(0.6, 1.45),
            ),
            size * 0.24,
        )
    return pen


def tulips(c: Canvas) -> None:
    """Stripes of tulips and a mill."""
    c.sky((0, "#2f83cf"), (0.3, "#8cc4ec"), (0.46, "#e6f2f7"))
    c.clouds("#ffffff", top=0.0, bottom=0.46, cover=0.52, strength=0.95, cells=(3, 6))
    c.land(c.ridge(0.452, 0.006), [(0, "#5d7f55"), (1, "#5d7f55")])
    c.band(0.46, 1.0, [(0, "#4f8a3f"), (1, "#2f6a2a")])
    vanish = (0.62, 0.455)
    names = [
        ("#e23a3a", "#8f1f25"),
        ("#f7c531", "#b8831a"),
        ("#ee6aa7", "#a1356b"),
        ("#ffffff", "#bfc8c0"),
        ("#7b3fa8", "#4a2268"),
        ("#f58a2c", "#ad4d12"),
    ]
    _rows(c, vanish, [names[i % 6] for i in range(18)], spread=0.34)
    _tufts(c, vanish, ["#3f8a3a", "#2b6b2c"], 900, 0.008)
    for i in range(6):
        _tufts_in_row(c, vanish, i, names[i][0])
    _mill(c, 0.2, 0.47, 0.16)


def _tufts_in_row(c: Canvas, vanish: Point, colour_index: int, colour: str) -> None:
    """Blossoms of one colour inside their own stripes."""
    spots = []
    for row in range(colour_index, 18, 6):
        foot = 0.5 + (row - 9) * 0.34
        for _ in range(420):
            near = c.random.random() ** 1.3
            x = vanish[0] + (foot + c.random.random() * 0.34 - vanish[0]) * near
            spots.append(
                (x, vanish[1] + (1 - vanish[1]) * near, 0.0005 + 0.0085 * near)
            )

    def draw(pen: Pen) -> None:
        for x, y, r in spots:
            if -0.02 < x < 1.02:
                pen.oval((x, y), r * 0.55, r * 0.8)

    c.fill(mix(colour, "#ffffff", 0.18), draw, strength=0.92)


def _mill(c: Canvas, x: float, foot: float, size: float) -> None:
    ratio = c.width / c.height
    top = foot - size * 0.62 * ratio
    c.fill(
        "#6b4a3a",
        lambda pen: pen.shape(
            [
                (x - size * 0.16, foot),
                (x - size * 0.09, top),
                (x + size * 0.09, top),
                (x + size * 0.16, foot),
            ]
        ),
    )
    c.fill(
        "#8c6a55",
        lambda pen: pen.shape(
            [
                (x - size * 0.16, foot),
                (x - size * 0.09, top),
                (x - size * 0.02, top),
                (x - size * 0.03, foot),
            ]
        ),
        strength=0.7,
    )
    c.fill(
        "#3b2c27",
        lambda pen: pen.shape(
            [
                (x - size * 0.11, top),
                (x, top - size * 0.16 * ratio),
                (x + size * 0.11, top),
            ]
        ),
    )

    def sails(pen: Pen) -> None:
        hub = x, top - size * 0.03 * ratio
        for i in range(4):
            a = 0.5 + i * math.pi / 2
            tip = (
                hub[0] + size * 0.5 * math.cos(a),
                hub[1] + size * 0.5 * ratio * math.sin(a),
            )
            pen.line([hub, tip], size * 0.014)
            nx, ny = -math.sin(a) * size * 0.09, math.cos(a) * size * 0.09 * ratio
            near = hub[0] + (tip[0] - hub[0]) * 0.25, hub[1] + (tip[1] - hub[1]) * 0.25
            pen.shape(
                [near, tip, (tip[0] + nx, tip[1] + ny), (near[0] + nx, near[1] + ny)]
            )

    c.fill("#f4ead8", sails, strength=0.9)
