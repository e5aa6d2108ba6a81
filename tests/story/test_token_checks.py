"""The photo service beside itself: one that asks about tokens, and about people."""

import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from demo.projects import PHOTOS_API
from tests import processes
from tests.ports import free_ports
from tests.processes import Process
from tests.story.client import PASSWORD, Attempt, Client, query_of
from tests.story.town import Town, eventually
from tests.story.visitor import TIMEOUT, Visitor

ADD = "photoslibrary.appendonly"
READ = "photoslibrary.readonly.appcreateddata"
SCOPE = f"openid offline_access {READ} {ADD}"
STRICTER = {
    "PHOTOS_API_TOKEN_CHECK": "introspection",
    "PHOTOS_API_INTROSPECTION_KEPT": "1",
    "PHOTOS_API_ORIGINALS_MAX_AGE": "3",
}


@dataclass
class Stricter:
    """A second server of the photo service: its rows, its address, other settings."""

    town: Town
    site: str
    process: Process

    def get(self, path: str, token: str = "") -> requests.Response:
        """With a token, or without; addresses of the first server work too."""
        path = path.removeprefix(self.town.photos)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.get(f"{self.site}{path}", headers=headers, timeout=TIMEOUT)

    def is_ready(self) -> bool:
        """Does it answer?"""
        try:
            return self.get("/readyz").status_code == 200
        except requests.ConnectionError:
            return False


@pytest.fixture
def stricter(town: Town, tmp_path: Path) -> Iterator[Stricter]:
    port = free_ports(1)
    environment = town.place.environment(PHOTOS_API, town.environment) | STRICTER
    with (tmp_path / "stricter.log").open("wb") as log:
        serve = ("serve", f"--bind=127.0.0.1:{port}", "--processes=1")
        command = ("manage.py", "photos_api", *serve)
        process = processes.start(command, environment, stdout=log, stderr=log)
    server = Stricter(town, f"http://localhost:{port}", process)
    try:
        eventually(server.is_ready)
        yield server
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    return Client.register(town, "Client that is checked", f"--scope={ADD}")


@pytest.fixture(scope="module")
def photo(town: Town, client: Client) -> str:
    """The base URL of a photo that the client added, made by the first server."""
    token = client.tokens(scope=SCOPE)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "#335577").save(file, "JPEG")
    library = f"{town.photos}/library/v1"
    sent = requests.post(
        f"{library}/uploads", file.getvalue(), headers=headers, timeout=TIMEOUT
    )
    new = {"simpleMediaItem": {"uploadToken": sent.text, "fileName": "blue.jpg"}}
    made = requests.post(
        f"{library}/mediaItems:batchCreate",
        json={"newMediaItems": [new]},
        headers=headers,
        timeout=TIMEOUT,
    )
    [result] = made.json()["newMediaItemResults"]
    url: str = result["mediaItem"]["baseUrl"]
    return url


def revoke(client: Client, token: str) -> None:
    answer = requests.post(
        f"{client.town.issuer}/oauth/revoke",
        data={"token": token},
        auth=(client.client_id, client.client_secret),
        timeout=TIMEOUT,
    )
    assert answer.status_code == 200


@pytest.mark.rule("RS-12")
@pytest.mark.spec("RFC 7662 §4")
def test_a_revocation_counts_within_a_second_and_ends_addresses(
    town: Town, stricter: Stricter, client: Client, photo: str
) -> None:
    tokens = client.tokens(scope=SCOPE)
    token = tokens["access_token"]
    assert stricter.get("/library/v1/mediaItems", token).status_code == 200
    assert stricter.get(f"{photo}=w20").status_code == 200
    revoke(client, tokens["refresh_token"])
    eventually(
        lambda: stricter.get("/library/v1/mediaItems", token).status_code == 401, 5
    )
    assert stricter.get(f"{photo}=w20").status_code == 404
    # Where tokens are checked on the spot, this one lives until it expires.
    headers = {"Authorization": f"Bearer {token}"}
    local = requests.get(
        f"{town.photos}/library/v1/mediaItems", headers=headers, timeout=TIMEOUT
    )
    assert local.status_code == 200
    again = client.tokens(scope=SCOPE)["access_token"]
    assert stricter.get("/library/v1/mediaItems", again).status_code == 200
    assert stricter.get(f"{photo}=w20").status_code == 200


def sign_in(
    client: Client, visitor: Visitor, **wanted: str
) -> tuple[bool, dict[str, Any]]:
    """Whether a password was asked for, and the tokens."""
    attempt = Attempt(scope=SCOPE)
    page = visitor.get(client.authorization_url(attempt, **wanted))
    page = visitor.follow(page, until=client.redirect_uri)
    was_asked = 'name="password"' in page.text
    if was_asked:
        page = visitor.sign_in(page, "alice", PASSWORD)
        page = visitor.follow(page, until=client.redirect_uri)
    if not page.is_redirect:
        decision: dict[str, str | list[str]] = {
            "scope": SCOPE.split(),
            "decision": "allow",
        }
        page = visitor.submit(page, decision, having="decision")
        page = visitor.follow(page, until=client.redirect_uri)
    answer = client.exchange(query_of(page)["code"], attempt)
    tokens: dict[str, Any] = answer.json()
    return was_asked, tokens


@pytest.mark.rule("RS-10")
@pytest.mark.spec("RFC 9470 §3")
@pytest.mark.spec("RFC 9470 §4")
def test_a_client_follows_the_challenge_and_gets_the_original(
    town: Town, stricter: Stricter, client: Client, photo: str
) -> None:
    alice = Visitor(town.issuer)
    sign_in(client, alice)
    time.sleep(3.1)  # her sign-in becomes too old
    was_asked, tokens = sign_in(client, alice)
    assert not was_asked  # a new token, but the same sign-in
    refused = stricter.get(f"{photo}=d", tokens["access_token"])
    challenge = refused.headers["WWW-Authenticate"]
    assert refused.status_code == 401
    assert 'error="insufficient_user_authentication"' in challenge
    refreshed = client.refresh(tokens["refresh_token"]).json()["access_token"]
    assert stricter.get(f"{photo}=d", refreshed).status_code == 401
    [max_age] = re.findall(r'max_age="(\d+)"', challenge)
    was_asked, tokens = sign_in(client, alice, max_age=max_age)
    assert was_asked
    assert stricter.get(f"{photo}=d", tokens["access_token"]).status_code == 200


LISTED = """
import json
from photos_api.models import Listing
found = Listing.objects.filter(client_id={client_id!r}, surface="library")
print("LISTED", json.dumps(list(found.values_list("times", flat=True))))
"""


def times_listed(client: Client) -> int:
    printed = client.town.manage(
        "photos_api", "shell", "-c", LISTED.format(client_id=client.client_id)
    )
    return sum(json.loads(printed.partition("LISTED ")[2].splitlines()[0]))


def test_what_was_told_last_is_written_when_the_server_ends(
    town: Town, stricter: Stricter, client: Client, photo: str
) -> None:
    token = client.tokens(scope=SCOPE)["access_token"]
    time.sleep(1.5)  # whatever other tests were told is written
    before = times_listed(client)
    for _ in range(3):
        answer = stricter.get("/library/v1/mediaItems", token)
        assert answer.json()["mediaItems"]
    stricter.process.terminate()
    stricter.process.wait(30)
    assert times_listed(client) == before + 3
