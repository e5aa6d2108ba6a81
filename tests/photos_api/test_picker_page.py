"""The picker as a form: who gets in, what is shown, what comes of Done."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone
from photo_cast import App, Library, told

from photos_api import libraries
from photos_api.models import Enrichment, Person, Photo, PickingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(shop: App, alice: Person) -> dict[str, Any]:
    return told(
        shop.post("/picker/v1/sessions", {"pickingConfig": {"maxItemCount": 3}})
    )


def pick_path(session: dict[str, Any]) -> str:
    return str(session["pickerUri"]).removeprefix("http://localhost:8002")


def picked(session: dict[str, Any]) -> list[str]:
    row = PickingSession.objects.get(pk=session["id"])
    return list(row.picks.order_by("position").values_list("photo_id", flat=True))


def boxes(response: Any) -> dict[str, bool]:
    """The photos of a page that can be ticked, and which of them are."""
    html = response.content.decode().partition('<template id="tile">')[0]
    found = re.findall(
        r'type="checkbox" name="photo" value="([^"]*)"[^>]*?( checked)?>', html
    )
    return {pk: bool(checked) for pk, checked in found}


def form(response: Any) -> dict[str, Any]:
    """What a browser would send back of a page, without a button."""
    html = response.content.decode().partition('<template id="tile">')[0]
    hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', html)
    sent: dict[str, Any] = {"photo": [v for n, v in hidden if n == "photo"]}
    sent |= {n: v for n, v in hidden if n != "photo"}
    sent["photo"] += [pk for pk, ticked in boxes(response).items() if ticked]
    for name in ("name", "since", "until"):
        [field] = re.findall(f'<input id="{name}"[^>]*>', html)
        sent[name] = "".join(re.findall('value="([^"]*)"', field))
    sent["album"] = "".join(re.findall('<option value="([^"]*)" selected', html))
    return sent


def test_a_visitor_signs_in_first_and_comes_back_to_the_picker(
    session: dict[str, Any],
) -> None:
    response = Client().get(pick_path(session))
    path, _, query = response["Location"].partition("?")
    assert path == "/sign-in/"
    assert parse_qs(query)["next"] == [pick_path(session)]


def test_only_the_owner_may_pick(
    bobs: Client, session: dict[str, Any], library: Library
) -> None:
    photo = library.photo()
    for response in (
        bobs.get(pick_path(session)),
        bobs.post(pick_path(session), {"photo": photo.pk}),
        bobs.get(pick_path(session) + "/autoclose"),
    ):
        assert response.status_code == 403
        assert "somebody else" in response.content.decode()
        assert photo.pk not in response.content.decode()
    assert PickingSession.objects.get().finished_at is None


def test_without_a_script_the_order_is_the_order_of_the_page(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    photos = [library.photo() for _ in range(4)]
    page = alices.get(pick_path(session))
    assert boxes(page) == {photo.pk: False for photo in photos[::-1]}
    response = alices.post(
        pick_path(session), {"photo": [photos[3].pk, photos[1].pk], "order": ""}
    )
    assert (response.status_code, response["Location"]) == (302, pick_path(session))
    assert picked(session) == [photos[3].pk, photos[1].pk]


def test_with_a_script_the_order_is_the_order_of_ticking(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    a, b, c = (library.photo() for _ in range(3))
    order = f"{b.pk},not-ticked,{c.pk},{b.pk},,"
    alices.post(pick_path(session), {"photo": [a.pk, b.pk, c.pk], "order": order})
    assert picked(session) == [b.pk, c.pk, a.pk]


def test_after_done_the_address_is_dead(
    alices: Client, session: dict[str, Any], library: Library, shop: App
) -> None:
    first, second = library.photo(), library.photo()
    alices.post(pick_path(session), {"photo": first.pk})
    page = alices.get(pick_path(session)).content.decode()
    assert "go back to the other window" in page
    assert "checkbox" not in page
    alices.post(pick_path(session), {"photo": second.pk})
    assert picked(session) == [first.pk]
    items = told(shop.get("/picker/v1/mediaItems", sessionId=session["id"]))
    assert [item["id"] for item in items["mediaItems"]] == [first.pk]


def test_picking_nothing_is_an_answer(
    alices: Client, session: dict[str, Any], shop: App
) -> None:
    alices.post(pick_path(session), {})
    assert (
        told(shop.get(f"/picker/v1/sessions/{session['id']}"))["mediaItemsSet"] is True
    )
    assert told(shop.get("/picker/v1/mediaItems", sessionId=session["id"])) == {}


def test_more_than_the_app_can_take_is_refused_and_stays_ticked(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    photos = [library.photo() for _ in range(4)]
    response = alices.post(pick_path(session), {"photo": [p.pk for p in photos]})
    assert response.status_code == 400
    assert "only 3" in response.content.decode()
    assert boxes(response) == {photo.pk: True for photo in photos[::-1]}
    assert picked(session) == []


@pytest.mark.parametrize("foreign", ["bobs", "unknown", "", "a\0b", "x" * 5000])
def test_photos_that_are_not_hers_cannot_be_picked(
    alices: Client, session: dict[str, Any], library: Library, bob: Person, foreign: str
) -> None:
    mine = library.photo()
    wanted = Library(bob).photo().pk if foreign == "bobs" else foreign
    response = alices.post(pick_path(session), {"photo": [mine.pk, wanted]})
    assert response.status_code == 400
    assert "Nothing was shared" in response.content.decode()
    assert PickingSession.objects.get(pk=session["id"]).finished_at is None


def test_two_thousand_photos_can_be_picked_with_the_form(
    alices: Client, shop: App, library: Library
) -> None:
    session = told(shop.post("/picker/v1/sessions", {}))
    photos = library.photos(2000)
    ids = [photo.pk for photo in photos]
    response = alices.post(
        pick_path(session), {"photo": ids, "order": ",".join(ids[::-1])}
    )
    assert response.status_code == 302
    assert picked(session) == ids[::-1]


def test_an_expired_session_says_so(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    photo = library.photo()
    PickingSession.objects.update(expire_time=timezone.now())
    for response in (
        alices.get(pick_path(session)),
        alices.post(pick_path(session), {"photo": photo.pk}),
    ):
        assert response.status_code == 410
    assert picked(session) == []


def test_the_picker_cannot_be_framed_and_runs_only_our_script(
    alices: Client, session: dict[str, Any]
) -> None:
    response = alices.get(pick_path(session))
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert "script-src" not in alices.get("/sign-out/")["Content-Security-Policy"]


def test_autoclose_closes_the_page_only_when_done(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    path = pick_path(session) + "/autoclose"
    assert "photos_api_close.js" not in alices.get(path).content.decode()
    response = alices.post(path, {"photo": library.photo().pk})
    assert response["Location"] == path
    assert "photos_api_close.js" in alices.get(path).content.decode()
    assert "photos_api_close.js" not in alices.get(pick_path(session)).content.decode()


def test_the_picker_takes_only_a_form_of_ours(
    alice: Person, session: dict[str, Any], library: Library
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    response = strict.post(pick_path(session), {"photo": library.photo().pk})
    assert response.status_code == 403
    assert PickingSession.objects.get().finished_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_choice_that_is_not_there_says_that_it_is_over(
    alices: Client, shop: App, session: dict[str, Any], method: str
) -> None:
    shop.delete(f"/picker/v1/sessions/{session['id']}")
    for path in (
        pick_path(session),
        "/pick/unknown",
        f"{pick_path(session)}/autoclose",
    ):
        response = getattr(alices, method)(path)
        assert response.status_code == 404
        assert "This choice is over" in response.content.decode()


def test_a_second_tab_is_told_that_its_picks_were_not_shared(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    first, second = library.photo(), library.photo()
    for _ in range(2):  # a double click is no second choice
        page = alices.post(pick_path(session), {"photo": first.pk}, follow=True)
        assert "before" not in page.content.decode()
    page = alices.post(pick_path(session), {"photo": second.pk}, follow=True)
    assert "was not shared" in page.content.decode()
    assert picked(session) == [first.pk]


def test_what_was_deleted_meanwhile_is_said_and_the_rest_stays_ticked(
    alices: Client, alice: Person, session: dict[str, Any], library: Library
) -> None:
    photos = [library.photo() for _ in range(3)]
    ids = [photo.pk for photo in photos]
    libraries.discard(alice, ids[:1])
    response = alices.post(pick_path(session), {"photo": ids})
    assert response.status_code == 400
    assert "1 photo that you picked" in response.content.decode()
    assert boxes(response) == {ids[2]: True, ids[1]: True}
    alices.post(pick_path(session), form(response))
    assert picked(session) == ids[1:]


def test_the_page_counts_what_the_app_can_still_see(
    alices: Client, alice: Person, session: dict[str, Any], library: Library
) -> None:
    ids = [library.photo().pk for _ in range(3)]
    alices.post(pick_path(session), {"photo": ids})
    libraries.discard(alice, ids[:1])
    assert "the 2 photos you picked" in alices.get(pick_path(session)).content.decode()


# Without a script


def test_picks_travel_from_page_to_page(
    alices: Client, shop: App, library: Library
) -> None:
    session = told(shop.post("/picker/v1/sessions", {}))
    ids = [photo.pk for photo in library.photos(250)]
    path, page = pick_path(session), alices.get(pick_path(session))
    seen: list[str] = []
    wanted: list[str] = []  # the last of each page
    while True:
        shown = list(boxes(page))
        seen += shown
        wanted.append(shown[-1])
        sent = form(page)
        sent["photo"].append(shown[-1])
        older = re.findall('name="page" value="([^"]*)"', page.content.decode())
        if not older:
            break
        page = alices.post(path, sent | {"page": older[0]})
        assert page.status_code == 200
    assert seen == ids
    assert alices.post(path, sent).status_code == 302
    assert picked(session) == wanted
    assert len(wanted) > 2


def test_unticking_takes_a_photo_back(
    alices: Client, session: dict[str, Any], library: Library
) -> None:
    a, b = library.photo(), library.photo()
    page = alices.post(pick_path(session), {"photo": [a.pk, b.pk], "find": "1"})
    sent = form(page)
    sent["photo"].remove(a.pk)
    page = alices.post(pick_path(session), sent | {"only": "1"})
    assert boxes(page) == {b.pk: True}
    alices.post(pick_path(session), form(page))
    assert picked(session) == [b.pk]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"name": "photo-3"}, [3]),
        ({"name": "PHOTO 3.jpg"}, [3]),
        ({"name": "photo %"}, []),
        ({"name": "photo_3"}, []),
        ({"name": "a\0b"}, []),
        ({"since": "2026-01-02"}, [4, 3]),
        ({"until": "2026-01-01"}, [2, 1]),
        ({"since": "2026-01-02", "until": "2026-01-02"}, [3]),
        ({"since": "2026-01-03", "until": "2026-01-02"}, []),
        ({"name": "photo", "until": "2026-01-02", "since": "2026-01-02"}, [3]),
        ({"album": "unknown"}, []),
        ({"album": "'"}, []),
        ({"until": "9999-12-31", "since": "0001-01-01"}, [4, 3, 2, 1]),
    ],
)
def test_photos_are_found_by_name_and_by_day(
    alices: Client,
    session: dict[str, Any],
    library: Library,
    query: dict[str, str],
    shown: list[int],
) -> None:
    photos = [library.photo() for _ in range(4)]
    for number, day in enumerate([1, 1, 2, 3]):
        time = library.start + timedelta(days=day - 1, hours=number)
        Photo.objects.filter(pk=photos[number].pk).update(creation_time=time)
    wanted = [photos[number - 1].pk for number in shown]
    page = alices.post(pick_path(session), query | {"find": "1"})
    assert list(boxes(page)) == wanted
    found = told(alices.get("/photos/found/", query))
    assert found["id"] == wanted
    months = told(alices.get("/photos/found/months/", query))["months"]
    assert sum(month["photos"] for month in months) == len(wanted)


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "1", "2026-13-01", "a\0b"])
def test_a_day_that_is_none_is_said(
    alices: Client, session: dict[str, Any], library: Library, day: str
) -> None:
    photo = library.photo()
    page = alices.post(pick_path(session), {"since": day, "find": "1"})
    assert "Write days like" in page.content.decode()
    assert list(boxes(page)) == [photo.pk]
    assert alices.get("/photos/found/", {"until": day}).status_code == 400
    assert alices.get("/photos/found/months/", {"until": day}).status_code == 400


def test_an_album_is_shown_in_its_own_order_and_picked_in_it(
    alices: Client, session: dict[str, Any], library: Library, alice: Person
) -> None:
    a, b, c, d = (library.photo() for _ in range(4))
    album = library.album("Our trip", [b, d, a, c])
    libraries.discard(alice, [a.pk])
    enrichment = Enrichment.objects.create(kind="textEnrichment", content={})
    album.items.create(enrichment=enrichment, position=99)
    page = alices.post(pick_path(session), {"album": album.pk, "find": "1"})
    assert list(boxes(page)) == [b.pk, d.pk, c.pk]
    page = alices.post(pick_path(session), form(page) | {"tick": "all"})
    assert set(boxes(page).values()) == {True}
    alices.post(pick_path(session), form(page))
    assert picked(session) == [b.pk, d.pk, c.pk]


def test_nobody_elses_album_or_photo_is_found(
    alices: Client, session: dict[str, Any], bob: Person, library: Library
) -> None:
    bobs_library = Library(bob)
    album = bobs_library.album("Secret", [bobs_library.photo()])
    library.photo()
    page = alices.post(pick_path(session), {"album": album.pk, "find": "1"})
    assert boxes(page) == {}
    assert "Secret" not in page.content.decode()
    assert told(alices.get("/photos/found/", {"album": album.pk}))["id"] == []
    assert len(told(alices.get("/photos/found/"))["id"]) == 1


def test_the_archive_is_found_in_its_albums_only(
    alices: Client, library: Library
) -> None:
    photo = library.photo()
    album = library.album("All", [photo])
    Photo.objects.update(archived=True)
    assert told(alices.get("/photos/found/"))["id"] == []
    assert told(alices.get("/photos/found/", {"album": album.pk}))["id"] == [photo.pk]


@pytest.mark.parametrize(
    ("which", "ticked"), [("2026-01-02", 2), ("2026-01", 3), ("all", 0), ("none", 0)]
)
def test_a_day_a_month_or_all_is_ticked_at_once(
    alices: Client,
    session: dict[str, Any],
    library: Library,
    which: str,
    ticked: int,
) -> None:
    """All would be four, and the app takes three."""
    photos = [library.photo() for _ in range(4)]
    for number, day in enumerate([1, 2, 2, 40]):
        time = library.start + timedelta(days=day - 1, hours=number)
        Photo.objects.filter(pk=photos[number].pk).update(creation_time=time)
    page = alices.post(pick_path(session), {"photo": [], "tick": which})
    assert sum(boxes(page).values()) == ticked
    assert ("takes no more" in page.content.decode()) is (which == "all")


@pytest.mark.parametrize("path", ["/photos/found/", "/photos/found/months/"])
def test_strangers_find_nothing(path: str, shop: App) -> None:
    for client in (Client(), shop.client):
        assert client.get(path).status_code == 302
        assert client.post(path).status_code in {302, 403, 405}


def test_what_was_found_comes_in_pages(alices: Client, library: Library) -> None:
    ids = [photo.pk for photo in library.photos(2001)]
    first = told(alices.get("/photos/found/", {"name": "copy photo-1"}))
    assert first["id"] == []
    first = told(alices.get("/photos/found/"))
    second = told(alices.get("/photos/found/", {"page": first["next"]}))
    assert first["id"] + second["id"] == ids
    assert second["next"] is None
    query = {"page": first["next"], "name": "photo"}
    assert alices.get("/photos/found/", query).status_code == 400
