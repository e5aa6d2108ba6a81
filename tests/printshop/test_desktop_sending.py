"""The desktop program: photos and orders, over a line that breaks."""

import dataclasses
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from desk import ALICE, Desk
from provider import Reply, Request

from printshop.desktop import cli, commands, ordering, uploads
from printshop.desktop.access import Access
from printshop.desktop.failures import Unreachable
from printshop.desktop.keeping import Keeper, folder, mark
from printshop.desktop.ordering import Source, Wanted

GRANTED = 256 * 1024  # bytes a piece is a multiple of
LIBRARY = "/photos/library/v1"
ABOUT = {"sku": "10x15", "photos": {"fewest": 1, "most": 1, "included": 1}}
TO = {"name": "Alice", "address": {"countryCode": "FR"}}


# Uploading, over a line that breaks.


@pytest.fixture
def uploading(desk: Desk) -> dict[str, Any]:
    """An upload that the photo service takes in, and how far it has come."""
    so_far: dict[str, Any] = {"body": b"", "cuts": 0}

    def answer(request: Request) -> None:
        command = request.headers.get("X-Goog-Upload-Command", "")
        told = {"X-Goog-Upload-Chunk-Granularity": str(GRANTED)}
        if command == "start":
            told["X-Goog-Upload-URL"] = f"{desk.photos}/library/v1/uploads?upload_id=u"
        if "upload" in command:
            assert request.headers["X-Goog-Upload-Offset"] == str(len(so_far["body"]))
            if so_far["cuts"]:
                so_far["cuts"] -= 1
                so_far["body"] += request.body[: GRANTED * 2]
                desk.replies[request.path] = Reply({}, 500)
                return
            so_far["body"] += request.body
        final = command == "upload, finalize"
        told["X-Goog-Upload-Size-Received"] = str(len(so_far["body"]))
        told["X-Goog-Upload-Status"] = "final" if final else "active"
        desk.replies[request.path] = Reply("token", 200, "text/plain", told)

    desk.before = lambda r: answer(r) if r.path == f"{LIBRARY}/uploads" else None
    made = {"mediaItem": {"id": "1", "baseUrl": f"{desk.photos}/base"}}
    desk.replies[f"{LIBRARY}/mediaItems:batchCreate"] = Reply(
        {"newMediaItemResults": [made]}
    )
    return so_far


@pytest.mark.parametrize("cuts", [0, 1, 3])
def test_what_arrived_before_the_line_broke_is_not_sent_again(
    desk: Desk, uploading: dict[str, Any], naps: list[float], tmp_path: Path, cuts: int
) -> None:
    uploading["cuts"] = cuts
    path = tmp_path / "sea.jpg"
    path.write_bytes(bytes(range(256)) * 10_000)
    arrived: list[int] = []
    photo = uploads.add(desk.access(), path, "", arrived.append)
    assert photo.id == "1"
    assert uploading["body"] == path.read_bytes()
    assert sum(arrived) == path.stat().st_size
    assert len(naps) == cuts


def test_a_line_that_stays_broken_is_given_up(
    desk: Desk, uploading: dict[str, Any], naps: list[float], tmp_path: Path
) -> None:
    uploading["cuts"] = 100
    path = tmp_path / "sea.jpg"
    path.write_bytes(bytes(4_000_000))
    with pytest.raises(Unreachable):
        uploads.add(desk.access(), path, "", lambda _: None)


# Ordering, once.


def wanted(**more: Any) -> Wanted:
    """One print of one photo."""
    told: dict[str, Any] = {
        "sku": "10x15",
        "copies": 1,
        "shipping": "Standard",
        "recipient": TO,
        "sources": [Source("sea.jpg", "mark", lambda: b"sea")],
        "choices": {},
        "accept_low_resolution": False,
    }
    return Wanted(**(told | more))


def bodies(desk: Desk) -> list[dict[str, Any]]:
    """The orders that were sent."""
    return [json.loads(request.body) for request in desk.asked("/v1/orders")]


