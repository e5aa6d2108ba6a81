"""Own copies, over four connections: whatever addresses, tokens and disks do."""

import io
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image
from provider import Photo, PhotoService, Provider, Reply, Request, photo
from pytest_django import Settings
from visitors import Browser, begin, finish, work

from printshop import copying
from printshop import photos as photo_service
from printshop.management.commands import worker
from printshop.models import Connection, Original, Selection
from printshop.press.originals import Photo as Opened

TINY = photo("tiny", (30, 20)).content
LONG_AGO = "2020-01-01T00:00Z"


@pytest.fixture
def lender(alice: Browser, photos: PhotoService) -> Browser:
    """Alice, who has lent her photos."""
    alice.connect()
    return alice


def tiny(count: int) -> list[Photo]:
    """So many little photos."""
    return [Photo(f"p{n:04}", TINY, 30, 20, f"p{n}.jpg") for n in range(count)]


def copy(customer: Browser, photos: PhotoService) -> str:
    """Pick everything and let the worker work; returns the selection's page."""
    page = begin(customer)
    finish(customer, photos, page)
    work()
    return page


def again() -> None:
    """Let the worker try once more."""
    Selection.objects.update(retry_at=LONG_AGO)
    work()


def here() -> list[str]:
    """What was copied, in the order of picking."""
    return [o.media_id for o in Original.objects.here().order_by("position")]


def fetched(photos: PhotoService) -> Counter[str]:
    """How often each photo was asked for."""
    paths = (request.path for request in photos.requests)
    return Counter(path for path in paths if path.startswith("/media/"))


@dataclass
class Doorman:
    """Holds everybody who comes for bytes until so many are there."""

    party: threading.Barrier
    lock: threading.Lock = field(default_factory=threading.Lock)
    inside: int = 0
    most: int = 0

    def __call__(self, request: Request) -> None:
        """One comes in, and goes out again when all are in."""
        if not request.path.startswith("/media/"):
            return
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.party.wait(timeout=10)
        time.sleep(0.02)  # a fifth would come in now
        with self.lock:
            self.inside -= 1


def test_four_photos_are_fetched_at_once_and_never_five(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(12)
    photos.before = doorman = Doorman(threading.Barrier(4))
    copy(lender, photos)
    assert len(here()) == 12
    assert doorman.most == 4


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 2000])
def test_any_number_of_picks_in_the_order_they_were_picked(
    lender: Browser, photos: PhotoService, count: int
) -> None:
    photos.picks = tiny(count)[::-1]
    copy(lender, photos)
    assert here() == [pick.id for pick in photos.picks]
    assert set(fetched(photos).values()) <= {1}
    assert Selection.objects.get().stage == Selection.Stage.READY


def test_a_turn_ends_for_others_and_the_next_goes_on(
    lender: Browser, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "TURN", 0.01)
    photos.before = lambda request: time.sleep(0.01)
    photos.picks = tiny(40)
    copy(lender, photos)
    assert len(here()) == 40
    assert set(fetched(photos).values()) == {1}
    turns = DBTaskResult.objects.filter(task_path__endswith=".copy_selection")
    assert turns.count() > 1


class Ageing(PhotoService):
    """Its addresses are good for so many downloads; then they must be listed anew."""

    good_for = 5
    listings = 0
    left = 0

    def media_items(self, request: Request) -> dict[str, Any]:
        """Fresh addresses."""
        self.listings += 1
        self.left = self.good_for
        return super().media_items(request)

    def item(self, photo: Photo) -> dict[str, Any]:
        """With an address that says when it was made."""
        document = super().item(photo)
        document["mediaFile"]["baseUrl"] = f"{self.url}/{self.listings}/{photo.id}"
        return document

    def answer(self, request: Request) -> Reply:
        """403 for what has aged."""
        made, _, name = request.path.strip("/").partition("/")
        if not made.isdecimal():
            return super().answer(request)
        with self.provider.lock:
            self.left -= 1
            if int(made) != self.listings or self.left < 0:
                return Reply({"error": {"status": "PERMISSION_DENIED"}}, 403)
        [found] = [p for p in self.picks if f"{p.id}=d" == name]
        return Reply(found.content, content_type="image/jpeg")


@pytest.fixture
def ageing(photos: PhotoService, settings: Settings) -> Any:
    """The photo service, with addresses that do not last."""
    server = Ageing(photos.provider)
    server.picks = tiny(12)
    settings.PHOTOS_URL = server.url
    yield server
    server.stop()


