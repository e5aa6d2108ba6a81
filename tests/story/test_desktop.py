"""The desktop program at the real town: a process, a browser, and no secret."""

import io
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.ports import free_ports
from tests.story.client import PASSWORD, Client
from tests.story.desk import BACK, EVERYTHING, Computer, read_until
from tests.story.town import ROOT, Town
from tests.story.visitor import TIMEOUT, Visitor

PUBLIC = "printshop-desktop"
TO = (
    *("--name", "Alice Ferrand", "--address", "12 Rue des Lilas"),
    *("--postcode", "75020", "--town", "Paris", "--country", "FR"),
)


@pytest.fixture
def computer(town: Town, tmp_path: Path) -> Computer:
    """Alice's, on which nobody is signed in."""
    return Computer(town, tmp_path / "home")


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


def refresh(town: Town, refresh_token: str) -> requests.Response:
    """The token request that anybody can send who has it: there is no secret."""
    return Client(town, "", "").token_request(
        grant_type="refresh_token", refresh_token=refresh_token, client_id=PUBLIC
    )


# Signing in with the browser.


@pytest.mark.rule("N-01", "N-02")
@pytest.mark.spec("RFC 8252 §6")
@pytest.mark.spec("RFC 8252 §7.3")
@pytest.mark.parametrize("port", ["free", "wanted", "taken"])
def test_alice_signs_in_with_her_browser(computer: Computer, port: str) -> None:
    wanted = free_ports()
    options = [] if port == "free" else ["--port", str(wanted)]
    with socket.socket() as other:
        if port == "taken":
            other.bind(("127.0.0.1", wanted))
            other.listen()
        done = computer.run("sign-in", *options)
    assert done.status == 0, done.err
    assert "signed in as Alice Ferrand" in done.out
    [listened] = re.findall(r"127\.0\.0\.1%3A(\d+)%2F", done.out)
    assert (int(listened) == wanted) == (port == "wanted")
    page = (computer.home / "seen.html").read_text()
    assert "You are signed in" in page
    assert "code=" not in page
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{BACK}:{listened}/signed-in", timeout=TIMEOUT)
    [file] = (computer.home / "printshop-desktop").glob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = computer.json("status")
    assert (told["name"], told["works"]) == ("Alice Ferrand", True)
    assert set(told["scope"].split()) == set(EVERYTHING.split())


@pytest.mark.rule("AS-10")
def test_the_request_has_pkce_and_no_secret(computer: Computer) -> None:
    process = computer.start("sign-in", "--no-browser")
    url = read_until(process, r"^(http://\S+)")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in out + err
    assert "code_challenge_method=S256" in url
    assert "code_verifier" not in url
    bare = re.sub(r"&code_challenge[^&]*", "", url)
    refused = requests.get(bare, timeout=TIMEOUT, allow_redirects=False)
    assert "error=invalid_request" in refused.headers["Location"]


def test_who_says_no_is_not_signed_in(computer: Computer) -> None:
    done = computer.sign_in(ticks="")
    assert done.status == 4
    assert "You did not allow it" in done.err
    assert "not signed in" in (computer.home / "seen.html").read_text()
    assert computer.run("status").status == 3


@pytest.mark.rule("N-02")
@pytest.mark.parametrize(
    "change",
    [("state=", "state=x"), ("iss=", "iss=https://mallory.example/"), ("code=", "co=")],
    ids=["state", "iss", "code"],
)
def test_an_answer_of_somebody_else_signs_nobody_in(
    computer: Computer, change: tuple[str, str]
) -> None:
    process = computer.start("sign-in", "--no-browser")
    url = read_until(process, r"^(http://\S+)")
    visitor = Visitor(url)
    page = visitor.follow(visitor.get(url), until=BACK)
    page = visitor.follow(visitor.sign_in(page, "alice", PASSWORD), until=BACK)
    if not page.is_redirect:
        allowed: dict[str, str | list[str]] = {"scope": ["openid"], "decision": "allow"}
        page = visitor.submit(page, allowed, having="decision")
        page = visitor.follow(page, until=BACK)
    answer = visitor.get(page.headers["Location"].replace(*change))
    assert answer.status_code == 400
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Sign in again" in err or "sign in again" in err
    assert computer.run("status").status == 3


def test_who_does_not_come_back_is_not_waited_for(computer: Computer) -> None:
    done = computer.run("sign-in", "--no-browser", "--timeout", "1")
    assert done.status == 6
    assert "Nobody came back" in done.err


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


