"""Somebody watches the photo station. Nothing comes back through a browser there, so
there is no code to steal; what stands on the screen, everybody in the room may read.
"""

from typing import Any

import pytest
import requests

from tests.story.client import PASSWORD
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Fields, Visitor

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def waiting(town: Town) -> dict[str, Any]:
    """A station shows its code and waits."""
    answer = requests.post(
        f"{town.issuer}/oauth/device_authorization",
        data={"client_id": "printshop-device", "scope": "openid profile"},
        timeout=TIMEOUT,
    )
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ask(town: Town, **form: str) -> dict[str, Any]:
    """What the token endpoint says to a public client."""
    answer = requests.post(f"{town.issuer}/oauth/token", data=form, timeout=TIMEOUT)
    told: dict[str, Any] = answer.json()
    return told


def poll(town: Town, client_id: str, device_code: str) -> dict[str, Any]:
    """As the station does, or who pretends to be one."""
    known = {"client_id": client_id, "device_code": device_code}
    return ask(town, grant_type=DEVICE_CODE, **known)


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.4")
def test_what_stands_on_the_screen_is_no_key(
    town: Town, waiting: dict[str, Any]
) -> None:
    """Neither the user code is, nor what the QR code holds."""
    shown = waiting["user_code"]
    assert waiting["device_code"] not in waiting["verification_uri_complete"]
    for guess in (shown, shown.replace("-", ""), waiting["verification_uri_complete"]):
        assert poll(town, "printshop-device", guess)["error"] == "invalid_grant"
    code = ask(
        town, grant_type="authorization_code", client_id="printshop-device", code=shown
    )
    assert code["error"] in {"unauthorized_client", "invalid_grant", "invalid_request"}


@pytest.mark.rule("AS-46", "AS-14")
@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_code_is_good_for_its_own_client_and_once(
    town: Town, waiting: dict[str, Any]
) -> None:
    """It travels between station and server only; who has it anyway gets nothing with
    another client's name. (With the station's own he would: it is a public client.)
    """
    device_code = waiting["device_code"]
    others = ("printshop-desktop", "printshop-mobile", "printshop-kiosk", "nobody")

    def is_refused_to_others() -> bool:
        said = {poll(town, other, device_code)["error"] for other in others}
        return said <= {"invalid_grant", "unauthorized_client", "invalid_client"}

    assert is_refused_to_others()
    approve(Visitor(town.issuer), waiting["verification_uri_complete"])
    assert is_refused_to_others()
    # None of that disturbed the station.
    assert "access_token" in poll(town, "printshop-device", device_code)
    assert poll(town, "printshop-device", device_code)["error"] == "invalid_grant"


def approve(bob: Visitor, address: str) -> None:
    """Bob reads the code on his phone, sees which device asks, and allows it."""
    page = bob.follow(bob.get(address))
    page = bob.follow(bob.sign_in(page, "bob", PASSWORD))
    if 'name="decision"' not in page.text:
        page = bob.follow(bob.submit(page, {}))
    decision: Fields = {"scope": ["profile"], "decision": "allow"}
    done = bob.follow(bob.submit(page, decision, having="decision"))
    assert done.status_code == 200, done.text
