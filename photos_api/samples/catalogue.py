"""Which sample pictures there are: what they show, when and how they were taken."""

# ruff: noqa: PLR0913, PLR0917 # each line of the catalogue is one photo

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from photos_api.samples import (
    country,
    evening,
    fields,
    light,
    meadow,
    mountains,
    night,
    sea,
    town,
)
from photos_api.samples.brushes import Canvas

LARGE, WIDE, TALL, SQUARE = (4000, 3000), (2400, 1600), (1600, 2400), (2000, 2000)


@dataclass(frozen=True, slots=True)
class Camera:
    """What stands in the EXIF block about how it was taken."""

    make: str
    model: str
    focal_length: float
    aperture: float
    iso: int
    exposure: tuple[int, int]  # a fraction of a second


def camera(text: str) -> Camera:
    """`make | model | mm | f | ISO | 1/250`"""
    make, model, focal, aperture, iso, exposure = (p.strip() for p in text.split("|"))
    over, _, under = exposure.partition("/")
    return Camera(
        make,
        model,
        float(focal),
        float(aperture),
        int(iso),
        (int(over), int(under or 1)),
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: its file, its place in time and space, and who paints it."""

    name: str
    title: str
    taken: datetime
    size: tuple[int, int]
    paint: Callable[[Canvas], None]
    camera: Camera
    place: tuple[float, float] | None = None  # latitude, longitude
    grain: float = 7.0

    @property
    def filename(self) -> str:
        """The name a camera or a person might have given it."""
        return f"{self.name}.jpg"


def _sample(
    name: str,
    title: str,
    taken: str,
    size: tuple[int, int],
    paint: Callable[[Canvas], None],
    taken_with: str,
    place: tuple[float, float] | None = None,
    grain: float = 7.0,
) -> Sample:
    when = datetime.fromisoformat(f"{taken}+00:00")
    return Sample(name, title, when, size, paint, camera(taken_with), place, grain)


_ALMA = "Alma | A7 | "
_KITE = "Kite | Pocket 3 | "
_NORD = "Nordlys | M10 | "

SAMPLES = (
    _sample(
        "blue-ridges",
        "Blue ridges at sunrise",
        "2026-09-27 06:12:40",
        LARGE,
        mountains.blue_ridges,
        _ALMA + "70 | 8 | 100 | 1/125",
        (46.5581, 8.5614),
    ),
    _sample(
        "mountain-lake",
        "The lake before breakfast",
        "2026-08-15 07:34:09",
        LARGE,
        mountains.mountain_lake,
        _ALMA + "24 | 11 | 100 | 1/60",
        (46.6863, 7.8632),
    ),
    _sample(
        "harbour",
        "Harbour, last light",
        "2026-07-04 20:51:22",
        LARGE,
        sea.harbour,
        _ALMA + "35 | 5.6 | 200 | 1/200",
        (43.2965, 5.3698),
    ),
    _sample(
        "blue-hour",
        "Blue hour over the river",
        "2026-04-18 19:42:57",
        LARGE,
        town.blue_hour,
        _ALMA + "50 | 8 | 100 | 4",
    ),
    _sample(
        "aurora",
        "Northern lights, minus twenty",
        "2026-02-08 22:17:31",
        LARGE,
        night.aurora,
        _NORD + "14 | 2.8 | 1600 | 8",
        (69.6492, 18.9553),
        10.0,
    ),
    _sample(
        "lavender",
        "Lavender near the old road",
        "2026-07-11 20:33:14",
        LARGE,
        fields.lavender,
        _ALMA + "24 | 9 | 100 | 1/80",
        (43.9116, 5.2003),
    ),
    _sample(
        "dunes",
        "Three walkers",
        "2026-02-21 17:20:05",
        WIDE,
        country.dunes,
        _NORD + "85 | 8 | 100 | 1/500",
        (31.0994, -4.0127),
    ),
    _sample(
        "lighthouse",
        "After the storm",
        "2025-11-02 15:48:37",
        WIDE,
        sea.lighthouse,
        _ALMA + "70 | 5.6 | 400 | 1/640",
        (48.0406, -4.8666),
    ),
    _sample(
        "misty-pines",
        "Fog in the pines",
        "2025-11-15 08:05:50",
        TALL,
        mountains.misty_pines,
        _NORD + "50 | 4 | 200 | 1/160",
    ),
    _sample(
        "beach",
        "The beach from above",
        "2026-08-02 12:14:28",
        SQUARE,
        sea.beach_from_above,
        _KITE + "8.8 | 4 | 100 | 1/1000",
        (39.5696, 2.6502),
    ),
    _sample(
        "balloons",
        "Balloons over the valley",
        "2026-09-06 06:58:19",
        WIDE,
        light.balloons,
        _ALMA + "50 | 7.1 | 100 | 1/400",
    ),
    _sample(
        "bridge",
        "A bridge in the fog",
        "2026-07-21 07:26:43",
        WIDE,
        town.bridge,
        _NORD + "35 | 8 | 100 | 1/250",
        (37.8199, -122.4783),
    ),
    _sample(
        "milky-way",
        "Somebody looks up",
        "2026-08-12 23:55:02",
        TALL,
        night.milky_way,
        _NORD + "14 | 1.8 | 3200 | 15",
        None,
        11.0,
    ),
    _sample(
        "tulips",
        "Tulips and the mill",
        "2026-04-25 11:09:36",
        WIDE,
        fields.tulips,
        _KITE + "24 | 8 | 100 | 1/320",
        (52.2703, 4.5463),
    ),
    _sample(
        "city-lights",
        "City lights, out of focus",
        "2025-12-13 18:31:11",
        SQUARE,
        evening.bokeh,
        _ALMA + "85 | 1.4 | 800 | 1/100",
    ),
    _sample(
        "rainy-window",
        "Rain on the window",
        "2025-11-23 17:02:45",
        TALL,
        evening.rainy_window,
        _ALMA + "50 | 2 | 800 | 1/60",
    ),
    _sample(
        "ferris-wheel",
        "One more round",
        "2026-07-25 21:24:33",
        WIDE,
        evening.ferris_wheel,
        _KITE + "24 | 2.8 | 400 | 1/50",
    ),
    _sample(
        "winter-tree",
        "The tree on the hill",
        "2025-12-27 15:40:08",
        WIDE,
        country.winter_tree,
        _NORD + "70 | 9 | 100 | 1/250",
    ),
    _sample(
        "rainbow",
        "Suddenly a rainbow",
        "2025-05-03 18:11:54",
        WIDE,
        country.rainbow,
        _KITE + "24 | 5.6 | 100 | 1/200",
        (53.2707, -9.0568),
    ),
    _sample(
        "moonlit-sea",
        "The moon's road",
        "2025-05-15 21:37:26",
        TALL,
        night.moonlit_sea,
        _NORD + "85 | 2.8 | 1600 | 1/8",
        None,
        10.0,
    ),
    _sample(
        "poppies",
        "Poppies, lying in the grass",
        "2025-05-29 17:55:17",
        WIDE,
        meadow.poppies,
        _ALMA + "85 | 1.8 | 100 | 1/1250",
    ),
    _sample(
        "stained-light",
        "Light through the church window",
        "2026-04-05 10:28:39",
        SQUARE,
        light.stained_light,
        _KITE + "24 | 2 | 200 | 1/60",
    ),
    _sample(
        "birches",
        "Birches in October",
        "2024-10-26 14:16:21",
        TALL,
        meadow.birches,
        _NORD + "50 | 3.5 | 200 | 1/125",
    ),
    _sample(
        "cottage",
        "Grandmother's house",
        "2024-10-12 13:03:48",
        (640, 480),
        country.cottage,
        "Kite | Phone 1 | 4.2 | 2.8 | 100 | 1/120",
        None,
        12.0,
    ),
)
