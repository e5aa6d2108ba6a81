"""What is read before it is locked: nobody gets more for it, nothing is said twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from authserver import families, issuing
from authserver.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    Client,
    Event,
    RefreshToken,
)
from tests.authserver.parties import (
    Browser,
    Caller,
    Response,
    random_verifier,
)

pytestmark = pytest.mark.django_db(transaction=True)
OFFLINE = "openid offline_access"


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == "authserver.refusals"]


def living() -> int:
    live = AccessToken.objects.filter(revoked_at=None)
    return live.count() + RefreshToken.objects.filter(revoked=None).count()


@pytest.mark.rule("X-06")
def test_a_wrong_proof_is_said_once(
    browser: Browser, shop: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    code = browser.code(scope=OFFLINE)
    refused = shop.exchange(code, code_verifier=random_verifier())
    assert refused.json()["error"] == "invalid_grant"
    [said] = Event.objects.filter(kind=Event.Kind.REFUSED)
    assert said.reason == "redirect_uri or code_verifier does not match"
    assert len(refusals(caplog)) == 1
    assert AuthorizationCode.objects.get().burnt_at  # for good: RFC 7636 §4.6
    assert shop.exchange(code).status_code == 400


@pytest.mark.rule("X-06")
def test_consent_that_was_taken_back_is_said_once(
    shop: Caller, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    Authorization.objects.revoke()
    assert shop.refresh(tokens["refresh_token"]).status_code == 400
    [said] = Event.objects.filter(kind=Event.Kind.REFUSED)
    assert said.reason == "the person has taken back their consent"
    assert len(refusals(caplog)) == 1


@pytest.mark.rule("X-06")
def test_a_replay_is_said_once(
    browser: Browser, shop: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    code = browser.code(scope=OFFLINE)
    assert shop.exchange(code).status_code == 200
    assert shop.exchange(code).status_code == 400
    assert Event.objects.filter(kind=Event.Kind.CODE_REPLAYED).count() == 1
    assert len(refusals(caplog)) == 1
    assert living() == 0


@pytest.mark.rule("X-06")
def test_a_wrong_secret_is_said_once(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    mallory = Caller(secret="guessed")
    assert mallory.exchange(browser.code(scope=OFFLINE)).status_code == 401
    assert Event.objects.filter(kind=Event.Kind.CLIENT_FAILED).count() == 1
    assert len(refusals(caplog)) == 1


@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize("name", ["code", "refresh_token"])
def test_an_app_without_a_secret_cannot_use_what_another_got(
    browser: Browser, name: str
) -> None:
    """It is read together with its client, who is not who is asking."""
    public = {"client_type": "public", "token_endpoint_auth_methods": ["none"]}
    Client.objects.update(**public)
    code = browser.code(scope=OFFLINE)
    owner, mallory = Caller(secret=""), Caller("printshop-kiosk", "")
    if name == "code":
        stolen = mallory.exchange(code)
    else:
        stolen = mallory.refresh(owner.exchange(code).json()["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert Event.objects.filter(kind=Event.Kind.REFUSED).count() == 1


# Between reading and spending. SQLite has one writer at a time, so nobody gets there.

alone = pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Once, when everything was asked and nothing is stored yet."""
    save, left = issuing.save, [happens]

    def later(*given: Any, **more: Any) -> None:
        while left:
            left.pop()()
        save(*given, **more)

    monkeypatch.setattr(issuing, "save", later)


@alone
@pytest.mark.rule("X-05")
def test_what_is_revoked_meanwhile_is_not_refreshed(
    shop: Caller, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    family = RefreshToken.objects.get().token_family
    meanwhile(monkeypatch, lambda: families.kill(family))
    refused = shop.refresh(tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    assert living() == 0


@alone
@pytest.mark.rule("X-05")
def test_a_code_that_is_burnt_meanwhile_gives_nothing(
    browser: Browser, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = browser.code(scope=OFFLINE)
    [row] = AuthorizationCode.objects.all()
    meanwhile(monkeypatch, lambda: AuthorizationCode.objects.burn(row.pk))
    assert shop.exchange(code).json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.exists()


@alone
@pytest.mark.rule("AS-15")
def test_who_was_late_with_a_code_ends_what_the_first_one_got(
    browser: Browser, shop: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, first = browser.code(scope=OFFLINE), []
    meanwhile(monkeypatch, lambda: first.append(shop.exchange(code)))
    assert shop.exchange(code).json()["error"] == "invalid_grant"
    assert first[0].status_code == 200
    assert Event.objects.filter(kind=Event.Kind.CODE_REPLAYED).count() == 1
    assert living() == 0


@alone
@pytest.mark.rule("X-05")
def test_who_was_late_with_a_refresh_hears_what_the_first_one_heard(
    shop: Caller, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two tabs of one client: the same answer within the window."""
    first: list[Response] = []
    meanwhile(monkeypatch, lambda: first.append(shop.refresh(tokens["refresh_token"])))
    second = shop.refresh(tokens["refresh_token"])
    assert second.status_code == 200
    assert second.json() == first[0].json()
    assert RefreshToken.objects.filter(used_at=None).count() == 1
