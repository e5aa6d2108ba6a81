"""The desktop program: the answer that the browser brings, and who else comes."""

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from printshop.desktop import loopback
from printshop.desktop.authorization import Attempt, Return
from printshop.desktop.discovery import Server
from printshop.desktop.failures import Denied, Failure, TookTooLong
from printshop.desktop.loopback import Listener
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "https://login.example"
SERVER = Server(ISSUER, f"{ISSUER}/authorize", f"{ISSUER}/token", "", "", "", "", True)


# The answer, whoever brings it.


@pytest.mark.rule("N-02")
@pytest.mark.spec("RFC 9207 §2.4")
@pytest.mark.parametrize(
    ("query", "failure"),
    [
        ("code=c&state=STATE&iss=ISSUER", None),
        ("code=c&state=other&iss=ISSUER", Failure),
        ("code=c&iss=ISSUER", Failure),
        ("code=c&state=%C3%A9%FF&iss=ISSUER", Failure),
        ("code=c&state=STATE", Failure),
        ("code=c&state=STATE&iss=https://mallory.example", Failure),
        ("code=c&state=STATE&iss=ISSUER/", Failure),
        ("code=c&code=d&state=STATE&iss=ISSUER", Failure),
        ("code=c&state=STATE&state=STATE&iss=ISSUER", Failure),
        ("code=&state=STATE&iss=ISSUER", Failure),
        ("state=STATE&iss=ISSUER", Failure),
        ("", Failure),
        (f"code={'c' * 5000}&state=STATE&iss=ISSUER", Failure),
        ("error=server_error&state=STATE&iss=ISSUER", Failure),
        ("error=access_denied&state=STATE&iss=ISSUER", Denied),
        ("error=access_denied&state=other&iss=ISSUER", Failure),
        ("error=access_denied&code=c&state=STATE&iss=ISSUER", Denied),
    ],
)
def test_only_the_answer_to_this_attempt_counts(
    query: str, failure: type[Failure] | None
) -> None:
    attempt = Attempt("http://127.0.0.1:1/signed-in")
    query = query.replace("STATE", attempt.state).replace("ISSUER", ISSUER)
    if failure is None:
        assert Return.parse(query, attempt, SERVER).code == "c"
        return
    with pytest.raises(Failure) as raised:
        Return.parse(query, attempt, SERVER)
    assert type(raised.value) is failure


# The little server that takes it.


@pytest.fixture
def listener() -> Iterator[Listener]:
    with loopback.listening() as listener:
        listener.is_meant = lambda query: True
        yield listener


def get(
    listener: Listener, path: str, method: str = "GET", host: str = ""
) -> tuple[int, str, dict[str, str]]:
    there = http.client.HTTPConnection("127.0.0.1", listener.server_port, timeout=5)
    try:
        there.request(method, path, headers={"Host": host} if host else {})
        answer = there.getresponse()
        return answer.status, answer.read().decode(), dict(answer.headers)
    finally:
        there.close()


@pytest.mark.rule("N-02")
@pytest.mark.spec("RFC 8252 §7.3")
@pytest.mark.spec("RFC 8252 §8.3")
def test_it_takes_one_answer_and_is_gone() -> None:
    judged: list[str] = []
    with loopback.listening() as listener:
        assert listener.server_address[0] == "127.0.0.1"
        listener.judge = judged.append
        listener.is_meant = lambda query: True
        status, page, headers = get(listener, "/signed-in?code=s3cret&state=s")
        listener.wait(5)
        assert get(listener, "/signed-in?code=another")[0] == 410
        port = listener.server_port
    assert (status, judged) == (200, ["code=s3cret&state=s"])
    assert "You are signed in" in page
    assert "s3cret" not in page + str(headers)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    with (
        pytest.raises(ConnectionRefusedError),
        socket.create_connection(("127.0.0.1", port), 5),
    ):
        pass


