"""A refusal ends a call, not the connection that the next one comes on."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from photo_cast import Issuer
from photo_server import Server, running

CALL = b'{"sharedAlbumOptions": {}}'


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer
) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("connections"), issuer) as server:
        yield server
        assert server.was_quiet()


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("/library/v1/albums", "no.good.token", 401),
        ("/library/v1/albums/any:share", None, 403),
        ("/library/v1/uploads?unknown=1", None, 400),
        ("/library/v1/nothing-here", None, 404),
        ("/picker/v1/mediaItems", None, 405),
    ],
)
def test_a_refusal_before_the_body_came_leaves_the_connection_open(
    server: Server, path: str, token: str | None, status: int
) -> None:
    for _ in range(10):
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
        connection.putrequest("POST", path)
        connection.putheader("Authorization", f"Bearer {token or server.token()}")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(CALL)))
        connection.endheaders()
        time.sleep(0.02)  # as on any network: the body comes after the headers
        connection.send(CALL)
        answer = connection.getresponse()
        assert answer.status == status, answer.read()
        answer.read()
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize("path", ["/library/v1/uploads", "/sign-out/", "/upload/"])
def test_a_photo_that_nobody_wants_is_refused_and_not_cut_off(
    server: Server, path: str
) -> None:
    """A gateway that can no longer send would answer 502 in place of the refusal."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    photo = bytes(5 * 1024**2)
    connection.request("POST", path, photo, {"Content-Type": "image/jpeg"})
    answer = connection.getresponse()
    assert answer.status in {401, 403}, answer.read()
    answer.read()
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_long_body_is_not_waited_for(server: Server) -> None:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    connection.putrequest("POST", "/library/v1/uploads")
    connection.putheader("Content-Length", str(100 * 1024**2))
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()