def test_an_address_that_has_aged_is_listed_again(
    lender: Browser, ageing: Ageing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "FRESH", 0.0)
    page = copy(lender, ageing)
    assert here() == [pick.id for pick in ageing.picks]
    assert ageing.listings < 8
    assert lender.get(page)["Location"].startswith("/choose/")


def test_a_fresh_address_that_is_refused_waits_and_lets_the_others_pass(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(12)
    photos.replies["/media/p0003=d"] = Reply({}, 403)
    copy(lender, photos)
    assert len(here()) == 11
    assert len(photos.asked("/picker/v1/mediaItems")) == 1
    del photos.replies["/media/p0003=d"]
    again()
    assert here() == [pick.id for pick in photos.picks]
    assert fetched(photos)["/media/p0004=d"] == 1


@pytest.mark.spec("RFC 9110 §10.2.3")
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("700", (700, 700)),
        (formatdate(time.time() + 900, usegmt=True), (500, 900)),
        (formatdate(time.time() - 900, usegmt=True), (5, 5)),
        ("9" * 40, (3600, 3600)),
        ("-7", (5, 5)),
        ("²", (5, 5)),
        ("soon", (5, 5)),
    ],
)
def test_we_wait_as_long_as_we_are_asked_to(
    lender: Browser,
    photos: PhotoService,
    status: int,
    retry_after: str,
    seconds: tuple[int, int],
) -> None:
    photos.picks = tiny(30)
    busy = Reply({}, status, headers={"Retry-After": retry_after})
    photos.replies["/media/p0000=d"] = busy
    before = timezone.now()
    copy(lender, photos)
    retry_at = Selection.objects.get().retry_at
    assert retry_at
    waited = (retry_at - before).total_seconds()
    assert seconds[0] <= waited < seconds[1] + 30
    assert len(here()) < 20  # nobody knocks at a door that is shut
    work()
    assert fetched(photos)["/media/p0000=d"] == 1
    del photos.replies["/media/p0000=d"]
    again()
    assert len(here()) == 30


@pytest.mark.spec("RFC 6750 §3.1")
def test_a_token_that_ends_early_is_refreshed_once_for_all_hands(
    lender: Browser, photos: PhotoService, provider: Provider
) -> None:
    photos.picks = tiny(40)

    def end_the_first(request: Request) -> None:
        if request.path == "/media/p0010=d" and not ended:
            ended.append(True)
            provider.access_tokens.clear()

    ended: list[bool] = []
    photos.before = end_the_first
    copy(lender, photos)
    assert len(here()) == 40
    grants = [request.form["grant_type"] for request in provider.asked("/token")]
    assert grants.count("refresh_token") == 1


def test_a_service_that_refuses_every_token_ends_in_asking_alice(
    lender: Browser, photos: PhotoService, provider: Provider
) -> None:
    photos.picks = tiny(12)
    for pick in photos.picks:
        photos.replies[f"/media/{pick.id}=d"] = Reply({}, 401)
    page = copy(lender, photos)
    assert "Connect your photos again" in lender.get(page).content.decode()
    grants = [request.form["grant_type"] for request in provider.asked("/token")]
    assert grants.count("refresh_token") == 1


