"""Sample pictures of fields, flowers and play of light."""

import math

from PIL import Image, ImageChops, ImageFilter

from photos_api.samples.brushes import Canvas, Pen, Point, gradient, mix


def _rows(
    c: Canvas, vanish: Point, colours: list[tuple[str, str]], *, spread: float
) -> None:
    """Stripes that run to one point on the horizon; each has a light and a dark half."""
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
            and None
        ),
    )
    c.glow((0.5, 0.44), 0.7, "#ffbd7a", 0.35)


def _round_tree(c: Canvas, pen: Pen, x: float, foot: float, size: float) -> None:
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
            and None
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
            and None
        ),
        soft=blur + size * 0.06,
        strength=0.75,
    )
    c.fill(
        "#2a1418",
        lambda pen: (
            [pen.oval((x, y + r * 0.05), r * 0.17, r * 0.15) for x, y, r in flowers]
            and None
        ),
        soft=blur,
        strength=0.9,
    )


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
            and None
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
