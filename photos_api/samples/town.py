"""Sample pictures of cities, bridges and evenings."""

import math

from PIL import Image, ImageChops, ImageFilter

from photos_api.samples.brushes import Canvas, Pen, Point, gradient, mix


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
            lambda pen, b=blocks: [pen.box(x1, t, x2, 0.7) for x1, t, x2 in b] and None,
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
            for i in range(int((x2 - x1) / (size * 1.9))):
                for j in range(int((0.68 - top) / (size * ratio * 1.9))):
                    if c.random.random() < lit * share:
                        spots.append(
                            (
                                x1 + size * (0.8 + i * 1.9),
                                top + size * ratio * (0.9 + j * 1.9),
                            )
                        )
        c.fill(
            colour,
            lambda pen, s=spots: (
                [pen.box(x, y, x + size, y + size * ratio) for x, y in s] and None
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
            and None
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
            and None
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
            and None
        ),
        soft=0.0022,
        strength=0.6,
    )
    c.fill(
        turned, lambda pen: [pen.oval((x, y), r, r * 1.1) for x, y, r in drops] and None
    )
    c.fill(
        "#101724",
        lambda pen: (
            [
                pen.oval((x, y - r * 0.5 * ratio), r * 0.72, r * 0.42)
                for x, y, r in drops
                if r > 0.004
            ]
            and None
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
            and None
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
        for step in range(60):
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
