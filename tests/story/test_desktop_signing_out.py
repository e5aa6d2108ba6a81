"""The desktop program at the real town: every way in which a sign-in ends."""

import json

import pytest
import requests

from tests.ports import free_ports
from tests.story.client import Client
from tests.story.desk import Computer
from tests.story.town import Town
from tests.story.visitor import TIMEOUT

PUBLIC = "printshop-desktop"


def refresh(town: Town, refresh_token: str) -> requests.Response:
    """The token request that anybody can send who has it: there is no secret."""
    return Client(town, "", "").token_request(
        grant_type="refresh_token", refresh_token=refresh_token, client_id=PUBLIC
    )


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
