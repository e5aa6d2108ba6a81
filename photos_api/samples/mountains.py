"""Sample pictures of mountains and woods."""

# The numbers are the picture; and a lambda's default has no place for a type.
# ruff: noqa: PLR2004, PLR0913, PLR0917
# mypy: disable-error-code="misc"

from photos_api.samples.brushes import Canvas, mix
from photos_api.samples.pen import Pen, Point


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
    for count, colour in ((143, rock), (104, mix(rock, "#26384f", 0.55))):
        c.fill(
            colour,
            lambda pen, n=count: _rocks(c, pen, line, x, foot, n),
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