@pytest.mark.rule("N-02")
@pytest.mark.parametrize(
    ("path", "method", "host", "status"),
    [
        ("/", "GET", "", 404),
        ("/favicon.ico", "GET", "", 404),
        ("/signed-in/?code=c", "GET", "", 404),
        ("/signed-in?code=c", "POST", "", 501),
        ("/signed-in?code=c", "HEAD", "", 501),
        ("/signed-in?code=c", "GET", "mallory.example", 421),
        ("/signed-in?code=c", "GET", "localhost:PORT", 421),
        ("/signed-in?code=c", "GET", "127.0.0.1", 421),
    ],
)
def test_nothing_else_is_an_answer(
    listener: Listener, path: str, method: str, host: str, status: int
) -> None:
    judged: list[str] = []
    listener.judge = judged.append
    host = host.replace("PORT", str(listener.server_port))
    assert get(listener, path, method, host)[0] == status
    assert judged == []
    assert get(listener, "/signed-in?right")[0] == 200
    listener.wait(5)
    assert judged == ["right"]


@pytest.mark.rule("N-02")
@pytest.mark.spec("RFC 6749 §10.12")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=x&code=y",
        "state=%FF&code=y",
        "state=STATEx&code=y",
        "code=STATE",
        "error=access_denied",
        "error=access_denied&state=x&state=y",
    ],
)
def test_what_others_here_send_does_not_end_the_sign_in(
    listener: Listener, query: str
) -> None:
    attempt, judged = Attempt(listener.redirect_uri), list[str]()
    listener.judge, listener.is_meant = judged.append, attempt.is_meant
    query = query.replace("STATE", attempt.state)
    for _ in range(2):
        status, page, _ = get(listener, f"/signed-in?{query}")
        assert (status, judged) == (400, [])
        assert "waits for its own" in page
    right = f"code=c&state={attempt.state}"
    assert get(listener, f"/signed-in?{right}")[0] == 200
    listener.wait(5)
    assert judged == [right]
    assert get(listener, f"/signed-in?{right}")[0] == 410


def test_before_there_is_an_attempt_nothing_is_an_answer() -> None:
    with loopback.listening() as listener:
        assert get(listener, "/signed-in?code=c&state=s")[0] == 400
        with pytest.raises(TookTooLong):
            listener.wait(0)


def test_the_page_says_what_went_wrong(listener: Listener) -> None:
    def refuse(query: str) -> None:
        raise Denied("You said <no>.")

    listener.judge = refuse
    status, page, _ = get(listener, "/signed-in?error=access_denied")
    assert status == 400
    assert "You said &lt;no&gt;." in page
    with pytest.raises(Denied):
        listener.wait(5)


def test_a_mistake_of_ours_is_no_success(listener: Listener) -> None:
    def stumble(query: str) -> None:
        raise RuntimeError

    listener.judge = stumble
    with pytest.raises(http.client.RemoteDisconnected):
        get(listener, "/signed-in?code=c")
    with pytest.raises(Failure):
        listener.wait(5)


def test_a_connection_that_says_nothing_keeps_nobody_waiting(
    listener: Listener,
) -> None:
    """Browsers open such, in case they need them."""
    with socket.create_connection(("127.0.0.1", listener.server_port)):
        assert get(listener, "/signed-in?code=c")[0] == 200
        listener.wait(1)


def test_of_many_answers_one_is_taken(listener: Listener) -> None:
    judged: list[str] = []
    listener.judge = judged.append
    statuses: list[int] = []

    def bring(number: int) -> None:
        statuses.append(get(listener, f"/signed-in?code={number}")[0])

    threads = [threading.Thread(target=bring, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(judged), sorted(statuses)) == (1, [200] + [410] * 7)


def test_who_does_not_come_back_is_not_waited_for(listener: Listener) -> None:
    with pytest.raises(TookTooLong):
        listener.wait(0.05)


@pytest.mark.rule("N-02")
def test_a_port_that_is_taken_is_left_alone() -> None:
    wanted = free_ports()
    with loopback.listening(wanted) as first:
        assert first.server_port == wanted
        with loopback.listening(wanted) as second:
            assert second.server_port != wanted
            assert str(second.server_port) in second.redirect_uri
