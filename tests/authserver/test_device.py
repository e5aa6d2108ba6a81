"""The device grant: a kiosk asks, Alice answers in her browser."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authserver import access, device, redemption
from authserver.clean_up import clean_up
from authserver.models import (
    AccessToken,
    Authorization,
    Client,
    DeviceGrant,
    Event,
    RefreshToken,
    User,
)
from tests.authserver.parties import (
    ISSUER,
    PHOTOS,
    PICKER,
    Browser,
    Caller,
    Response,
    claims_of,
    photos_api,
)

pytestmark = pytest.mark.django_db
KIOSK = Path(__file__).with_name("kiosk.toml")
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = f"openid profile {PICKER} offline_access"
ALL = SCOPE.split()


class Device(Caller):
    """A kiosk, or another thing without a keyboard."""

    def ask(self, scope: str | None = SCOPE, **more: Any) -> Response:
        form = {"scope": scope, "client_id": self.client_id} | more
        given = {name: value for name, value in form.items() if value is not None}
        return self.post("/oauth/device_authorization", given)

    def poll(self, device_code: str, **more: Any) -> Response:
        return self.token({"grant_type": GRANT, "device_code": device_code} | more)


@pytest.fixture
def kiosk(registrations: None) -> Device:
    call_command("seed", KIOSK, verbosity=0, stdout=StringIO())
    return Device("kiosk", "")


@pytest.fixture
def codes(kiosk: Device) -> dict[str, Any]:
    """What the kiosk shows, and what it keeps."""
    given: dict[str, Any] = kiosk.ask().json()
    return given


def type_in(browser: Browser, code: str) -> Response:
    return browser.post("/device/", {"user_code": code})


def allow(browser: Browser, codes: dict[str, Any], *scopes: str) -> Response:
    """Type the code in, tick, and allow."""
    page = type_in(browser, codes["user_code"])
    assert page.status_code == 303, page.content
    return browser.decide(page["Location"], "allow", *(scopes or ALL))


def error(response: Response) -> str:
    assert response.status_code == 400, response.content
    return str(response.json()["error"])


def later(**much: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**much), tick=True)


# The device asks.


@pytest.mark.spec("RFC 8628 §3.2")
def test_the_device_gets_two_codes_and_an_address(codes: dict[str, Any]) -> None:
    assert len(codes["device_code"]) >= 43
    assert re.fullmatch(
        "[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", codes["user_code"]
    )
    assert codes["verification_uri"] == f"{ISSUER}/device/"
    complete = f"{ISSUER}/device/?user_code={codes['user_code']}"
    assert codes["verification_uri_complete"] == complete
    assert (codes["expires_in"], codes["interval"]) == (600, 5)


@pytest.mark.spec("RFC 8628 §3.2")
def test_the_answer_is_not_kept_by_caches(kiosk: Device) -> None:
    assert "no-store" in kiosk.ask()["Cache-Control"]


@pytest.mark.rule("AS-46", "AS-17")
@pytest.mark.spec("RFC 8628 §5.1")
def test_only_fingerprints_are_stored(codes: dict[str, Any]) -> None:
    grant = DeviceGrant.objects.get()
    kept = str([getattr(grant, f.attname) for f in grant._meta.concrete_fields])
    assert codes["device_code"] not in kept
    assert codes["user_code"] not in kept
    assert codes["user_code"].replace("-", "") not in kept


@pytest.mark.spec("RFC 8628 §3.1")
@pytest.mark.parametrize(
    ("changes", "status", "name"),
    [
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"client_id": "printshop"}, 401, "invalid_client"),
        ({"scope": None}, 400, "invalid_scope"),
        ({"scope": "openid photos.everything"}, 400, "invalid_scope"),
        ({"scope": "address"}, 400, "invalid_scope"),
        ({"scope": 'open"id'}, 400, "invalid_scope"),
        ({"scope": ["openid", "profile"]}, 400, "invalid_request"),
        ({"scope": "openid\0"}, 400, "invalid_request"),
        ({"resource": "https://mallory.example"}, 400, "invalid_target"),
    ],
)
def test_a_wrong_request_is_refused_by_name(
    kiosk: Device, changes: dict[str, Any], status: int, name: str
) -> None:
    response = kiosk.ask(**changes)
    assert (response.status_code, response.json()["error"]) == (status, name)
    assert not DeviceGrant.objects.exists()


def test_a_client_of_another_kind_may_not_ask(shop: Caller) -> None:
    refused = shop.post("/oauth/device_authorization", {"scope": "openid"})
    assert error(refused) == "unauthorized_client"


def test_a_confidential_client_must_prove_itself(kiosk: Device, shop: Caller) -> None:
    """RFC 8628 §3.1 asks for the same authentication as at the token endpoint."""
    Client.objects.filter(client_id="printshop").update(grant_types=[GRANT])
    form = {"scope": "openid"}
    wrong = Caller(secret="wrong").post("/oauth/device_authorization", form)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert shop.post("/oauth/device_authorization", form).status_code == 200


def test_nothing_but_a_form_by_post(kiosk: Device) -> None:
    assert kiosk.http.get("/oauth/device_authorization").status_code == 405
    json = kiosk.http.post("/oauth/device_authorization", {}, "application/json")
    assert error(json) == "invalid_request"


def test_one_address_cannot_fill_the_database(
    kiosk: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "FROM_ONE_ADDRESS", 3)
    assert [kiosk.ask().status_code for _ in range(4)] == [200, 200, 200, 429]
    assert kiosk.ask()["Retry-After"] == "60"
    assert DeviceGrant.objects.count() == 3
    elsewhere = Device("kiosk", "")
    statuses = []
    for address in ("192.0.2.7", *(f"2001:db8::{n}" for n in range(4))):
        elsewhere.http.defaults["REMOTE_ADDR"] = address
        statuses.append(elsewhere.ask().status_code)
    assert statuses == [200, 200, 200, 200, 429], "a network is one place"
    with later(minutes=11):
        assert kiosk.ask().status_code == 200


def test_a_user_code_that_is_taken_is_not_given_twice(
    kiosk: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = iter("BBBBBBBBBBBBBBBBCCCCCCCC")
    monkeypatch.setattr("secrets.choice", lambda _: next(letters))
    assert kiosk.ask().json()["user_code"] == "BBBB-BBBB"
    assert kiosk.ask().json()["user_code"] == "CCCC-CCCC"


# The device waits.


@pytest.mark.spec("RFC 8628 §3.5")
def test_until_somebody_answers_the_device_waits(
    kiosk: Device, codes: dict[str, Any]
) -> None:
    response = kiosk.poll(codes["device_code"])
    assert error(response) == "authorization_pending"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_that_asks_too_often_waits_longer_each_time(
    kiosk: Device, codes: dict[str, Any]
) -> None:
    """Five seconds apart, and five more after each time it was too quick."""
    polls = {
        0: "authorization_pending",
        5: "authorization_pending",
        7: "slow_down",
        13: "slow_down",
        29: "authorization_pending",
        44: "authorization_pending",
        54: "slow_down",
        72: "slow_down",
        98: "authorization_pending",
    }
    start = timezone.now()
    for second, expected in polls.items():
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            assert error(kiosk.poll(codes["device_code"])) == expected, second


def test_too_quick_or_not_an_answer_is_handed_out(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    kiosk.poll(codes["device_code"])
    allow(browser, codes)
    assert kiosk.poll(codes["device_code"]).status_code == 200


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_after_ten_minutes_it_is_over(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    with later(minutes=10, seconds=1):
        assert error(kiosk.poll(codes["device_code"])) == "expired_token"
        assert type_in(browser, codes["user_code"]).status_code == 400
    allow(browser, codes)
    with later(minutes=10, seconds=1):
        assert error(kiosk.poll(codes["device_code"])) == "expired_token"


@pytest.mark.spec("RFC 8628 §3.4")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"device_code": "unknown"}, "invalid_grant"),
        ({"device_code": None}, "invalid_request"),
        ({"device_code": "x\0"}, "invalid_request"),
        ({"device_code": "é"}, "invalid_grant"),
        ({"client_id": "frame"}, "invalid_grant"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
    ],
)
def test_a_wrong_poll_is_refused_and_costs_the_device_nothing(
    kiosk: Device,
    codes: dict[str, Any],
    browser: Browser,
    changes: dict[str, Any],
    expected: str,
) -> None:
    allow(browser, codes)
    form = {"grant_type": GRANT, "device_code": codes["device_code"]}
    form = form | {"client_id": "kiosk"} | changes
    given = {name: value for name, value in form.items() if value is not None}
    refused = kiosk.post("/oauth/token", given)
    assert refused.status_code == (401 if expected == "invalid_client" else 400)
    assert refused.json()["error"] == expected
    assert kiosk.poll(codes["device_code"]).status_code == 200


def test_a_client_without_this_grant_may_not_poll(
    shop: Caller, codes: dict[str, Any]
) -> None:
    form = {"grant_type": GRANT, "device_code": codes["device_code"]}
    assert error(shop.token(form)) == "unauthorized_client"


# The person answers.


@pytest.mark.spec("RFC 8628 §3.5")
def test_once_allowed_the_device_has_what_a_code_would_have_given(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    allow(browser, codes)
    given = kiosk.poll(codes["device_code"]).json()
    assert given["token_type"] == "Bearer"
    assert set(given["scope"].split()) == set(ALL)
    claims = claims_of(given["access_token"])
    assert (claims["client_id"], claims["aud"]) == ("kiosk", [PHOTOS, ISSUER])
    id_token = claims_of(given["id_token"])
    assert (id_token["aud"], id_token["sub"]) == ("kiosk", claims["sub"])
    assert id_token["sid"] == claims["sid"]
    assert {"auth_time", "acr", "at_hash"} <= id_token.keys()
    assert "nonce" not in id_token
    assert kiosk.userinfo(given["access_token"]).json()["sub"] == claims["sub"]
    assert photos_api().introspect(given["access_token"]).json()["active"] is True
    again = kiosk.refresh(given["refresh_token"])
    assert again.status_code == 200
    assert claims_of(again.json()["id_token"])["auth_time"] == id_token["auth_time"]


def test_a_partial_grant_is_a_success_with_less(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    allow(browser, codes, "profile")
    given = kiosk.poll(codes["device_code"]).json()
    assert set(given["scope"].split()) == {"openid", "profile"}
    assert claims_of(given["access_token"])["aud"] == [ISSUER]
    narrower = kiosk.refresh(given["refresh_token"], scope=SCOPE)
    assert set(narrower.json()["scope"].split()) == {"openid", "profile"}


@pytest.mark.rule("AS-41")
def test_what_is_unticked_is_remembered_no_longer(
    kiosk: Device, browser: Browser
) -> None:
    allow(browser, kiosk.ask().json())
    allow(browser, kiosk.ask().json(), "openid", "profile")
    assert Authorization.objects.get().scopes == {"openid", "profile"}


def test_what_was_not_asked_for_cannot_be_granted(
    kiosk: Device, browser: Browser
) -> None:
    codes = kiosk.ask(scope="openid profile").json()
    allow(browser, codes, "profile", "email", PICKER)
    given = kiosk.poll(codes["device_code"]).json()
    assert set(given["scope"].split()) == {"openid", "profile"}


def test_access_that_is_not_offline_ends_with_the_session(
    kiosk: Device, browser: Browser
) -> None:
    codes = kiosk.ask(scope=f"openid {PICKER}").json()
    allow(browser, codes)
    given = kiosk.poll(codes["device_code"]).json()
    browser.post("/sign-out/")
    assert error(kiosk.refresh(given["refresh_token"])) == "invalid_grant"
    assert kiosk.userinfo(given["access_token"]).status_code == 401


def test_signing_out_beside_a_redemption_leaves_no_living_token(
    kiosk: Device,
    codes: dict[str, Any],
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when it happens once the grant was found good and before it is spent."""
    allow(browser, codes, "profile")
    accept = redemption.accept

    def signed_out_meanwhile(*source: Any) -> bool:
        good = accept(*source)
        browser.post("/sign-out/")
        return good

    monkeypatch.setattr(redemption, "accept", signed_out_meanwhile)
    assert error(kiosk.poll(codes["device_code"])) == "invalid_grant"
    assert not AccessToken.objects.live().exists()


