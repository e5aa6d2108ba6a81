"""Sample pictures of cities and bridges."""

# The numbers are the picture; and a lambda's default has no place for a type.
# ruff: noqa: PLR2004, PLR0913, PLR0917
# mypy: disable-error-code="misc"

from PIL import Image, ImageChops

from photos_api.samples.brushes import Canvas, gradient, mix
from photos_api.samples.pen import Pen, Point


def blue_hour(c: Canvas) -> None:
    """A skyline after sunset, doubled by the river."""
    c.sky(
        (0, "#0d1a40"),
        (0.25, "#28407c"),
        (0.45, "#7a6fa6"),
        (0.56, "#f0a184"),
        (0.62, "#ffd39a"),
    )
    c.clouds("#c586a0", top=0.1, bottom=0.55, cover=0.42, strength=0.5, cells=(2, 10))
    c.glow((0.5, 0.6), 0.6, "#ffb98a", 0.4)
    for layer, (colour, tall) in enumerate(
        (("#6b6798", 0.2), ("#3f4676", 0.3), ("#161f45", 0.36))
    ):
        blocks = _blocks(c, 26 - 5 * layer, tall)
        c.fill(
            colour,
            lambda pen, b=blocks: [pen.box(x1, t, x2, 0.7) for x1, t, x2 in b],
        )
        if layer:
            _windows(c, blocks, 0.0035 + 0.0006 * layer, 0.2 + 0.14 * layer)
        if layer == 1:
            _tower(c, 0.44)
    c.glow((0.5, 0.69), 0.7, "#ff9d5c", 0.22)
    c.fill("#0a1028", lambda pen: pen.box(0, 0.688, 1, 0.7))
    lamps = [(i / 46 + 0.01, 0.686) for i in range(46)]
    c.fill("#ffe2a6", lambda pen: [pen.disc(p, 0.0016) for p in lamps] and None)
    c.mirror(0.7, dark=0.86, tint="#16234d")


def _blocks(c: Canvas, count: int, tall: float) -> list[tuple[float, float, float]]:
    """Houses side by side: left, top, right."""
    blocks: list[tuple[float, float, float]] = []
    x = -0.02
    while x < 1:
        wide = c.random.uniform(0.5, 1.5) / count
        middle = 1 - abs(x + wide / 2 - 0.45) * 0.9
        top = 0.68 - tall * middle * c.random.uniform(0.3, 1.0)
        blocks.append((x, top, x + wide))
        if c.random.random() < 0.35:
            blocks.append((x + wide * 0.3, top - 0.02, x + wide * 0.7))
        if c.random.random() < 0.2:
            blocks.append((x + wide * 0.48, top - 0.055, x + wide * 0.53))
        x += wide * c.random.uniform(0.9, 1.25)
    return blocks


def _windows(
    c: Canvas, blocks: list[tuple[float, float, float]], size: float, lit: float
) -> None:
    """Lights in some windows, warm and cold."""
    ratio = c.width / c.height
    for colour, share in (("#ffd27d", 0.6), ("#fff1cf", 0.25), ("#a8cfff", 0.15)):
        spots: list[Point] = []
        for x1, top, x2 in blocks:
            if x2 - x1 < 0.012:
                continue
            columns = range(int((x2 - x1) / (size * 1.9)))
            rows = range(int((0.68 - top) / (size * ratio * 1.9)))
            spots += [
                (x1 + size * (0.8 + i * 1.9), top + size * ratio * (0.9 + j * 1.9))
                for i in columns
                for j in rows
                if c.random.random() < lit * share
            ]
        c.fill(
            colour,
            lambda pen, s=spots: (
                [pen.box(x, y, x + size, y + size * ratio) for x, y in s]
            ),
            strength=0.92,
        )


def _tower(c: Canvas, x: float) -> None:
    """A thin tower with a light on top."""

    def draw(pen: Pen) -> None:
        pen.shape(
            [(x - 0.016, 0.7), (x - 0.005, 0.3), (x + 0.005, 0.3), (x + 0.016, 0.7)]
        )
        pen.oval((x, 0.3), 0.017, 0.011)
        pen.line([(x, 0.3), (x, 0.15)], 0.0022)

    c.fill("#232c5a", draw)
    c.fill("#ff5a4a", lambda pen: pen.disc((x, 0.15), 0.0026))
    c.glow((x, 0.15), 0.03, "#ff5a4a", 0.9)


def bridge(c: Canvas) -> None:
    """A bridge whose towers stand out of the fog."""
    c.sky((0, "#4d7fae"), (0.35, "#a9c7d9"), (0.6, "#f2dcc4"), (1, "#d9c9bc"))
    c.glow((0.78, 0.35), 0.6, "#fff0d2", 0.7)
    c.land(c.ridge(0.55, 0.05), [(0, "#8fa4b4"), (0.4, "#c9cdcc"), (1, "#d9d4cb")])
    c.haze("#efe5d9", 0.45, 0.8, 0.75)
    red, far = "#b8422c", "#c97f6a"
    _span(c, 0.73, 0.3, 0.62, 0.5, far)
    c.haze("#f1e7dc", 0.5, 0.9, 0.55)
    _span(c, 0.27, 0.1, 0.66, 1.0, red)
    field = c.noise(3, 7, 6)
    low = gradient(
        field.size, [(0.4, "#000000"), (0.72, "#ffffff"), (1, "#ffffff")]
    ).convert("L")
    thick = ImageChops.add(
        ImageChops.multiply(field, low),
        low.point([round(v * 0.35) for v in range(256)]),
    )
    c.image.paste(
        Image.new("RGB", c.size, "#f4ece3"),
        (0, 0),
        thick.resize(c.size, Image.Resampling.BICUBIC),
    )


def _span(
    c: Canvas, x: float, top: float, deck: float, size: float, colour: str
) -> None:
    """One tower with its cables and hangers."""

    def tower(pen: Pen) -> None:
        for side in (-1, 1):
            at = x + side * 0.022 * size
            pen.box(at - 0.0075 * size, top, at + 0.0075 * size, 1)
        for i in range(4):
            y = top + 0.02 + i * 0.12 * size
            pen.box(x - 0.022 * size, y, x + 0.022 * size, y + 0.02 * size)
        pen.box(-0.01, deck, 1.01, deck + 0.016 * size)

    c.fill(colour, tower)
    c.fill(
        mix(colour, "#ffffff", 0.35),
        lambda pen: pen.box(x + 0.024 * size, top, x + 0.0285 * size, 1),
        strength=0.6,
    )

    def cables(pen: Pen) -> None:
        for way in (-1, 1):
            line = [
                (
                    x + way * t * 0.62,
                    deck - 0.012 - (deck - top - 0.01) * (1 - t) ** 2.1,
                )
                for t in [i / 60 for i in range(61)]
            ]
            pen.line(line, 0.0042 * size)
            for at, y in line[2::2]:
                pen.line([(at, y), (at, deck)], 0.0011 * size)

    c.fill(mix(colour, "#30120c", 0.25), cables)
