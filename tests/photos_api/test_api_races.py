"""Races at the Library API, between real processes: nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import requests
from photo_cast import ALICE, Issuer
from photo_server import Server, running

ALBUMS, ITEMS = "/library/v1/albums", "/library/v1/mediaItems"
RUNNERS = 12

PREPARE = """
from django.utils import timezone
from photos_api.models import *
from photos_api.models.people import new_id
alice = Person.objects.met(iss={iss!r}, sub={sub!r})
originals = Original.objects.bulk_create(
    Original(pk=(new_id() * 2), mime_type="image/jpeg", byte_size=1, width=4, height=3)
    for _ in range({count})
)
"""
PHOTOS = """
from photos_api import libraries
told = [photo.pk for photo in libraries.add(alice, [
    Photo(owner=alice, original=original, filename="x", creation_time=timezone.now(),
          created_by_client="printshop") for original in originals
])]
"""
UPLOADS = """
told = [upload.pk for upload in Upload.objects.bulk_create(
    Upload(owner=alice, client_id="printshop", original=original,
           finalized_at=timezone.now())
    for original in originals for _ in range({copies})
)]
"""
POSITIONS = """
from photos_api.models import AlbumItem, Photo, PhotoMonth
items = AlbumItem.objects.filter(album={album!r})
told = list(items.values_list("position", flat=True))
"""
COUNT = """
from photos_api.models import Photo, PhotoMonth
told = [Photo.objects.count(), sum(PhotoMonth.objects.values_list("photos", flat=True))]
"""


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("races"), issuer) as server:
        yield server


def at_once(*calls: Callable[[], requests.Response]) -> list[requests.Response]:
    """All of them, started by one shot."""
    shot = Barrier(len(calls))

    def run(call: Callable[[], requests.Response]) -> requests.Response:
        shot.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def prepared(server: Server, what: str, count: int, copies: int = 1) -> list[str]:
    """Ids of photos or of uploads of as many pictures."""
    values = {"iss": server.issuer_url, "sub": ALICE, "count": count}
    made = server.run((PREPARE + what).format(**values, copies=copies))
    assert isinstance(made, list)
    return made


def new_album(server: Server) -> str:
    made = server.post(ALBUMS, {"album": {"title": "Everybody's"}})
    return str(made.json()["id"])


def add(server: Server, album: str, ids: list[str]) -> Callable[[], requests.Response]:
    path = f"{ALBUMS}/{album}:batchAddMediaItems"
    return partial(server.post, path, {"mediaItemIds": ids})


def create(
    server: Server, tokens: list[str], **more: Any
) -> Callable[[], requests.Response]:
    items = [{"simpleMediaItem": {"uploadToken": token}} for token in tokens]
    body = {"newMediaItems": items, **more}
    return partial(server.post, f"{ITEMS}:batchCreate", body)


def seen(server: Server, album: str) -> list[str]:
    """The ids of an album's media items, in order."""
    body = {"albumId": album, "pageSize": 100}
    page = server.post(f"{ITEMS}:search", body).json()
    return [item["id"] for item in page.get("mediaItems", [])]


def created(answers: list[requests.Response]) -> list[str]:
    """The ids of all that was created, or is told as if."""
    results = [r for answer in answers for r in answer.json()["newMediaItemResults"]]
    assert all(result["status"] == {"message": "Success"} for result in results)
    return [result["mediaItem"]["id"] for result in results]


def test_many_who_fill_one_album_lose_nothing_and_mix_nothing(server: Server) -> None:
    photos = prepared(server, PHOTOS, 5 * RUNNERS)
    album = new_album(server)
    hands = [photos[n * 5 : n * 5 + 5] for n in range(RUNNERS)]
    answers = at_once(*(add(server, album, hand) for hand in hands))
    assert {answer.status_code for answer in answers} == {200}
    positions = server.run(POSITIONS.format(album=album))
    assert len(positions) == len(set(positions)) == len(photos)
    order = seen(server, album)
    assert sorted(order[n : n + 5] for n in range(0, len(order), 5)) == sorted(hands)
    assert server.was_quiet()


def test_many_who_add_the_same_photos_add_them_once(server: Server) -> None:
    photos = prepared(server, PHOTOS, 8)
    album = new_album(server)
    calls = [
        add(server, album, photos[n % 3 :] if n % 2 else photos[::-1])
        for n in range(RUNNERS)
    ]
    answers = at_once(*calls)
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(seen(server, album)) == sorted(photos)
    assert server.was_quiet()


