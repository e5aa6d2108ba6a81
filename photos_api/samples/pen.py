"""Shapes: what a sample picture's masks are drawn with."""

# ruff: noqa: PLR0913, PLR0917 # a tree has that many properties

import math
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Self

from PIL import Image, ImageDraw

FINE_ENOUGH = 8_000_000  # pixels
Point = tuple[float, float]
Box = tuple[int, int, int, int]
Stroke = Callable[[ImageDraw.ImageDraw, float, float], None]


class Pen:
    """Collects shapes and draws them into a mask no larger than they are.

    The mask is drawn at twice the size and made smaller, so that edges come out smooth.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        # Twelve megapixels are sharp enough as they are.
        self.fine = 1 if size[0] * size[1] > FINE_ENOUGH else 2
        self.canvas = size
        self.width, self.height = size[0] * self.fine, size[1] * self.fine
        self._strokes: list[Stroke] = []
        self._bounds: list[float] = []

    def cut(self, margin: int = 0) -> tuple[Image.Image, Box | None]:
        """What was drawn, and where on the canvas that is; no box when nowhere."""
        if not self._strokes:
            return Image.new("L", (1, 1)), None
        left, top, right, bottom = (v / self.fine for v in self._bounds)
        box = (
            max(0, math.floor(left) - margin),
            max(0, math.floor(top) - margin),
            min(self.canvas[0], math.ceil(right) + 1 + margin),
            min(self.canvas[1], math.ceil(bottom) + 1 + margin),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return Image.new("L", (1, 1)), None
        size = (box[2] - box[0]) * self.fine, (box[3] - box[1]) * self.fine
        mask = Image.new("L", size)
        draw = ImageDraw.Draw(mask)
        for stroke in self._strokes:
            stroke(draw, box[0] * self.fine, box[1] * self.fine)
        return (mask.reduce(self.fine) if self.fine > 1 else mask), box

    def mask(self) -> Image.Image:
        """What was drawn, as large as the canvas."""
        whole = Image.new("L", self.canvas)
        mask, box = self.cut()
        if box is not None:
            whole.paste(mask, box)
        return whole

    def _stroke(self, points: Sequence[Point], reach: float, stroke: Stroke) -> Self:
        """Remember a shape and how far it goes, in pixels of the mask."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        here = [min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach]
        if self._bounds:
            pairs = zip(self._bounds, here, (min, min, max, max), strict=True)
            here = [pick(a, b) for a, b, pick in pairs]
        self._bounds = here
        self._strokes.append(stroke)
        return self

    def at(self, point: Point) -> Point:
        """Fractions as pixels of the mask."""
        return point[0] * self.width, point[1] * self.height

    def shape(self, points: Iterable[Point]) -> Self:
        """A filled polygon."""
        corners = [self.at(p) for p in points]

        def stroke(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
            draw.polygon([(x - left, y - top) for x, y in corners], fill=255)

        return self._stroke(corners, 1, stroke)

    def line(self, points: Iterable[Point], thick: float) -> Self:
        """A line; its thickness is a fraction of the width."""
        corners = [self.at(p) for p in points]
        wide = max(1, round(thick * self.width))

        def stroke(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
            moved = [(x - left, y - top) for x, y in corners]
            draw.line(moved, 255, wide, joint="curve")

        return self._stroke(corners, wide, stroke)

    def disc(self, at: Point, radius: float) -> Self:
        """A circle; the radius is a fraction of the width."""
        return self.oval(at, radius, radius)

    def ring(self, at: Point, radius: float, thick: float) -> Self:
        """A circle that is not filled."""
        x, y = self.at(at)
        r = radius * self.width
        wide = max(1, round(thick * self.width))

        def stroke(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
            box = (x - r - left, y - r - top, x + r - left, y + r - top)
            draw.ellipse(box, outline=255, width=wide)

        return self._stroke([(x, y)], r, stroke)

    def oval(self, at: Point, half_width: float, half_height: float) -> Self:
        """An ellipse; both halves are fractions of the width."""
        x, y = self.at(at)
        a, b = half_width * self.width, max(0.5, half_height * self.width)

        def stroke(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
            draw.ellipse((x - a - left, y - b - top, x + a - left, y + b - top), 255)

        return self._stroke([(x - a, y - b), (x + a, y + b)], 1, stroke)

    def box(self, left: float, top: float, right: float, bottom: float) -> Self:
        """A rectangle."""
        return self.shape([(left, top), (right, top), (right, bottom), (left, bottom)])

    def conifer(self, at: Point, height: float, random: Random) -> Self:
        """A fir whose foot stands there; the height is a fraction of the picture's."""
        x, foot = at
        half = height * self.height / self.width * 0.2
        self.box(x - half * 0.07, foot - height * 0.2, x + half * 0.07, foot)
        tiers = 9
        for tier in range(tiers):
            top = foot - height * (1 - tier / (tiers + 1))
            low = top + height * 0.24 * (0.6 + tier / tiers)
            wide = half * (0.18 + 0.82 * (tier + 1) / tiers)
            left = wide * random.uniform(0.8, 1.1)
            right = wide * random.uniform(0.8, 1.1)
            self.shape(
                [
                    (x, top),
                    (x + right, low),
                    (x + right * 0.3, low - height * 0.025),
                    (x, low - height * 0.015),
                    (x - left * 0.3, low - height * 0.025),
                    (x - left, low),
                ]
            )
        return self

    def tree(
        self,
        at: Point,
        length: float,
        angle: float,
        thick: float,
        random: Random,
        depth: int = 9,
    ) -> Self:
        """A bare tree: every branch ends in two thinner ones."""
        x, y = at
        ratio = self.width / self.height
        end = x + math.cos(angle) * length, y + math.sin(angle) * length * ratio
        self.line([at, end], thick)
        if depth == 0:
            return self
        for side in (-1, 1):
            self.tree(
                end,
                length * random.uniform(0.68, 0.84),
                angle + side * random.uniform(0.18, 0.52),
                thick * 0.68,
                random,
                depth - 1,
            )
        return self
