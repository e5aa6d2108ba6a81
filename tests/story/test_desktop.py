"""The desktop program at the real town: a process, a browser, and no secret."""

import re
import signal
import socket
import stat
import subprocess
import time

import pytest
import requests

from tests.ports import free_ports
from tests.story.client import PASSWORD
from tests.story.desk import BACK, EVERYTHING, Computer, read_until
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Visitor

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
    # A shell lets what it runs in the background ignore Ctrl-C, and so their children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = computer.start("sign-in", "--no-browser")
    url = read_until(process, r"^(http://\S+)")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=90)
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


def coming_back(url: str) -> str:
    """Where Alice's browser goes at the end, had it not stopped just before."""
    visitor = Visitor(url)
    page = visitor.follow(visitor.get(url), until=BACK)
    page = visitor.follow(visitor.sign_in(page, "alice", PASSWORD), until=BACK)
    if not page.is_redirect:
        ticked: dict[str, str | list[str]] = {"scope": EVERYTHING.split()}
        page = visitor.submit(page, ticked | {"decision": "allow"}, having="decision")
        page = visitor.follow(page, until=BACK)
    return page.headers["Location"]


@pytest.mark.rule("N-02")
@pytest.mark.parametrize(
    "change",
    [("iss=", "iss=https://mallory.example/"), ("code=", "co=")],
    ids=["iss", "code"],
)
def test_an_answer_of_somebody_else_signs_nobody_in(
    computer: Computer, change: tuple[str, str]
) -> None:
    process = computer.start("sign-in", "--no-browser")
    address = coming_back(read_until(process, r"^(http://\S+)"))
    answer = requests.get(address.replace(*change), timeout=TIMEOUT)
    assert answer.status_code == 400
    _, err = process.communicate(timeout=90)
    assert process.returncode == 1
    assert "Sign in again" in err or "sign in again" in err
    assert computer.run("status").status == 3


@pytest.mark.rule("N-02")
def test_what_others_on_the_machine_send_ends_no_sign_in(computer: Computer) -> None:
    process = computer.start("sign-in", "--no-browser")
    address = coming_back(read_until(process, r"^(http://\S+)"))
    for state in ("state=x", "stat="):
        wrong = address.replace("state=", state)
        assert requests.get(wrong, timeout=TIMEOUT).status_code == 400
    assert requests.get(address, timeout=TIMEOUT).status_code == 200
    _, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    assert computer.run("status").status == 0


def test_who_does_not_come_back_is_not_waited_for(computer: Computer) -> None:
    done = computer.run("sign-in", "--no-browser", "--timeout", "1")
    assert done.status == 6
    assert "Nobody came back" in done.err


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
