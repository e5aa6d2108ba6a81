"""Sample pictures of mountains, valleys, deserts and woods."""

import math

from PIL import Image

from photos_api.samples.brushes import Canvas, Pen, Point, mix


def blue_ridges(c: Canvas) -> None:
    """Ridge behind ridge, paler the farther, at sunrise."""
    c.sky((0, "#31476e"), (0.22, "#7f88ac"), (0.4, "#e8b59a"), (0.52, "#fbdcb0"))
    c.clouds("#f6c9a8", top=0.02, bottom=0.4, cover=0.42, strength=0.55, cells=(2, 9))
    c.glow((0.66, 0.43), 0.5, "#ffca85", 0.75)
    c.disc((0.66, 0.43), 0.026, "#fff6dd")
    c.glow((0.66, 0.43), 0.12, "#fff1c9", 0.9)
    for layer in range(7):
        share = layer / 6
        top = mix("#c99d99", "#15243c", share**0.8)
        low = mix("#f0c6a4", "#1c2f49", share**0.7)
        line = c.ridge(0.43 + 0.085 * layer, 0.07 + 0.015 * layer, detail=0.52)
        c.land(line, [(0, top), (0.25, low), (1, low)])
        if layer < 6:
            c.haze(
                "#f3d4b6",
                0.46 + 0.085 * layer,
                0.62 + 0.085 * layer,
                0.42 - 0.05 * layer,
            )


def mountain_lake(c: Canvas) -> None:
    """A snowy peak and its image in still water."""
    c.sky((0, "#2f6db0"), (0.3, "#86b8e0"), (0.52, "#dcebf3"))
    c.clouds("#ffffff", top=0.0, bottom=0.42, cover=0.42, strength=0.8, cells=(2, 6))
    _mountain(c, 0.87, 0.25, snow="#dfe8f1", rock="#7d90a8")
    _mountain(c, 0.13, 0.31, snow="#d9e3ee", rock="#8597ad")
    _mountain(c, 0.45, 0.1, snow="#fbfdff", rock="#566a84")
    c.haze("#dfe9f0", 0.38, 0.58, 0.7)
    c.land(c.ridge(0.487, 0.02), [(0, "#4a6d5c"), (1, "#365443")])
    line = c.ridge(0.515, 0.015)
    c.land(line, [(0, "#20402f"), (1, "#1a3326")])
    c.fill("#183325", lambda pen: _wood(c, pen, line, 240, 0.055))
    c.mirror(0.56, dark=0.86)
    c.glow((0.2, 0.08), 0.5, "#fff4d8", 0.22)


def _mountain(c: Canvas, x: float, top: float, *, snow: str, rock: str) -> None:
    """A summit: one side in the light, one in the shade, rock where snow cannot lie."""
    foot = 0.53
    line: list[Point] = []
    for at, jitter in c.ridge(0, 0.05, detail=0.56):
        far = abs(at - x)
        fall = min(1, far * 2.1) ** 0.86
        line.append((at, top + (foot - top) * fall + jitter * min(1, 0.06 + far * 2.2)))
    c.land(
        line,
        [
            (0, snow),
            (0.25, snow),
            (0.55, mix(snow, rock, 0.3)),
            (1, mix(snow, rock, 0.75)),
        ],
    )
    spine = [(x, top)]
    for step in range(1, 15):
        away = (0.028 if step % 2 else -0.012) * (0.5 + c.random.random())
        spine.append(
            (x + 0.006 * step + away * step / 7, top + (foot - top) * step / 14)
        )
    right = [p for p in line if p[0] > x]
    c.fill(
        mix(rock, "#3d5f92", 0.55),
        lambda pen: pen.shape([*spine, (1, foot), *reversed(right)]),
        soft=0.0012,
        strength=0.5,
    )
    for share, colour in ((0.55, rock), (0.4, mix(rock, "#26384f", 0.55))):
        c.fill(
            colour,
            lambda pen, n=round(260 * share): _rocks(c, pen, line, x, foot, n),
            soft=0.0006,
            strength=0.75,
        )


def _rocks(
    c: Canvas, pen: Pen, line: list[Point], x: float, foot: float, count: int
) -> None:
    """Bare ribs that run down the slopes from the ridge."""
    near = [p for p in line if abs(p[0] - x) < 0.33]
    for _ in range(count):
        at, ridge = c.random.choice(near)
        deep = c.random.random() ** 1.4
        y = ridge + (foot - ridge) * (0.03 + 0.9 * deep)
        side = 1 if at > x else -1
        at += side * deep * 0.03
        long = (0.012 + 0.06 * c.random.random() ** 2) * (0.4 + deep)
        lean = side * long * c.random.uniform(0.15, 0.75)
        wide = long * c.random.uniform(0.06, 0.2)
        pen.shape(
            [
                (at, y),
                (at + lean * 0.5 + wide, y + long * 0.55),
                (at + lean, y + long),
                (at + lean * 0.5 - wide, y + long * 0.6),
            ]
        )


def _wood(c: Canvas, pen: Pen, line: list[Point], count: int, height: float) -> None:
    """Firs along a skyline."""
    for _ in range(count):
        x, y = c.random.choice(line)
        tall = height * c.random.uniform(0.4, 1.0)
        pen.conifer((x + c.random.uniform(-0.003, 0.003), y + 0.012), tall, c.random)


def misty_pines(c: Canvas) -> None:
    """Rows of firs that drown in fog one behind the other."""
    c.sky((0, "#b9c6c9"), (0.5, "#dbe2e0"), (1, "#c3cfcb"))
    c.glow((0.7, 0.16), 0.8, "#fff7e6", 0.55)
    for layer in range(6):
        share = layer / 5
        colour = mix("#b3c1c0", "#122622", share**0.9)
        line = c.ridge(0.3 + 0.125 * layer, 0.05)
        c.land(line, [(0, colour), (0.4, mix(colour, "#cdd8d5", 0.35)), (1, colour)])
        tall = 0.08 + 0.055 * layer
        count = 130 - 17 * layer
        c.fill(colour, lambda pen, n=count, t=tall, on=line: _wood(c, pen, on, n, t))
        if layer < 5:
            c.haze("#dbe3e1", 0.32 + 0.125 * layer, 0.62 + 0.125 * layer, 0.62)


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
            lambda pen, b=blobs: [pen.disc(p, 0.012) for p in b] and None,
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
