"""A photo station's screen, as the tests stand before it."""

import re
from typing import Any

import time_machine
from provider import PhotoService, Provider
from visitors import Browser

from printshop.models import StationVisit
from printshop.models.stations import NOTHING_LENT

COOKIE = "printshop_station"
TOKEN = "/token"


class Screen(Browser):
    """The station's browser; it has no keyboard, and remembers all it was sent."""

    def __init__(self, clock: time_machine.Traveller, **how: Any) -> None:
        super().__init__(**how)
        self.clock = clock
        self.sent: list[str] = []

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        self.sent += [str(answer.headers), str(answer.cookies)]
        if not answer.streaming:
            self.sent.append(answer.content.decode(errors="replace"))
        return answer

    def look(self, after: float = 0) -> str:
        """What it shows so many seconds later."""
        self.clock.shift(after)
        return str(self.get("/kiosk/device/").content.decode())

    def touch(self, do: str, after: float = 0) -> str:
        """Press a button; what it shows then."""
        self.clock.shift(after)
        answer = self.post("/kiosk/device/touch/", {"do": do})
        assert answer["Location"] == "/kiosk/device/"
        return self.look()

    def until(self, words: str, seconds: int = 60) -> str:
        """Wait in front of it until it says so."""
        for _ in range(seconds):
            if words in (html := self.look(1)):
                return html
        raise AssertionError(heading(html))


def done(photos: PhotoService) -> None:
    photos.done.update(photos.sessions)


def visit() -> StationVisit:
    return StationVisit.objects.latest("pk")


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html)
    assert found, html
    return found[1]


def paths(html: str) -> list[str]:
    """What the drawn codes draw."""
    return re.findall(r'<path d="([^"]+)" fill="#000"', html)


def asked(provider: Provider) -> int:
    """How often the station asked for tokens."""
    return len(provider.asked(TOKEN))


def assert_empty() -> None:
    row = visit()
    assert {name: getattr(row, name) for name in NOTHING_LENT} == NOTHING_LENT
    assert row.customer is None
    assert row.selection is None


def living(provider: Provider) -> list[str]:
    """Access tokens that still open something."""
    return [token for token in provider.access_tokens if provider.accepts(token)]
