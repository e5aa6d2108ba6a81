"""The photo station and its tokens: lies, losses, endings."""

from typing import Any
from unittest.mock import patch

import jwt
import pytest
from django.utils import timezone
from provider import (
    BOB,
    DEVICE_CODE,
    PICK,
    PhotoService,
    Provider,
    Reply,
)
from stations import (
    TOKEN,
    Screen,
    asked,
    assert_empty,
    done,
    living,
    visit,
)

from printshop import token_endpoint
from printshop.arrivals import Arrival, receive
from printshop.models import Customer, Selection, StationVisit
from printshop.models.stations import Stage
from printshop.photos import PickedItem
from printshop.station import picks, visits
from printshop.token_endpoint import Tokens

DEVICE = "/device_authorization"


LIES: dict[str, dict[str, Any]] = {
    "no ID token": {"token_changes": {"id_token": None}},
    "an ID token for the shop": {"claims": {"aud": "printshop"}},
    "for us and another": {"claims": {"aud": ["printshop-device", "mallory"]}},
    "issued to the shop": {"claims": {"azp": "printshop"}},
    "of another issuer": {"claims": {"iss": "https://mallory.example"}},
    "expired": {"claims": {"exp": 1}},
    "of nobody": {"claims": {"sub": None}},
    "beside another token": {"claims": {"at_hash": "AAAA"}},
    "a logout token": {"header": {"typ": "logout+jwt"}},
    "unsigned": {"header": {"alg": "none"}},
    "somebody else's UserInfo": {"userinfo": {"sub": BOB.sub}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_who_it_is_ends_the_visit(
    waiting: Screen, provider: Provider, lie: str
) -> None:
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    if lie == "unsigned":
        provider.sign = lambda claims, header: jwt.encode(claims, "", algorithm="none")
    provider.allow()
    waiting.until("That did not work")
    assert_empty()
    assert living(provider) == []
    assert not Selection.objects.exists()


def test_without_the_permission_there_is_nothing_to_print(
    waiting: Screen, provider: Provider, photos: PhotoService
) -> None:
    provider.deny = {PICK}
    provider.allow()
    waiting.until("We may not see your photos")
    assert living(provider) == []
    assert not photos.requests
    assert not Customer.objects.exists()


def test_without_a_name_it_greets_all_the_same(
    waiting: Screen, provider: Provider
) -> None:
    provider.userinfo = {"name": None}
    provider.allow()
    waiting.until("Hello. Now pick your photos")


def test_keys_that_cannot_be_fetched_are_waited_for(
    waiting: Screen, provider: Provider
) -> None:
    provider.replies["/jwks"] = Reply("no", 500)
    provider.allow()
    waiting.look(6)
    waiting.look(2)
    assert visit().stage == Stage.MEETING
    assert asked(provider) == 1, "the device code is spent: it is not sent again"
    del provider.replies["/jwks"]
    waiting.until("Hello Alice")


def test_an_answer_that_was_lost_is_not_redeemed_twice(
    waiting: Screen, provider: Provider
) -> None:
    """The code was spent, the tokens never came: the provider says what that means."""
    provider.allow()
    provider.token_changes = {"access_token": None}
    waiting.look(5.1)
    provider.token_changes = {}
    waiting.until("That did not work")
    assert [r.form["grant_type"] for r in provider.asked(TOKEN)] == [DEVICE_CODE] * 2
    assert_empty()


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 6749 §3.2.1")
def test_it_says_its_name_and_has_no_secret(
    choosing: Screen, provider: Provider
) -> None:
    sent = [r for r in provider.requests if r.path in {DEVICE, TOKEN, "/revoke"}]
    assert {r.path for r in sent} == {DEVICE, TOKEN, "/revoke"}
    assert {r.form.get("client_id") for r in sent} == {"printshop-device"}
    assert not [r for r in sent if "Authorization" in r.headers]
    assert not [r for r in sent if "client_secret" in r.form]


# Tokens end.


def renewed(provider: Provider) -> int:
    forms = [r.form["grant_type"] for r in provider.asked(TOKEN)]
    return forms.count("refresh_token")


def test_a_token_that_ends_is_renewed_while_somebody_picks(
    waiting: Screen, provider: Provider, photos: PhotoService
) -> None:
    provider.lifetime = 90
    provider.allow()
    waiting.until("Now pick your photos")
    assert renewed(provider) == 0
    waiting.look(40)
    assert renewed(provider) == 1
    done(photos)
    waiting.until("which size")
    assert renewed(provider) == 1
    assert living(provider) == []


def test_a_token_that_was_ended_early_is_not_sent_for_ever(
    picking: Screen, provider: Provider
) -> None:
    for grant in provider.access_tokens.values():
        grant.alive = False
    picking.until("Your access has ended")
    assert_empty()


@pytest.mark.spec("OIDC Core §12.2")
def test_a_token_renewed_for_somebody_else_is_given_back(
    picking: Screen, provider: Provider, photos: PhotoService
) -> None:
    [grant] = {id(g): g for g in provider.access_tokens.values()}.values()
    grant.person = BOB
    with patch.object(
        provider,
        "tokens",
        lambda g, **_: Provider.tokens(provider, g, with_id_token=True),
    ):
        StationVisit.objects.update(access_token_expires_at=timezone.now())
        picking.until("Your access has ended")
    assert living(provider) == []
    assert not Selection.objects.exists()


# A turn is one question, and has an end.


def test_while_one_tab_fetches_no_other_does(
    picking: Screen, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each photo takes most of a turn, and all the time others look."""

    def slowly(item: PickedItem, token: str, seconds: float) -> Arrival:
        picking.clock.shift(45)
        visits.attend(visit())
        return receive(item, token, seconds)

    monkeypatch.setattr("printshop.station.picks.receive", slowly)
    monkeypatch.setattr(picks, "SECONDS", 60.0)
    done(photos)
    picking.until("which size")
    fetched = [r.path for r in photos.requests if "/media/" in r.path]
    assert fetched == ["/media/sea=d", "/media/tower=d"]


def test_a_photo_that_drips_is_tried_again_later(
    picking: Screen, photos: PhotoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picks, "LONGEST", 0.2)
    photos.replies["/media/sea=d"] = Reply(b"x" * 40, drip=0.05)
    done(photos)
    picking.look(2)
    assert "does not answer just now" in picking.look(2)
    assert visit().stage == Stage.FETCHING
    photos.replies.clear()
    picking.until("which size")


def test_tokens_that_come_late_are_kept_by_a_visit_that_lives(
    picking: Screen, provider: Provider, photos: PhotoService
) -> None:
    """Somebody else has the turn by then; they would have nothing to go on with."""
    refresh = token_endpoint.refresh

    def slowly(*args: Any, **more: Any) -> Tokens:
        tokens = refresh(*args, **more)
        StationVisit.objects.update(next_at=timezone.now() + StationVisit.TURN)
        return tokens

    StationVisit.objects.update(access_token_expires_at=timezone.now())
    with patch("printshop.token_endpoint.refresh", slowly):
        picking.look(2)
    assert renewed(provider) == 1
    assert not provider.asked("/revoke")
    done(photos)
    picking.until("which size", seconds=90)
    assert renewed(provider) == 1
    assert living(provider) == []
