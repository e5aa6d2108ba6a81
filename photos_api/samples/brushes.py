"""What the sample pictures are painted with: Pillow's own operations, nothing by pixel.

Places are fractions: (0, 0) is the upper left corner, (1, 1) the lower right, so that a
scene looks the same at every size. The same seed paints the same picture.
"""

# ruff: noqa: PLR0913 # a cloud has that many properties

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from photos_api.samples.pen import Pen, Point

Colour = tuple[int, int, int]
Stops = Sequence[tuple[float, str]]


def rgb(hexadecimal: str) -> Colour:
    """`#rrggbb` as three numbers."""
    value = int(hexadecimal[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(one: str, other: str, share: float) -> str:
    """A colour between two: 0 is the one, 1 the other."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def gradient(
    size: tuple[int, int], stops: Stops, *, across: bool = False
) -> Image.Image:
    """Colours flowing downwards (or across) through the stops."""
    steps = 512
    line = Image.new("RGB", (1, steps))
    colours: list[Colour] = []
    for step in range(steps):
        at = step / (steps - 1)
        before = max((s for s in stops if s[0] <= at), default=stops[0])
        after = min((s for s in stops if s[0] >= at), default=stops[-1])
        span = after[0] - before[0]
        share = (at - before[0]) / span if span else 0.0
        share = share * share * (3 - 2 * share)
        colours.append(rgb(mix(before[1], after[1], share)))
    line.putdata(colours)
    # Stretched along the one side first: that is a line of pixels, not a picture.
    if across:
        line = line.transpose(Image.Transpose.ROTATE_90)
        line = line.resize((size[0], 1), Image.Resampling.BICUBIC)
    else:
        line = line.resize((1, size[1]), Image.Resampling.BICUBIC)
    return line.resize(size, Image.Resampling.NEAREST)


class Canvas:
    """A picture being painted."""

    def __init__(self, size: tuple[int, int], seed: str) -> None:
        self.size = self.width, self.height = size
        self.random = Random(seed)  # noqa: S311 # for beauty, not for secrets
        self.image = Image.new("RGB", size)

    # Light and air

    def sky(self, *stops: tuple[float, str]) -> None:
        """Fill everything with a vertical gradient."""
        self.image = gradient(self.size, stops)

    def band(self, top: float, bottom: float, stops: Stops) -> None:
        """A gradient between two heights, over everything that is there."""
        box = (0, round(top * self.height), self.width, round(bottom * self.height))
        self.image.paste(gradient((self.width, box[3] - box[1]), stops), box[:2])

    def glow(
        self, at: Point, radius: float, colour: str, strength: float = 1.0
    ) -> None:
        """Light that spreads from a point; the radius is a fraction of the width."""
        side = 2 * max(1, round(radius * self.width))
        disc = ImageOps.invert(Image.radial_gradient("L"))
        disc = disc.point(
            [round(255 * strength * (v / 255) ** 2.2) for v in range(256)]
        )
        # The corners of the gradient are not black: cut them off softly.
        disc = disc.point([max(0, v - 2) for v in range(256)])
        mask = disc.resize((side, side), Image.Resampling.BICUBIC)
        light = Image.new("RGB", (side, side), colour)
        light = Image.composite(light, Image.new("RGB", (side, side)), mask)
        place = (
            round(at[0] * self.width - side / 2),
            round(at[1] * self.height - side / 2),
        )
        self.screen(light, place)

    def screen(self, light: Image.Image, place: tuple[int, int]) -> None:
        box = (
            max(0, place[0]),
            max(0, place[1]),
            min(self.width, place[0] + light.width),
            min(self.height, place[1] + light.height),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        part = light.crop(
            (box[0] - place[0], box[1] - place[1], box[2] - place[0], box[3] - place[1])
        )
        self.image.paste(ImageChops.screen(self.image.crop(box), part), box[:2])

    def disc(
        self, at: Point, radius: float, colour: str, *, soft: float = 0.002
    ) -> None:
        """A sun or a moon; radius and softness are fractions of the width."""
        self.fill(colour, lambda pen: pen.disc(at, radius), soft=soft)

    def haze(self, colour: str, top: float, bottom: float, most: float) -> None:
        """Mist that is thickest in the middle between two heights."""
        height = round((bottom - top) * self.height)
        middle = mix("#000000", "#ffffff", most)
        mask = gradient(
            (self.width, height), [(0, "#000000"), (0.5, middle), (1, "#000000")]
        ).convert("L")
        layer = Image.new("RGB", mask.size, colour)
        self.image.paste(layer, (0, round(top * self.height)), mask)

    # Texture

    def noise(self, columns: int, rows: int, octaves: int = 4) -> Image.Image:
        """Soft random hills as a grey picture of at most 1000 pixels."""
        scale = min(1.0, 1000 / max(self.size))
        size = round(self.width * scale), round(self.height * scale)
        field: Image.Image | None = None
        for octave in range(octaves):
            cells = columns << octave, rows << octave
            grid = Image.frombytes(
                "L", cells, self.random.randbytes(cells[0] * cells[1])
            )
            layer = grid.resize(size, Image.Resampling.BICUBIC)
            share = 0.5 ** (octave + 0.4)
            field = layer if field is None else Image.blend(field, layer, share)
        return ImageOps.autocontrast(field or Image.new("L", size))

    def clouds(
        self,
        colour: str,
        *,
        top: float = 0.0,
        bottom: float = 0.6,
        cover: float = 0.5,
        strength: float = 0.9,
        cells: tuple[int, int] = (3, 7),
    ) -> None:
        """Clouds between two heights; cover 0 is a clear sky, 1 a closed one."""
        field = self.noise(*cells, 6)
        edge = 255 * (1 - cover)
        soft = 110
        field = field.point(
            [
                round(255 * strength * min(1, max(0, (v - edge) / soft)))
                for v in range(256)
            ]
        )
        size = self.width, round((bottom - top) * self.height)
        fade = gradient(
            field.size, [(0, "#ffffff"), (0.6, "#ffffff"), (1, "#000000")]
        ).convert("L")
        mask = ImageChops.multiply(field, fade).resize(size, Image.Resampling.BICUBIC)
        self.image.paste(
            Image.new("RGB", size, colour), (0, round(top * self.height)), mask
        )

    def texture(
        self,
        strength: float,
        *,
        cells: tuple[int, int],
        top: float = 0.0,
        bottom: float = 1.0,
    ) -> None:
        """Lighter and darker patches, for ground and water."""
        box = (0, round(top * self.height), self.width, round(bottom * self.height))
        size = box[2], box[3] - box[1]
        field = self.noise(*cells, 4).resize(size, Image.Resampling.BICUBIC)
        field = field.point([round(128 + (v - 128) * strength) for v in range(256)])
        part = self.image.crop(box)
        field = Image.merge("RGB", [field] * 3)
        self.image.paste(ImageChops.overlay(part, field), box[:2])

    # Shapes

    def fill(
        self,
        colour: str | Image.Image,
        draw: Callable[[Pen], object],
        *,
        soft: float = 0.0,
        strength: float = 1.0,
    ) -> None:
        """Paint a shape in one colour, or with a picture of the canvas's size."""
        pen = Pen(self.size)
        draw(pen)
        mask, box = pen.cut(round(3 * soft * self.width))
        if box is None:
            return
        if soft:
            mask = mask.filter(ImageFilter.BoxBlur(soft * self.width))
        if strength < 1:
            mask = mask.point([round(v * strength) for v in range(256)])
        paint = colour if isinstance(colour, str) else colour.crop(box)
        self.image.paste(paint, box, mask)

    def ridge(
        self, height: float, rough: float, *, detail: float = 0.5, steps: int = 9
    ) -> list[Point]:
        """A random skyline around a height: midpoint displacement."""
        line = [height + self.random.uniform(-rough, rough) for _ in range(3)]
        for _ in range(steps):
            rough *= detail
            finer: list[float] = []
            for left, right in pairwise(line):
                middle = (left + right) / 2 + self.random.uniform(-rough, rough)
                finer += [left, middle]
            line = [*finer, line[-1]]
        return [(i / (len(line) - 1), y) for i, y in enumerate(line)]

    def land(self, line: Sequence[Point], stops: Stops) -> None:
        """Everything below a skyline, its colours flowing down from the highest."""
        pen = Pen(self.size)
        pen.shape([*line, (1, 1.01), (0, 1.01)])
        mask, box = pen.cut()
        if box is not None:
            earth = gradient((box[2] - box[0], box[3] - box[1]), stops)
            self.image.paste(earth, box, mask)

    def mirror(
        self, shore: float, *, dark: float = 0.75, tint: str = "#20384c"
    ) -> None:
        """Still water below the shore: what stands above, upside down and broken."""
        y = round(shore * self.height)
        depth = self.height - y
        above = self.image.crop((0, max(0, y - depth), self.width, y))
        water = ImageOps.flip(above)
        if water.height < depth:
            water = water.resize((self.width, depth))
        # Waves blur up and down more than to the sides.
        small = water.resize(
            (self.width // 3, max(1, depth // 14)), Image.Resampling.BOX
        )
        water = Image.blend(
            water, small.resize(water.size, Image.Resampling.BICUBIC), 0.6
        )
        water = ImageEnhance.Brightness(water).enhance(dark)
        water = Image.blend(water, Image.new("RGB", water.size, tint), 0.14)
        self.image.paste(self._rippled(water), (0, y))

    def _rippled(self, water: Image.Image) -> Image.Image:
        """Shift strips sideways, further the nearer they are."""
        rippled = water.copy()
        y = 0.0
        while y < water.height:
            near = y / water.height
            thick = max(1.0, water.height * (0.002 + 0.006 * near))
            shift = round(self.random.gauss(0, water.width * (0.0008 + 0.003 * near)))
            strip = water.crop((0, round(y), water.width, round(y + thick) + 1))
            rippled.paste(strip, (shift, round(y)))
            y += thick
        return rippled

    def glitter(
        self,
        at: float,
        shore: float,
        colour: str,
        *,
        width: float,
        count: int,
        spread: float = 3.0,
    ) -> None:
        """The path of light on water below a sun or a moon."""
        strokes: list[tuple[Point, float, float]] = []
        for _ in range(count):
            near = self.random.random() ** 1.6
            y = shore + (1 - shore) * near
            reach = width * (0.35 + spread * near)
            x = at + self.random.gauss(0, reach * 0.5)
            strokes.append(
                ((x, y), width * (0.1 + 0.9 * near) * 0.5, 0.0008 + 0.0022 * near)
            )

        def draw(pen: Pen) -> None:
            for (x, y), long, thick in strokes:
                pen.oval((x, y), long, thick)

        self.fill(colour, draw, soft=0.0006, strength=0.85)

    def stars(self, count: int, bottom: float) -> None:
        """Points of light in the upper part."""
        sky = Image.new("L", self.size)
        pen = ImageDraw.Draw(sky)
        unit = self.width / 2400
        for _ in range(count):
            x = self.random.random() * self.width
            y = self.random.random() * bottom * self.height
            size = unit * (0.5 + 1.5 * self.random.random() ** 6)
            light = round(70 + 185 * self.random.random() ** 2.5)
            pen.ellipse((x - size, y - size, x + size, y + size), fill=light)
        self.image = ImageChops.screen(
            self.image, Image.merge("RGB", [sky, sky, sky.point(lambda v: v * 1.1)])
        )

    def finish(
        self, *, grain: float = 7.0, vignette: float = 0.18, contrast: float = 1.04
    ) -> Image.Image:
        """The picture as a camera would have taken it."""
        picture = ImageEnhance.Contrast(self.image).enhance(contrast)
        if vignette:
            dark = Image.radial_gradient("L").point(
                [round(255 - 255 * vignette * (v / 255) ** 2.6) for v in range(256)]
            )
            dark = dark.resize(self.size, Image.Resampling.BICUBIC)
            picture = ImageChops.multiply(picture, Image.merge("RGB", [dark] * 3))
        size = self.width // 2, self.height // 2
        dust = Image.frombytes("L", size, self.random.randbytes(size[0] * size[1]))
        dust = dust.point([round(128 + (v - 128) * grain / 128) for v in range(256)])
        dust = dust.resize(self.size, Image.Resampling.BILINEAR)
        return ImageChops.overlay(picture, Image.merge("RGB", [dust] * 3))