def test_a_full_disk_is_said_and_leaves_no_half_files(
    lender: Browser,
    photos: PhotoService,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photos.picks = [photo("one", (2000, 1500))]
    full = media / "originals" / "full"
    full.parent.mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr(secrets, "token_hex", lambda size: "full")
        patched.setattr(worker, "sweep_files", lambda: None)  # the device is old
        full.symlink_to("/dev/full")
        page = copy(lender, photos)
    assert "no room" in lender.get(page).content.decode()
    assert not list(full.parent.iterdir())
    again()
    assert here() == ["one"]


def test_what_is_larger_than_any_photo_is_refused_alone(
    lender: Browser,
    photos: PhotoService,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(photo_service, "BYTES_LIMIT", 100_000)
    photos.picks = [Photo("huge", TINY + bytes(150_000), 30, 20), *tiny(3)]
    copy(lender, photos)
    assert len(here()) == 3
    assert "larger than any" in Original.objects.get(media_id="huge").reason
    assert len(list((media / "originals").iterdir())) == 3


def test_a_photo_that_never_comes_is_given_up_and_the_others_are_not(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(12)
    photos.replies["/media/p0000=d"] = Reply({}, 500)
    page = copy(lender, photos)
    for _ in range(16):
        again()
    assert len(here()) == 11
    assert "would not give it" in lender.get(page, follow=True).content.decode()


def test_what_left_the_library_meanwhile_is_named(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(12)
    photos.replies["/media/p0000=d"] = Reply({}, 503)
    copy(lender, photos)
    gone = photos.picks.pop(0)
    again()
    assert len(here()) == 11
    assert "no longer in your library" in Original.objects.get(media_id=gone.id).reason


def test_what_cannot_be_printed_is_not_even_fetched(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = [
        Photo("film", b"", 30, 20, "film.mp4", "VIDEO"),
        Photo("giant", TINY, 20_000, 20_000),
        *tiny(1),
    ]
    copy(lender, photos)
    assert list(fetched(photos)) == ["/media/p0000=d"]
    reasons = Original.objects.exclude(reason="").values_list("reason", flat=True)
    assert [reason.split()[0] for reason in reasons] == ["Videos", "This"]


def test_a_list_that_does_not_end_is_left(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = tiny(2101)
    page = copy(lender, photos)
    assert not Original.objects.exists()
    assert "nothing is lost" in lender.get(page).content.decode()


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_jpeg_without_its_end_is_refused_without_decoding_it(
    lender: Browser, photos: PhotoService, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    def decode(_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Opened, "check", decode)
    photos.picks = [Photo("cut", TINY[:-cut], 30, 20), *tiny(1)]
    copy(lender, photos)
    assert here() == ["p0000"]
    assert "its end is missing" in Original.objects.get(media_id="cut").reason


def test_what_follows_the_end_of_a_jpeg_does_no_harm(
    lender: Browser, photos: PhotoService
) -> None:
    photos.picks = [Photo("moving", TINY + bytes(5000), 30, 20)]
    copy(lender, photos)
    assert here() == ["moving"]


@pytest.mark.parametrize(
    ("step", "kept"), [("receive", 3), ("_record", 0), ("access_token", 0)]
)
def test_what_we_cannot_copy_ourselves_is_given_up_in_the_end(
    lender: Browser,
    photos: PhotoService,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    kept: int,
) -> None:
    photos.picks = [Photo("bad", TINY, 30, 20), *tiny(3)]
    real = getattr(copying, step)

    def fail(*args: Any) -> Any:
        if step == "receive" and args[0].id != "bad":
            return real(*args)
        raise MemoryError

    monkeypatch.setattr(copying, step, fail)
    page = copy(lender, photos)
    assert "Something went wrong here" in lender.get(page).content.decode()
    for _ in range(8):
        again()
    assert len(here()) == kept
    assert "when we copied it" in Original.objects.get(media_id="bad").reason
    assert not Selection.objects.due().exists()


def test_what_every_worker_dies_over_is_given_up_in_the_end(
    lender: Browser, photos: PhotoService
) -> None:
    page = begin(lender)
    finish(lender, photos, page)
    selection = Selection.objects.get()
    Original.objects.create(
        customer=selection.customer, selection=selection, media_id="sea"
    )
    for _ in range(13):
        assert Selection.objects.claim(selection)
        Selection.objects.update(leased_until=LONG_AGO)
    work()
    assert not fetched(photos)
    assert "when we copied it" in Original.objects.get().reason
    assert Selection.objects.get().stage == Selection.Stage.READY


def test_photos_that_must_be_decoded_whole_come_one_after_the_other(
    lender: Browser, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[int] = []

    def check(_: object) -> None:
        inside.append(1)
        time.sleep(0.05)
        most.append(len(inside))
        inside.pop()

    most: list[int] = []
    monkeypatch.setattr(Opened, "check", check)
    content = io.BytesIO()
    Image.new("RGB", (30, 20)).save(content, "PNG")
    photos.picks = [Photo(f"p{n}", content.getvalue(), 30, 20) for n in range(8)]
    copy(lender, photos)
    assert most == [1] * 8


def test_one_worker_copies_and_another_waits_for_its_lease(
    lender: Browser, photos: PhotoService
) -> None:
    page = begin(lender)
    finish(lender, photos, page)
    selection = Selection.objects.get()
    until = Selection.objects.claim(selection)
    assert until
    work()  # the other
    assert not fetched(photos)
    Selection.objects.update(leased_until=LONG_AGO)  # the first has died
    work()
    assert len(here()) == 2
    assert Selection.objects.renew(selection, until, over=False) is None
    assert Connection.objects.get().last_used_at