# What it is all for.


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


# Leaving.


@pytest.mark.spec("RFC 7009 §2.1")
def test_signing_out_ends_every_token(computer: Computer) -> None:
    assert computer.sign_in().status == 0
    token = computer.kept()["refresh_token"]
    assert computer.run("sign-out").status == 0
    assert refresh(computer.town, token).json()["error"] == "invalid_grant"
    assert list((computer.home / "printshop-desktop").glob("*.json")) == []
    assert computer.run("status").status == 3
    assert computer.run("sign-out").status == 0


def test_signing_in_again_gives_the_old_tokens_back(computer: Computer) -> None:
    assert computer.sign_in().status == 0
    token = computer.kept()["refresh_token"]
    assert computer.sign_in(username="bob").status == 0
    assert refresh(computer.town, token).json()["error"] == "invalid_grant"
    assert computer.json("status")["name"] == "Bob Okafor"


def test_it_forgets_even_if_the_server_is_down(computer: Computer) -> None:
    assert computer.sign_in().status == 0
    [file] = (computer.home / "printshop-desktop").glob("*.json")
    nobody = f"http://localhost:{free_ports()}"
    file.write_text(json.dumps(computer.kept() | {"issuer": nobody}))
    assert computer.run("orders").status == 5
    done = computer.run("sign-out")
    assert done.status == 5
    assert "signed out here" in done.err
    assert not file.exists()


def test_access_that_was_taken_back_means_signing_in_again(computer: Computer) -> None:
    assert computer.sign_in().status == 0
    token = computer.kept()["refresh_token"]
    revoked = requests.post(
        f"{computer.town.issuer}/oauth/revoke",
        data={"token": token, "client_id": PUBLIC},
        timeout=TIMEOUT,
    )
    assert revoked.status_code == 200
    done = computer.run("photos", "list")
    assert done.status == 3
    assert "Sign in again" in done.err
    assert "Sign in first" in computer.run("photos", "list").err


# Where no browser is at hand.


def over_ssh(computer: Computer) -> tuple["subprocess.Popen[str]", str]:
    """The program, waiting; and the code it shows."""
    process = computer.start("sign-in", SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22")
    return process, read_until(process, r"^ {4}([A-Z]{4}-[A-Z]{4})$")


def answer(town: Town, user_code: str, decision: str) -> None:
    """On another device: Alice types the code in, and decides."""
    alice = Visitor(town.issuer)
    page = alice.follow(alice.get("/device/"))
    page = alice.follow(alice.sign_in(page, "alice", PASSWORD))
    page = alice.follow(
        alice.submit(page, {"user_code": user_code}, having="user_code")
    )
    assert "Print Shop for the desktop" in page.text
    alice.submit(
        page, {"scope": EVERYTHING.split(), "decision": decision}, having="decision"
    )


@pytest.mark.spec("RFC 8628 §3.5")
@pytest.mark.parametrize(
    ("decision", "status", "said"),
    [("allow", 0, "signed in as Alice"), ("deny", 4, "You did not allow it")],
)
def test_over_ssh_alice_answers_on_another_device(
    computer: Computer, decision: str, status: int, said: str
) -> None:
    process, user_code = over_ssh(computer)
    answer(computer.town, user_code, decision)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert said in out + err
    assert computer.run("status").status == (0 if decision == "allow" else 3)


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_code_that_nobody_types_in_expires(computer: Computer) -> None:
    process, _ = over_ssh(computer)
    computer.town.manage(
        "authserver",
        "shell",
        "--command",
        "from django.utils import timezone\n"
        "from authserver.models import DeviceGrant\n"
        "DeviceGrant.objects.filter(client_id='printshop-desktop', decided_at=None)"
        ".update(expires=timezone.now())",
    )
    began = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "no longer good" in err
    assert time.monotonic() - began < 45, "it asked, and did not wait to the end"


# Somebody else's servers.


def test_a_shop_that_is_not_there_is_said_so(computer: Computer) -> None:
    nobody = f"http://localhost:{free_ports()}"
    done = computer.run("sign-in", "--shop", nobody)
    assert done.status == 5
    assert nobody in done.err
    assert computer.run("sign-in", "--shop", "http://shop.example").status == 2


def test_it_goes_only_where_the_shop_says(computer: Computer) -> None:
    go_elsewhere = computer.run("sign-in", "--photos", computer.town.issuer)
    assert go_elsewhere.status == 5
    assert "signed in" not in go_elsewhere.out
