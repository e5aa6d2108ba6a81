"""Sample pictures of poppies and birches."""

# The numbers are the picture; and a lambda's default has no place for a type.
# ruff: noqa: PLR2004, PLR0913, PLR0917
# mypy: disable-error-code="misc"

from photos_api.samples.brushes import Canvas, mix
from photos_api.samples.pen import Pen, Point


def poppies(c: Canvas) -> None:
    """A meadow: sharp in the middle, soft before and behind."""
    c.sky((0, "#7fb6dd"), (0.3, "#d9e9ea"), (0.42, "#f4ecca"))
    c.glow((0.8, 0.12), 0.6, "#fff6d2", 0.8)
    c.land(c.ridge(0.36, 0.03), [(0, "#9dbb9a"), (1, "#7fa368")])
    c.band(0.42, 1.0, [(0, "#a9bd68"), (0.4, "#6f9a3f"), (1, "#2f5a1f")])
    c.texture(0.8, cells=(22, 12), top=0.42)
    for count, top, size, blur in (
        (520, 0.42, 0.007, 0.0022),
        (150, 0.55, 0.017, 0.0004),
        (20, 0.8, 0.06, 0.009),
    ):
        _grass(c, top, count, blur)
        for _ in range(2):
            _poppy_layer(c, count // 2, top, size, blur)
    c.glow((0.85, 0.1), 0.9, "#fff0c0", 0.35)


def _grass(c: Canvas, top: float, count: int, blur: float) -> None:
    for colour in ("#86a94c", "#3f6b26", "#b9c97a"):
        blades = [
            (
                c.random.random(),
                top + (1 - top) * c.random.random(),
                c.random.gauss(0, 0.012),
            )
            for _ in range(count)
        ]

        def draw(pen: Pen, blades: list[tuple[float, float, float]] = blades) -> None:
            for x, y, lean in blades:
                tall = 0.02 + 0.13 * (y - 0.42)
                pen.line(
                    [(x, y), (x + lean * 0.4, y - tall * 0.6), (x + lean, y - tall)],
                    0.0008 + 0.0012 * (y - 0.4),
                )

        c.fill(colour, draw, soft=blur * 0.5, strength=0.75)


def _poppy_layer(c: Canvas, count: int, top: float, size: float, blur: float) -> None:
    ratio = c.width / c.height
    deep = 0.14 if size < 0.01 else 0.3
    flowers = [
        (
            c.random.random(),
            top + deep * c.random.random(),
            size * c.random.uniform(0.6, 1.15),
        )
        for _ in range(count)
    ]
    red = c.random.choice(["#e23b25", "#ee4a2c", "#d62f22"])

    def petals(pen: Pen) -> None:
        for x, y, r in flowers:
            pen.oval((x - r * 0.4, y), r * 0.62, r * 0.6)
            pen.oval((x + r * 0.4, y), r * 0.62, r * 0.6)
            pen.oval((x, y + r * 0.15 * ratio), r * 0.7, r * 0.6)

    c.fill(
        "#3c5f22",
        lambda pen: (
            [
                pen.line([(x, y), (x + r * 0.3, y + r * 5)], r * 0.09)
                for x, y, r in flowers
            ]
        ),
        soft=blur,
    )
    c.fill(red, petals, soft=blur)
    c.fill(
        "#ff8a5c",
        lambda pen: (
            [
                pen.oval((x, y - r * 0.32 * ratio), r * 0.66, r * 0.2)
                for x, y, r in flowers
            ]
        ),
        soft=blur + size * 0.06,
        strength=0.75,
    )
    c.fill(
        "#2a1418",
        lambda pen: (
            [pen.oval((x, y + r * 0.05), r * 0.17, r * 0.15) for x, y, r in flowers]
        ),
        soft=blur,
        strength=0.9,
    )


def birches(c: Canvas) -> None:
    """White trunks before autumn leaves."""
    c.sky((0, "#f3d483"), (0.5, "#eab659"), (0.8, "#b9762c"), (1, "#6f4218"))
    for depth in range(4):
        for _ in range(220):
            at = c.random.random(), c.random.uniform(0, 0.85)
            colour = c.random.choice(
                ["#f5c542", "#eb9a2d", "#d9722b", "#f8df7d", "#c9562a"]
            )
            size = c.random.uniform(0.012, 0.05)
            if _ % 4 == depth:
                c.glow(at, size * 1.7, colour, 0.4)
    for depth in range(3):
        share = depth / 2
        pale = mix("#e8c88c", "#f7f2e6", share)
        for _ in range(13 - 3 * depth):
            x = c.random.random()
            wide = (0.006 + 0.014 * share) * c.random.uniform(0.8, 1.25)
            lean = c.random.uniform(-0.02, 0.02)
            _birch(c, x, wide, lean, pale, share)
    _leaves(c)
    c.glow((0.5, 0.1), 0.9, "#fff2c0", 0.35)


def _birch(
    c: Canvas, x: float, wide: float, lean: float, pale: str, near: float
) -> None:
    foot = 0.8 + 0.14 * near
    left = [(x - wide / 2 + lean, -0.01), (x - wide * 0.62, foot)]
    right = [(x + wide * 0.62, foot), (x + wide / 2 + lean, -0.01)]
    c.fill(pale, lambda pen: pen.shape([*left, *right]))
    shade = [
        (x + wide * 0.62, foot),
        (x + wide / 2 + lean, -0.01),
        (x + wide * 0.1 + lean, -0.01),
        (x + wide * 0.1, foot),
    ]
    c.fill(
        mix(pale, "#7d6a58", 0.6),
        lambda pen: pen.shape(shade),
        soft=wide * 0.2,
        strength=0.8,
    )
    marks = [
        (
            c.random.uniform(0, foot),
            c.random.uniform(-0.4, 0.4),
            c.random.uniform(0.1, 0.45),
        )
        for _ in range(round(16 + 26 * near))
    ]

    def bark(pen: Pen) -> None:
        for y, off, long in marks:
            at = x + lean * (1 - y / foot) + off * wide
            pen.oval((at, y), wide * long * 0.6, wide * 0.045)

    c.fill(mix("#8b7355", "#2b241e", near), bark, soft=0.0008, strength=0.85)


def _leaves(c: Canvas) -> None:
    """The ground, and leaves falling on it."""
    line = c.ridge(0.86, 0.02)
    c.land(line, [(0, "#c07a2c"), (0.5, "#8b4f1d"), (1, "#4d2a10")])
    for colour in ("#f2b63c", "#e0822a", "#b94d22", "#f7d873"):
        spots = [
            (c.random.random(), 0.86 + 0.14 * c.random.random() ** 0.7)
            for _ in range(420)
        ]
        spots += [(c.random.random(), c.random.uniform(0.1, 0.86)) for _ in range(26)]

        def draw(pen: Pen, spots: list[Point] = spots) -> None:
            for x, y in spots:
                pen.oval((x, y), 0.0055 * (0.4 + y), 0.003 * (0.4 + y))

        c.fill(colour, draw, strength=0.9)
