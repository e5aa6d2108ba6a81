"""The desktop program at the real town: photos, prints, and what was not allowed."""

import io
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.story.desk import Computer
from tests.story.town import ROOT, Town

TO = (
    *("--name", "Alice Ferrand", "--address", "12 Rue des Lilas"),
    *("--postcode", "75020", "--town", "Paris", "--country", "FR"),
)


@pytest.fixture(scope="module")
def used(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Computer:
    """Alice's, on which she is signed in."""
    computer = Computer(town, tmp_path_factory.mktemp("used"))
    done = computer.sign_in()
    assert done.status == 0, done.err
    return computer


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two of hers; the first needs more than one piece on its way."""
    made = []
    for name, size in (("sea.jpg", (1800, 1500)), ("tower.jpg", (900, 1350))):
        written = io.BytesIO()
        noise = Image.effect_noise(size, 90).convert("RGB")
        noise.save(written, "JPEG", quality=92, comment=os.urandom(8))
        (tmp_path / name).write_bytes(written.getvalue())
        made.append(tmp_path / name)
    return made


def test_photos_are_added_one_by_one(
    used: Computer, photos: list[Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_text("no photo at all")
    named = [photos[0], bad, tmp_path / "nowhere.jpg", tmp_path, photos[1]]
    done = used.run("photos", "upload", *map(str, named), "--album", "Summer")
    assert done.status == 1
    assert [line[0] for line in done.out.splitlines()] == ["✓", "✓", "2"]
    assert [line[0] for line in done.err.splitlines()] == ["✗", "✗", "✗"]
    listed = used.json("photos", "list")
    assert {"sea.jpg", "tower.jpg"} <= {photo["name"] for photo in listed}
    assert used.run("photos", "list").out.count(".jpg") >= 2
    again = used.json("photos", "upload", str(photos[1]), "--album", "Summer")
    assert again[0]["id"] in {photo["id"] for photo in listed}


def test_progress_is_shown_where_somebody_looks(
    used: Computer, photos: list[Path]
) -> None:
    """And only there: neither a file nor NO_COLOR gets what a terminal gets."""
    shown = in_terminal(used, "photos", "upload", str(photos[0]))
    assert "sea.jpg" in shown
    assert "%" in shown or "MB" in shown
    assert "\x1b[" in shown
    plain = used.run("photos", "upload", str(photos[0]))
    assert "\x1b" not in plain.out + plain.err
    colourless = in_terminal(used, "status", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", colourless)


def in_terminal(computer: Computer, *words: str, **more: str) -> str:
    """Everything it writes to a terminal."""
    program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    command = [sys.executable, "manage.py", "printshop", "desktop", *words]
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=ROOT,
        env=computer.environment(TERM="xterm-256color", **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_prints_are_ordered_from_disk_and_from_the_library(
    used: Computer, photos: list[Path]
) -> None:
    [added] = used.json("photos", "upload", str(photos[0]))
    products = {one["sku"] for one in used.json("products")}
    assert {"10x15", "photo-book"} <= products
    words = ["order", str(photos[1]), added["id"], "--product", "10x15", *TO]
    asked = used.run(*words)
    assert asked.status == 2, "nobody could be asked"
    assert "Together" in asked.out
    done = used.run(*words, "--copies", "2", "--yes")
    assert done.status == 0, done.err
    [number] = re.findall(r"Order (\S+) is placed", done.out)
    [order] = [one for one in used.json("orders") if one["id"] == number]
    assert [item["copies"] for item in order["items"]] == [2, 2]
    total = order["costSummary"]["totalCost"]["amount"]
    assert f"{total} EUR" in done.out
    assert number in used.run("orders").out


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        (["nowhere.jpg", "--product", "10x15"], 2, "neither a file here nor"),
        (["tower.jpg", "--product", "11x15"], 2, "There are: 10x15"),
        (["tower.jpg", "--product", "10x15", "--postcode", "1"], 1, "not a postcode"),
        (["tower.jpg", "--product", "50x70"], 1, "pixels per inch"),
        (["tower.jpg", "--product", "10x15", "--copies", "0"], 2, "a number from 1"),
    ],
)
def test_what_cannot_be_ordered_is_said(
    used: Computer, photos: list[Path], changes: list[str], status: int, said: str
) -> None:
    here = [
        str(p) if (p := photos[0].parent / word).exists() else word for word in changes
    ]
    done = used.run("order", *TO, *here, "--yes")
    assert done.status == status, done.err
    assert said in done.err


@pytest.mark.spec("RFC 9700 §4.14.2")
def test_runs_at_the_same_time_do_not_lose_the_sign_in(used: Computer) -> None:
    with ThreadPoolExecutor(4) as at_once:
        done = list(at_once.map(lambda _: used.run("orders"), range(4)))
    assert [one.status for one in done] == [0] * 4, [one.err for one in done]
    assert used.run("status").status == 0


def test_less_is_allowed_and_the_program_says_what_is_missing(
    computer: Computer, photos: list[Path]
) -> None:
    done = computer.sign_in(ticks="openid profile photoslibrary.appendonly")
    assert done.status == 0, done.err
    assert "You did not allow it to: see the photos it added itself; order" in done.out
    assert computer.run("photos", "upload", str(photos[1])).status == 0
    for words in (["photos", "list"], ["orders"]):
        refused = computer.run(*words)
        assert (refused.status, refused.out) == (4, "")
        assert "Sign in again, and tick it" in refused.err
