"""A real photos_api and Chromium in front of it, for what only a browser can show."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photo_cast import jpeg
from photo_server import Server
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.story.looks import EXPECTED, FACTS, LOOKS, examine
from tests.story.watch import Watch

SIGN_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from photos_api.models import Person
from photos_api.session_store import SessionStore
person = Person.objects.met(iss={iss!r}, sub={name!r}, name={name!r})
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "photos_api.pages.sign_in.SignedIn"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create()
told = session.session_key
"""
FILL = """
from datetime import UTC, datetime, timedelta
from pathlib import Path
from photos_api import intake, tasks
from photos_api.models import Person, Photo, PhotoMonth
owner = Person.objects.get(sub={name!r})
originals = [intake.keep(Path(picture).read_bytes()) for picture in {pictures!r}]
for original in originals:
    tasks.make_renditions.func(original.pk)
newest = datetime(2026, 6, 28, 12, tzinfo=UTC)
photos = [
    Photo(
        owner=owner,
        original=originals[n % len(originals)],
        filename=f"{{n}}.jpg",
        description=f"Photo {{n}}",
        creation_time=newest - timedelta(hours={hours} * n),
        copy=n,
    )
    for n in range({count})
]
Photo.objects.bulk_create(photos, batch_size=2000)
PhotoMonth.objects.add_up(owner, [photo.creation_time for photo in photos], by=1)
told = [photo.pk for photo in photos[:100]]
"""
SCROLL = """async ({step, count}) => {
  for (let n = 0; n < count; n += 1) {
    scrollBy(0, step);
    await new Promise(requestAnimationFrame);
  }
  return document.querySelectorAll("*").length;
}"""
SIZES = [(64, 48), (48, 64), (64, 64), (96, 54)]


def sign_in(server: Server, context: BrowserContext, name: str) -> None:
    """Give the browser a session of somebody's, whom we know from now on."""
    key = server.run(SIGN_IN.format(iss=server.issuer_url, name=name))
    cookie: Any = {"name": "photos_api_session", "value": key, "url": server.url}
    context.add_cookies([cookie])


def fill(server: Server, name: str, count: int, *, hours: float = 24) -> list[str]:
    """Photos for somebody who has signed in, so many hours apart; the newest ids."""
    paths = pictures(server.log.parent, len(SIZES), gps=True)
    names = [str(path) for path in paths]
    code = FILL.format(name=name, count=count, hours=hours, pictures=names)
    ids: list[str] = server.run(code)
    return ids


@contextmanager
def page_of(
    browser: Browser, server: Server, name: str, **options: Any
) -> Iterator[Page]:
    """A tab of somebody's; fails if a page broke its own rules."""
    size = ViewportSize(width=1280, height=900)
    context = browser.new_context(base_url=server.url, viewport=size, **options)
    context.set_default_timeout(60_000)
    watch = Watch(context)
    sign_in(server, context, name)
    yield context.new_page()
    context.close()
    watch.forgive("ERR_INTERNET_DISCONNECTED|status of 40[09]|ERR_FAILED")
    watch.judge()


def scrolled(page: Page, *, step: int, count: int) -> int:
    """How many elements the page has after so many steps, a frame each."""
    elements: int = page.evaluate(SCROLL, {"step": step, "count": count})
    return elements


def look_at(page: Page, *, covered: bool = False) -> list[str]:
    """What is wrong with the page, narrow and wide, light and dark.

    ``covered``: a bar lies over the lowest photos until one scrolls, whatever size
    that leaves of them.
    """
    wrong = []
    for look in LOOKS:
        page.set_viewport_size({"width": look.width, "height": 900})
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        page.wait_for_timeout(200)
        report = examine(page, look.scheme)
        wrong += [
            f"{page.url} {look}: {found['id']}: {found['nodes'][0]['html']}"
            for found in report.response["violations"]
            if not (covered and found["id"] == "target-size")
        ]
        facts = page.evaluate(FACTS)
        wrong += [
            f"{page.url} {look}: {fact}: {facts[fact]}"
            for fact, value in EXPECTED.items()
            if facts[fact] != value
        ]
    return wrong


def pictures(folder: Path, count: int, *, gps: bool = False) -> list[Path]:
    """Small photo files, all different."""
    paths = [folder / f"picture-{number}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        size = SIZES[number % len(SIZES)]
        path.write_bytes(jpeg(size=size, seed=1000 + number, gps=gps))
    return paths
