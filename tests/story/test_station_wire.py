"""The device authorization grant over the wire, as any device could ask: RFC 8628."""

import time
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from tests.story import people
from tests.story.client import PICKER
from tests.story.hall import STATION, says, send_code
from tests.story.town import Town

SCOPE = f"openid profile {PICKER}"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Device:
    """The station's own client, which anybody can claim to be: it has no secret."""

    town: Town
    codes: dict[str, Any] = field(default_factory=dict)

    def ask(self) -> dict[str, Any]:
        self.codes = self.post("device_authorization", scope=SCOPE).json()
        return self.codes

    def poll(self) -> tuple[int, str]:
        answer = self.post(
            "token", grant_type=GRANT, device_code=self.codes["device_code"]
        )
        self.given = answer.json()
        return answer.status_code, self.given.get("error", "")

    def post(self, endpoint: str, **form: str) -> requests.Response:
        url = f"{self.town.issuer}/oauth/{endpoint}"
        return requests.post(url, {"client_id": STATION, **form}, timeout=20)


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_polling_too_fast_costs_five_seconds_each_time(town: Town) -> None:
    device = Device(town)
    assert device.ask()["interval"] == 5
    assert device.poll() == (400, "authorization_pending")
    assert device.poll() == (400, "slow_down")  # from now on ten seconds
    time.sleep(7)
    assert device.poll() == (400, "slow_down")  # from now on fifteen
    time.sleep(15)
    assert device.poll() == (400, "authorization_pending")


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_code_is_redeemed_once_and_its_replay_ends_everything(
    town: Town, page: Page
) -> None:
    device = Device(town)
    codes = device.ask()
    page.goto(codes["verification_uri_complete"])
    send_code(page, codes["user_code"])
    people.allow(page)
    says(page, "is connected")
    assert device.poll() == (200, "")
    given = device.given
    assert set(given["scope"].split()) >= {"openid", PICKER}
    assert device.poll() == (400, "invalid_grant")
    token = given["refresh_token"]
    answer = device.post("token", grant_type="refresh_token", refresh_token=token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    userinfo = requests.get(f"{town.issuer}/oauth/userinfo", headers=bearer, timeout=20)
    assert userinfo.status_code == 401


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_no_and_an_end_have_names_of_their_own(town: Town, page: Page) -> None:
    denied = Device(town)
    codes = denied.ask()
    page.goto(codes["verification_uri_complete"])
    send_code(page, codes["user_code"])
    people.deny(page)
    says(page, "is not connected")
    assert denied.poll() == (400, "access_denied")
    assert denied.poll() == (400, "access_denied")
    unknown = Device(town, {"device_code": "guessed"})
    assert unknown.poll() == (400, "invalid_grant")