def test_one_token_sent_many_times_at_once_is_one_photo(server: Server) -> None:
    before, _ = server.run(COUNT)
    (token,) = prepared(server, UPLOADS, 1)
    album = new_album(server)
    answers = at_once(*[create(server, [token], albumId=album)] * RUNNERS)
    assert {answer.status_code for answer in answers} == {200}
    (photo,) = set(created(answers))
    assert seen(server, album) == [photo]
    photos, counted_by_month = server.run(COUNT)
    assert photos == counted_by_month == before + 1
    assert server.was_quiet()


def test_the_same_pictures_sent_by_many_at_once_are_there_once(server: Server) -> None:
    before, _ = server.run(COUNT)
    tokens = prepared(server, UPLOADS, 10, copies=RUNNERS)
    album = new_album(server)
    calls = [
        create(server, tokens[n::RUNNERS][:: 1 if n % 2 else -1], albumId=album)
        for n in range(RUNNERS)
    ]
    answers = at_once(*calls)
    assert {answer.status_code for answer in answers} == {200}
    told = Counter(created(answers))
    assert set(told.values()) == {RUNNERS}
    assert sorted(seen(server, album)) == sorted(told)
    photos, counted_by_month = server.run(COUNT)
    assert photos == counted_by_month == before + 10
    assert server.was_quiet()


def test_all_that_can_happen_to_an_album_may_happen_at_once(server: Server) -> None:
    """Whatever the order: no deadlock, no 500, and the album is a plain list after."""
    photos = prepared(server, PHOTOS, 30)
    tokens = prepared(server, UPLOADS, 20)
    album = new_album(server)
    add(server, album, photos[:10])()
    after = {"position": "AFTER_MEDIA_ITEM", "relativeMediaItemId": photos[0]}
    first = {"position": "FIRST_IN_ALBUM"}
    text = {"newEnrichmentItem": {"textEnrichment": {"text": "x"}}}
    enriching, removing = f"{ALBUMS}/{album}:addEnrichment", f"{ALBUMS}/{album}"
    answers = at_once(
        *(
            create(server, tokens[n * 5 : n * 5 + 5], albumId=album, albumPosition=at)
            for n, at in enumerate([after, first, after, None])
        ),
        *(add(server, album, photos[n : n + 10]) for n in (5, 10, 20, 15)),
        *(
            partial(server.post, enriching, {**text, "albumPosition": at})
            for at in (after, first, after, first)
        ),
        *(
            partial(
                server.post,
                f"{removing}:batchRemoveMediaItems",
                {"mediaItemIds": photos[n : n + 2]},
            )
            for n in (1, 3)
        ),
    )
    assert {answer.status_code for answer in answers} == {200}
    gone = set(photos[1:5])
    expected = (set(photos) - gone) | set(created(answers[:4]))
    assert sorted(seen(server, album)) == sorted(expected)
    positions = server.run(POSITIONS.format(album=album))
    assert len(positions) == len(set(positions)) == len(expected) + 4
    assert server.was_quiet()


def test_an_album_deleted_while_it_is_filled_is_gone_for_everybody(
    server: Server,
) -> None:
    photos = prepared(server, PHOTOS, 2)
    tokens = prepared(server, UPLOADS, 2)
    album = new_album(server)
    delete = f"""
from photos_api import albums
from photos_api.models import Album, AlbumItem
albums.discard(Album.objects.get(pk={album!r}))
told = AlbumItem.objects.filter(album={album!r}).count()
"""
    remove = f"{ALBUMS}/{album}:batchRemoveMediaItems"
    statuses: Counter[int] = Counter()
    with ThreadPoolExecutor(1) as pool:
        deleted = pool.submit(server.run, delete)
        while not deleted.done():
            answers = at_once(
                *(add(server, album, [photo]) for photo in photos),
                *(create(server, [token], albumId=album) for token in tokens),
                *(partial(server.post, remove, {"mediaItemIds": [p]}) for p in photos),
            )
            statuses.update(answer.status_code for answer in answers)
        assert deleted.result() == 0
    assert set(statuses) <= {200, 400, 404}
    assert statuses[200]
    assert add(server, album, photos[:1])().status_code == 400
    assert server.run(POSITIONS.format(album=album)) == []
    assert server.was_quiet()
