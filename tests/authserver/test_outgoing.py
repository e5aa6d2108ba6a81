"""Calling addresses that others registered: never a tool against our own network."""

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django.fixtures import Settings

from authserver import outgoing
from tests.authserver.receivers import Receiver, receiver

FORM = {"logout_token": "x"}
PUBLIC, INTERNAL = "93.184.215.14", "127.0.0.1"


@pytest.fixture
def in_production(settings: Settings) -> None:
    settings.DEMO = False


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Who was connected to; nobody is reached."""
    found: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        found.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(outgoing, "create_connection", connect)
    return found


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """What names resolve to, look-up after look-up; returns what was looked up."""
    asked: list[str] = []
    waiting = list(answers)

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in waiting.pop(0)]

    monkeypatch.setattr(outgoing, "getaddrinfo", look_up)
    return asked


@pytest.mark.rule("AS-54")
@pytest.mark.rule("AS-54")
@pytest.mark.usefixtures("in_production")
@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.8.8.8",
        "2130706433",
        "0x7f.1",
        "0",
        "0.0.0.0",  # noqa: S104  # nobody listens
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2002:5db8:d70e::]",
        "[2001:0:7f00:1::]",
        "[2001:db8::1]",
        "[64:ff9b:1::7f00:1]",
        "[64:ff9b::5db8:d70e]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[fec0::1]",
        "[5f00::1]",
        "[fd00::1]",
        "[3fff::1]",
    ],
)
def test_only_public_addresses_are_called(
    called: list[tuple[str, int]], host: str
) -> None:
    with pytest.raises(outgoing.Unreachable, match="not a public one"):
        outgoing.post(f"https://{host}/logout/", FORM)
    assert called == []


@pytest.mark.usefixtures("in_production")
@pytest.mark.parametrize(
    "uri",
    [
        f"http://{PUBLIC}/",
        f"ftp://{PUBLIC}/",
        "file:///etc/passwd",
        f"gopher://{PUBLIC}:25/_HELO",
        f"https://user:secret@{PUBLIC}/",
        f"https://{PUBLIC}:99999/",
        "https://[::1/",
        "https:///path",
        "",
    ],
)
def test_only_https_is_spoken(called: list[tuple[str, int]], uri: str) -> None:
    with pytest.raises(outgoing.Unreachable, match="address is"):
        outgoing.post(uri, FORM)
    assert called == []


@pytest.mark.rule("AS-54")
@pytest.mark.usefixtures("in_production")
def test_one_private_address_among_public_ones_is_enough(
    called: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, [PUBLIC, INTERNAL])
    with pytest.raises(outgoing.Unreachable, match="not a public one"):
        outgoing.post("https://client.example/", FORM)
    assert called == []


@pytest.mark.rule("AS-54")
@pytest.mark.rule("AS-54")
@pytest.mark.usefixtures("in_production")
def test_a_second_look_up_cannot_say_otherwise(
    called: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the address that was looked at is the one that is called."""
    asked = resolve_to(monkeypatch, [PUBLIC], [INTERNAL], [INTERNAL])
    with pytest.raises(outgoing.Unreachable, match="could not be reached"):
        outgoing.post("https://client.example/", FORM)
    assert called == [(PUBLIC, 443)]
    assert asked == ["client.example"]


@pytest.mark.usefixtures("in_production")
@pytest.mark.parametrize("host", [PUBLIC, "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_public_ones_of_both_kinds_are_called(
    called: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    resolve_to(monkeypatch, [host])
    with pytest.raises(outgoing.Unreachable, match="could not be reached"):
        outgoing.post("https://client.example/", FORM)
    assert called == [(host, 443)]


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "224.0.0.1"])
def test_a_demonstration_calls_no_cloud_either(
    called: list[tuple[str, int]], host: str
) -> None:
    with pytest.raises(outgoing.Unreachable, match="not a public one"):
        outgoing.post(f"http://{host}/", FORM)
    assert called == []


@pytest.mark.parametrize(
    "host", ["x" * 70 + ".example", "é..example", "no.such.invalid"]
)
def test_an_unknown_host_is_no_crash(host: str) -> None:
    with pytest.raises(outgoing.Unreachable, match="unknown"):
        outgoing.post(f"https://{host}/", FORM)


# TLS, against a real server whose certificate a test authority signed.


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for client.example."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("client.example")]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("tls") / "client.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(pem)
    )
    return file


@pytest.fixture
def client(authority: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """https://client.example, which listens on this machine."""
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(authority)
    wrap: Callable[[Any], Any] = partial(served.wrap_socket, server_side=True)
    with receiver(wrap) as found:
        resolve_to(monkeypatch, [INTERNAL], [INTERNAL])
        found.url = found.url.replace("127.0.0.1", "client.example")
        yield found


def trust(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(cafile=str(authority))
    monkeypatch.setattr(outgoing, "_tls", lambda: context)


def test_the_name_is_kept_though_the_address_is_pinned(
    client: Receiver, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(authority, monkeypatch)
    assert outgoing.post(client.url, FORM) == 200
    [came] = client.received
    assert came.headers["Host"].startswith("client.example:")


def test_a_certificate_that_nobody_vouches_for_is_refused(client: Receiver) -> None:
    with pytest.raises(outgoing.Unreachable):
        outgoing.post(client.url, FORM)
    assert client.received == []


def test_a_certificate_of_another_host_is_refused(
    client: Receiver, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(authority, monkeypatch)
    other = client.url.replace("client.example", "mallory.example")
    with pytest.raises(outgoing.Unreachable):
        outgoing.post(other, FORM)
    assert client.received == []


@pytest.mark.parametrize(
    "beginning",
    [b"HTTP/1.1 200 OK\r\nX: ", b"\x16\x03\x03\x10\x00"],
    ids=["a header", "the handshake"],
)
def test_who_answers_https_drop_by_drop_is_cut_off(
    authority: Path, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    """Each drop is in time, all of them are not."""
    trust(authority, monkeypatch)
    resolve_to(monkeypatch, [INTERNAL])
    monkeypatch.setattr(outgoing, "TIME_LIMIT", 0.5)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(authority)
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        channel, _ = listening.accept()
        if beginning.startswith(b"HTTP"):
            channel = served.wrap_socket(channel, server_side=True)
        with channel, suppress(OSError):
            channel.sendall(beginning)
            while not over.wait(0.1):
                channel.sendall(b"a")

    with socket.create_server((INTERNAL, 0)) as listening:
        server = threading.Thread(target=drip, args=[listening])
        server.start()
        giving_up = threading.Timer(4, over.set)
        giving_up.start()
        began = time.monotonic()
        uri = f"https://client.example:{listening.getsockname()[1]}/"
        with pytest.raises(outgoing.Unreachable, match="in time"):
            outgoing.post(uri, FORM)
        took = time.monotonic() - began
        over.set()
        giving_up.cancel()
        server.join()
    assert took < 2


def test_the_query_of_an_address_is_kept() -> None:
    with receiver() as found:
        assert outgoing.post(f"{found.url}?tenant=1", FORM) == 200
    assert found.received[0].path == "/logout/?tenant=1"
