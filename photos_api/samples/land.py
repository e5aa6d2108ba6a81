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
    c.clouds("#ffffff", top=0.0, bottom=0.42, cover=0.45, strength=0.85, cells=(2, 6))
    snow = c.noise(7, 9, 6)
    peak = _peak(c, 0.43, 0.12, 0.47)
    _snowy(c, peak, snow, "#f4f8fc", "#5d7390")
    side = _peak(c, 0.86, 0.27, 0.5)
    _snowy(c, side, c.noise(8, 9, 6), "#e3ebf3", "#6a8099")
    c.haze("#dfe9f0", 0.4, 0.58, 0.6)
    c.land(c.ridge(0.485, 0.02), [(0, "#3f6350"), (1, "#2f4d3c")])
    line = c.ridge(0.515, 0.015)
    c.land(line, [(0, "#20402f"), (1, "#1a3326")])
    c.fill("#183325", lambda pen: _wood(c, pen, line, 240, 0.055))
    c.mirror(0.56, dark=0.86)
    c.glow((0.3, 0.1), 0.5, "#fff4d8", 0.18)


def _peak(c: Canvas, x: float, top: float, foot: float) -> list[Point]:
    """A skyline with one summit: two random slopes that meet."""
    line: list[Point] = []
    for at, jitter in c.ridge(0, 0.05, detail=0.55):
        far = abs(at - x)
        line.append(
            (at, top + (foot - top) * min(1, far * 2.3) ** 0.8 + jitter * far * 2)
        )
    return line


def _snowy(
    c: Canvas, line: list[Point], field: Image.Image, snow: str, rock: str
) -> None:
    """A mountain whose snow lies where the noise is high."""
    c.land(line, [(0, snow), (0.35, mix(snow, rock, 0.35)), (0.62, rock), (1, rock)])
    patches = field.point([min(255, max(0, (v - 128) * 5)) for v in range(256)])
    patches = patches.resize(c.size, Image.Resampling.BICUBIC)
    dark = Image.composite(
        Image.new("RGB", c.size, mix(rock, "#2c3d55", 0.5)), c.image, patches
    )
    c.fill(
        Image.blend(c.image, dark, 0.55),
        lambda pen: pen.shape([*line, (1, 0.6), (0, 0.6)]),
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
    c.sky((0, "#27476f"), (0.3, "#6f9cc0"), (0.5, "#f0d3a5"))
    c.glow((0.12, 0.4), 0.5, "#ffdca0", 0.6)
    for layer in range(5):
        base = 0.42 + 0.11 * layer
        wave = c.random.uniform(0.8, 1.5)
        phase = c.random.uniform(0, 6)
        crest = [
            (
                i / 200,
                base
                - 0.07 * math.sin(phase + wave * 3.1 * i / 200) ** 3
                - 0.03 * math.sin(phase * 2 + i / 31),
            )
            for i in range(201)
        ]
        share = layer / 4
        lit = mix("#eecb92", "#d98d43", share)
        c.land(
            crest,
            [(0, mix(lit, "#fff0cf", 0.35)), (0.3, lit), (1, mix(lit, "#8a4a1d", 0.5))],
        )
        shade = [(x, y + 0.001) for x, y in crest]
        drop = [
            (
                x + 0.05 + 0.03 * math.sin(x * 9),
                y + 0.05 + 0.16 * max(0, math.sin(phase + wave * 3.1 * x)) ** 2,
            )
            for x, y in reversed(crest)
        ]
        c.fill(
            mix("#a8693a", "#5e2b15", share),
            lambda pen, s=shade, d=drop: pen.shape([*s, *d]),
            soft=0.0015,
            strength=0.72,
        )
    c.texture(0.25, cells=(30, 60), top=0.55)
    _caravan(c)


def _caravan(c: Canvas) -> None:
    """Three walkers far away."""
    for i in range(3):
        x, y = 0.62 + 0.022 * i, 0.475 + 0.004 * i

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
    hills = ["#8da98b", "#6f9a5e", "#4f8a3f", "#3c7330"]
    for layer, colour in enumerate(hills):
        line = c.ridge(0.6 + 0.1 * layer, 0.055, detail=0.36)
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
    c.texture(0.3, cells=(24, 40), top=0.62)
    c.glow((0.95, 0.6), 0.6, "#fff2b8", 0.42)


def _bushes(c: Canvas, pen: Pen, line: list[Point], count: int) -> None:
    """Round trees on a skyline, some in groups."""
    x = 0.0
    for _ in range(count):
        x = c.random.random() if c.random.random() < 0.3 else x + 0.006
        y = min(line, key=lambda p, x=x: abs(p[0] - x))[1]
        size = c.random.uniform(0.003, 0.0075)
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