def test_offline_access_stays(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    allow(browser, codes)
    browser.post("/sign-out/")
    given = kiosk.poll(codes["device_code"]).json()
    assert kiosk.refresh(given["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 8628 §3.5")
def test_a_no_is_told_and_stays_a_no(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    page = type_in(browser, codes["user_code"])["Location"]
    done = browser.decide(page, "deny")
    assert b"is not connected" in browser.get(done["Location"]).content
    browser.decide(page, "allow", *ALL)
    for _ in range(2):
        assert error(kiosk.poll(codes["device_code"])) == "access_denied"
    assert Event.objects.filter(kind=Event.Kind.DENIED).count() == 1
    assert not Event.objects.filter(kind=Event.Kind.GRANTED).exists()
    assert not Authorization.objects.exists()


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.5")
def test_a_device_code_works_once_and_its_replay_ends_everything(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    allow(browser, codes)
    given = kiosk.poll(codes["device_code"]).json()
    newer = kiosk.refresh(given["refresh_token"]).json()
    assert error(kiosk.poll(codes["device_code"])) == "invalid_grant"
    assert error(kiosk.refresh(newer["refresh_token"])) == "invalid_grant"
    for token in (given["access_token"], newer["access_token"]):
        assert kiosk.userinfo(token).status_code == 401
    alarms = Event.objects.filter(kind=Event.Kind.CODE_REPLAYED)
    assert alarms.get().user == User.objects.get(username="alice")


@pytest.mark.usefixtures("tokens")  # so that the keys are known to this process
def test_a_redemption_costs_no_more_than_a_codes(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    with CaptureQueriesContext(connection) as polled:
        kiosk.poll(codes["device_code"])
    assert len(statements(polled)) <= 3
    allow(browser, codes)
    with CaptureQueriesContext(connection) as redeemed:
        assert kiosk.poll(codes["device_code"]).status_code == 200
    assert len(statements(redeemed)) <= 6


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Without the savepoints of the test's own transaction."""
    said = [query["sql"] for query in captured]
    return [sql for sql in said if "SAVEPOINT" not in sql]


def test_another_clients_replay_is_no_replay(
    kiosk: Device, codes: dict[str, Any], browser: Browser
) -> None:
    allow(browser, codes)
    given = kiosk.poll(codes["device_code"]).json()
    mallory = Device("frame", "")
    assert error(mallory.poll(codes["device_code"])) == "invalid_grant"
    assert kiosk.userinfo(given["access_token"]).status_code == 200


def disabled(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)


def new_password(alice: User) -> None:
    alice.set_password("something else entirely")
    alice.save()


def taken_back(alice: User) -> None:
    Authorization.objects.filter(user=alice).revoke()


@pytest.mark.parametrize("what", [disabled, new_password, taken_back])
def test_what_ended_before_the_device_asked_is_not_handed_out(
    kiosk: Device, codes: dict[str, Any], browser: Browser, what: Any
) -> None:
    allow(browser, codes)
    what(User.objects.get(username="alice"))
    assert error(kiosk.poll(codes["device_code"])) == "invalid_grant"
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.exists()


@pytest.mark.parametrize("whose", ["the client", "the person"])
def test_what_the_operator_stopped_stays_so_once_allowed_again(
    kiosk: Device, codes: dict[str, Any], browser: Browser, whose: str
) -> None:
    waiting = kiosk.ask().json()
    allow(browser, codes)
    if whose == "the client":
        access.disable(Client.objects.get(client_id="kiosk"))
        Client.objects.filter(client_id="kiosk").update(disabled_at=None)
        assert error(kiosk.poll(waiting["device_code"])) == "access_denied"
    else:
        access.end_all(User.objects.get(username="alice"))
        assert error(kiosk.poll(waiting["device_code"])) == "authorization_pending"
    assert error(kiosk.poll(codes["device_code"])) == "access_denied"


def test_the_resource_asked_for_is_the_audience(
    kiosk: Device, browser: Browser
) -> None:
    codes = kiosk.ask(scope=f"openid {PICKER}", resource=PHOTOS).json()
    allow(browser, codes)
    given = kiosk.poll(codes["device_code"]).json()
    assert claims_of(given["access_token"])["aud"] == [PHOTOS]


# The page.


@pytest.mark.spec("RFC 8628 §3.3")
def test_whoever_is_not_signed_in_signs_in_first(
    stranger: Browser, codes: dict[str, Any]
) -> None:
    to = stranger.get("/device/", {"user_code": codes["user_code"]})["Location"]
    assert to.startswith("/sign-in/?next=/device/")
    back = stranger.sign_in(at=to)["Location"]
    assert codes["user_code"].encode() in stranger.get(back).content


@pytest.mark.spec("RFC 8628 §6.1")
@pytest.mark.parametrize("typed", ["{0}{1}", "{0}-{1}", " {0} {1}.", "{0}--{1}"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_code_may_be_typed_as_people_type(
    browser: Browser, codes: dict[str, Any], typed: str, case: Any
) -> None:
    page = type_in(browser, case(typed.format(*codes["user_code"].split("-"))))
    assert page.status_code == 303
    assert codes["user_code"].encode() in browser.get(page["Location"]).content


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §3.3.1")
def test_a_link_brings_the_code_but_a_person_sends_it(
    kiosk: Device, browser: Browser, codes: dict[str, Any]
) -> None:
    page = browser.get(codes["verification_uri_complete"])
    assert f'value="{codes["user_code"]}"'.encode() in page.content
    assert b"Photo Kiosk" not in page.content
    assert error(kiosk.poll(codes["device_code"])) == "authorization_pending"
    shown = browser.get(type_in(browser, codes["user_code"])["Location"])
    assert error(kiosk.poll(codes["device_code"])) == "slow_down"
    assert b"Photo Kiosk" in shown.content


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §5.4")
def test_the_page_shows_who_asks_what_for_and_the_code(
    browser: Browser, codes: dict[str, Any]
) -> None:
    page = browser.get(type_in(browser, codes["user_code"])["Location"])
    for said in (
        "Photo Kiosk asks for access",
        codes["user_code"],
        "See the photos you pick",
        "Keep this access after you sign out",
        "in front of you",
        "Alice",
    ):
        assert said.encode() in page.content, said
    assert page.content.count(b"checked") == 1, "only what is locked is ticked"
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"


@pytest.mark.rule("AS-47")
@pytest.mark.parametrize("path", ["/device/", "decision"])
def test_no_other_site_can_send_the_forms(
    browser: Browser, codes: dict[str, Any], path: str
) -> None:
    page = type_in(browser, codes["user_code"])["Location"]
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    form = {"user_code": codes["user_code"], "decision": "allow"}
    assert strict.post(page if path == "decision" else path, form).status_code == 403
    assert DeviceGrant.objects.open().count() == 1


@pytest.mark.parametrize("decision", ["", "maybe", "Allow"])
def test_an_undecided_form_decides_nothing(
    browser: Browser, codes: dict[str, Any], decision: str
) -> None:
    page = type_in(browser, codes["user_code"])["Location"]
    response = browser.decide(page, decision, *ALL)
    assert response.status_code == 400
    assert b"Choose Allow or Deny" in response.content
    assert DeviceGrant.objects.open().count() == 1


def test_another_browser_cannot_answer(
    kiosk: Device, browser: Browser, codes: dict[str, Any]
) -> None:
    """Whoever guesses the number in the address has typed no code in."""
    page = type_in(browser, codes["user_code"])["Location"]
    bob = Browser()
    bob.sign_in("bob")
    assert bob.get(page).status_code == 404
    assert bob.decide(page, "allow", *ALL).status_code == 404
    assert error(kiosk.poll(codes["device_code"])) == "authorization_pending"
    for nonsense in ("/device/0/", "/device/99999999999999999999999/"):
        assert browser.get(nonsense).status_code == 404


def test_who_was_second_does_not_see_what_the_first_answered(
    kiosk: Device, browser: Browser, codes: dict[str, Any]
) -> None:
    bob = Browser()
    bob.sign_in("bob")
    page = type_in(bob, codes["user_code"])["Location"]
    allow(browser, codes)
    assert bob.decide(page, "allow", *ALL).status_code == 404
    claims = claims_of(kiosk.poll(codes["device_code"]).json()["access_token"])
    assert claims["sub"] == str(User.objects.get(username="alice").sub)
    assert not Authorization.objects.filter(user__username="bob").exists()


def test_of_two_decisions_the_second_finds_nothing_to_decide(
    codes: dict[str, Any], browser: Browser
) -> None:
    """As when two tabs answer in the same moment: the row itself decides."""
    [grant], alice = DeviceGrant.objects.all(), User.objects.get(username="alice")
    assert DeviceGrant.objects.deny(grant.pk, alice)
    assert not DeviceGrant.objects.allow(grant.pk, user=alice, scope="openid")
    assert not DeviceGrant.objects.deny(grant.pk, alice)
    assert not DeviceGrant.objects.redeem(grant.pk)


def test_afterwards_the_same_address_says_what_was_answered(
    browser: Browser, codes: dict[str, Any]
) -> None:
    done = allow(browser, codes)
    assert b"Photo Kiosk is connected" in browser.get(done["Location"]).content
    again = browser.decide(done["Location"], "deny")
    assert b"Photo Kiosk is connected" in again.content
    assert b"Photo Kiosk" in browser.get("/apps/").content


def test_a_device_that_was_stopped_is_not_offered(
    browser: Browser, codes: dict[str, Any]
) -> None:
    page = type_in(browser, codes["user_code"])["Location"]
    Client.objects.filter(client_id="kiosk").update(disabled_at=timezone.now())
    assert browser.get(page).status_code == 404


def test_in_each_tab_its_own_device(kiosk: Device, browser: Browser) -> None:
    first, second = kiosk.ask().json(), Device("frame", "").ask("openid").json()
    tabs = [type_in(browser, c["user_code"])["Location"] for c in (first, second)]
    assert b"Photo Kiosk" in browser.get(tabs[0]).content
    assert b"Picture Frame" in browser.get(tabs[1]).content
    browser.decide(tabs[0], "allow")
    assert kiosk.poll(first["device_code"]).status_code == 200
    frame = Device("frame", "").poll(second["device_code"])
    assert error(frame) == "authorization_pending"


# Guessing codes.


@pytest.mark.rule("AS-46")
@pytest.mark.spec("RFC 8628 §5.1")
def test_who_guesses_codes_is_slowed_down(
    browser: Browser, codes: dict[str, Any]
) -> None:
    for _ in range(10):
        response = type_in(browser, "BBBB-BBBB")
        assert response.status_code == 400
        assert b"No device waits" in response.content
    refused = type_in(browser, codes["user_code"])
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    at_home = Browser(REMOTE_ADDR="192.0.2.7")
    at_home.sign_in()
    assert type_in(at_home, codes["user_code"]).status_code == 429
    with later(minutes=6):
        assert type_in(browser, codes["user_code"]).status_code == 303
    kept = Event.objects.filter(kind=Event.Kind.USER_CODE_FAILED)
    assert set(kept.values_list("user__username", "reason")) == {("alice", "")}


@pytest.mark.spec("RFC 8628 §5.1")
def test_many_accounts_at_one_address_guess_no_faster(browser: Browser) -> None:
    tries = 0
    for number in range(6):
        user = User.objects.create(username=f"mallory{number}")
        mallory = Browser()
        mallory.force_login(user)
        tries += sum(
            type_in(mallory, "BBBB-BBBB").status_code == 400 for _ in range(10)
        )
    assert tries == 50


def test_a_right_code_is_not_counted(kiosk: Device, browser: Browser) -> None:
    for _ in range(12):
        page = type_in(browser, kiosk.ask().json()["user_code"])
        assert page.status_code == 303
    assert not Event.objects.filter(kind=Event.Kind.USER_CODE_FAILED).exists()


@pytest.mark.parametrize("typed", ["", " ", "é" * 8, "B" * 41, "BBBB\0BBB", "--------"])
def test_nonsense_is_refused_politely(browser: Browser, typed: str) -> None:
    assert type_in(browser, typed).status_code == 400


def test_the_tombstone_of_a_grant_goes_after_a_day(codes: dict[str, Any]) -> None:
    with later(hours=23):
        assert clean_up()["device grants"] == 0
    with later(hours=25):
        assert clean_up()["device grants"] == 1


@pytest.mark.spec("RFC 8628 §4")
def test_it_is_advertised(stranger: Browser) -> None:
    told = stranger.get("/.well-known/oauth-authorization-server").json()
    assert told["device_authorization_endpoint"] == (
        f"{ISSUER}/oauth/device_authorization"
    )
    assert GRANT in told["grant_types_supported"]