def test_an_order_whose_answer_was_lost_is_the_same_order(
    desk: Desk, naps: list[float]
) -> None:
    desk.replies["/v1/assets"] = Reply({"asset": {"id": "asset"}}, 201)
    desk.replies["/v1/orders"] = Reply("cut off", 502)
    for _ in range(2):
        with pytest.raises(Unreachable):
            ordering.place(desk.access(), wanted(), ABOUT)
    desk.replies["/v1/orders"] = Reply({"order": {"id": "PS-1"}}, 200)
    assert ordering.place(desk.access(), wanted(), ABOUT)["id"] == "PS-1"
    assert ordering.place(desk.access(), wanted(copies=2), ABOUT)["id"] == "PS-1"
    *same, other = bodies(desk)
    assert all(body == same[0] for body in same)
    assert len(same) == 2 * ordering.TRIES + 1
    assert len(desk.asked("/v1/assets")) == 2, "sent once for each order"
    assert other["idempotencyKey"] != same[0]["idempotencyKey"]
    assert ordering.place(desk.access(), wanted(), ABOUT)["id"] == "PS-1"
    assert bodies(desk)[-1]["idempotencyKey"] != same[0]["idempotencyKey"]


@pytest.fixture
def lost(desk: Desk, naps: list[float]) -> Path:
    """Where Alice's order is written down, whose answer was lost."""
    desk.replies["/v1/assets"] = Reply({"asset": {"id": "asset"}}, 201)
    desk.replies["/v1/orders"] = Reply("cut off", 502)
    with pytest.raises(Unreachable):
        ordering.place(desk.access(), wanted(), ABOUT)
    [pending] = folder().glob("order-*.json")
    assert "Alice" in pending.read_text()
    return pending


def orders_here() -> list[str]:
    """Names of what is written down of orders."""
    return [path.name for path in folder().glob("order-*")]


def test_signing_out_leaves_no_name_and_address(desk: Desk, lost: Path) -> None:
    other = lost.with_name(lost.name.replace(mark(desk.url), mark("https://other")))
    other.write_text("{}")
    lost.with_suffix(".4711.new").write_text("a run died")
    desk.replies["/revocation"] = Reply({})
    assert cli.main(["sign-out", "--shop", desk.url], "desktop") == 0
    assert orders_here() == [other.name]


def test_who_signs_in_instead_finds_no_name_and_address(desk: Desk, lost: Path) -> None:
    desk.replies["/revocation"] = Reply({})
    commands._give_back(Keeper(desk.url), ALICE)
    assert orders_here() == [lost.name], "she may ask again"
    commands._give_back(Keeper(desk.url), "bob")
    assert orders_here() == []


def test_an_order_of_yesterday_is_not_kept(desk: Desk, lost: Path) -> None:
    yesterday = time.time() - ordering.KEPT_SECONDS
    os.utime(lost, (yesterday, yesterday))
    desk.replies["/v1/orders"] = Reply({"order": {"id": "PS-1"}}, 200)
    ordering.place(desk.access(), wanted(copies=2), ABOUT)
    assert orders_here() == []


def test_another_shop_is_never_sent_this_ones_order(desk: Desk, lost: Path) -> None:
    first = bodies(desk)[-1]["idempotencyKey"]
    other = f"{desk.url}/other"
    Keeper(other).keep(dataclasses.replace(desk.kept(), shop=other))
    desk.replies["/other/v1/assets"] = Reply({"asset": {"id": "theirs"}}, 201)
    desk.replies["/other/v1/orders"] = Reply({"order": {"id": "1"}}, 200)
    ordering.place(Access(Keeper(other)), wanted(), ABOUT)
    [sent] = desk.asked("/other/v1/orders")
    assert json.loads(sent.body)["idempotencyKey"] != first
    assert orders_here() == [lost.name]


@pytest.mark.parametrize("word", ["-" + "a" * 31, "sea.jpg", "id:sea.jpg"])
def test_an_id_may_look_like_an_option_or_a_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sea.jpg").write_bytes(b"sea")
    words = ["order", word, "--product", "10x15", "--yes"]
    for name in ("name", "address", "postcode", "town", "country"):
        words += [f"--{name}", "FR"]
    desk.replies["/v1/products"] = Reply({"products": [ABOUT]})
    assert cli.main([*words, "--shop", desk.url], "desktop") in {1, 2}
    asked = [r.path for r in desk.requests if "mediaItems" in r.path]
    wanted = f"{LIBRARY}/mediaItems/{word.removeprefix('id:')}"
    assert asked == ([] if word == "sea.jpg" else [wanted])


def test_within_a_run_it_tries_again_by_itself(desk: Desk, naps: list[float]) -> None:
    desk.replies["/v1/assets"] = Reply({"asset": {"id": "asset"}}, 201)
    made_now = Reply({"order": {"id": "PS-1"}}, 200)
    desk.lists["/v1/orders"] = [Reply("cut off", 502), made_now]
    made = ordering.place(desk.access(), wanted(), ABOUT)
    assert made["id"] == "PS-1"
    first, second = bodies(desk)
    assert first == second
