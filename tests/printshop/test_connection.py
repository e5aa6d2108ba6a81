"""The connection: what was lent, refreshed in time, given back; and never shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone
from provider import BOB, PICK, PhotoService, Provider, Reply, query_of
from visitors import Browser, order, pay

from printshop import provider as known
from printshop import token_endpoint
from printshop.connection import access_token
from printshop.failures import NotConnected, ProviderUnavailable
from printshop.models import Connection, Order, Original, Stage


@pytest.fixture
def lent(alice: Browser, photos: PhotoService) -> Connection:
    """Alice has lent her photos."""
    alice.connect()
    return Connection.objects.get()


STAY = "/connect/?missing=offline_access&next=/connection/"


def expire(**ago: float) -> None:
    """Let the access token be that old."""
    Connection.objects.update(access_token_expires_at=timezone.now() - timedelta(**ago))


@pytest.mark.rule("CL-16")
@pytest.mark.spec("RFC 6749 §3.3")
def test_photos_are_a_grant_of_their_own(alice: Browser, provider: Provider) -> None:
    query = query_of(alice.get("/connect/")["Location"])
    assert query["scope"] == f"openid {PICK}"
    assert query["redirect_uri"] == "http://testserver/connect/callback/"
    assert query["code_challenge_method"] == "S256"


@pytest.mark.django_db(transaction=True)  # the row's session is looked for at its end
def test_signed_out_in_another_tab_meanwhile_lends_nothing(
    alice: Browser, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = alice.depart("/connect/")
    other_tab = Browser()
    other_tab.cookies = alice.cookies
    really_redeem = token_endpoint.redeem

    def redeem(*args: Any, **kwargs: Any) -> Any:
        tokens = really_redeem(*args, **kwargs)
        other_tab.post("/sign-out/")
        return tokens

    monkeypatch.setattr(token_endpoint, "redeem", redeem)
    page = alice.get(answer)
    assert page.status_code == 400
    assert "We could not connect your photos" in page.content.decode()
    assert not Connection.objects.exists()
    assert len(provider.asked("/revoke")) == 1
    assert not alice.is_signed_in


def test_a_stranger_signs_in_first(browser: Browser) -> None:
    assert browser.get("/connect/")["Location"] == "/sign-in/?next=/connect/"


@pytest.mark.rule("CL-16")
@pytest.mark.rule("B-01")
def test_tokens_are_sealed_and_shown_nowhere(alice: Browser, lent: Connection) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM printshop_connection")
        stored = "".join(cursor.fetchone())
    for token in (lent.access_token, lent.refresh_token):
        assert token not in stored
        for path in ("/", "/connection/", "/choose/", "/orders/"):
            page = alice.get(path)
            assert token not in page.content.decode() + str(page.headers)
        assert token not in str(alice.cookies)
        assert token not in str(dict(alice.session))


def test_the_page_says_what_was_lent(alice: Browser, lent: Connection) -> None:
    page = alice.get("/connection/").content.decode()
    assert "See the photos you pick" in page
    assert "while you are away, until" not in page
    assert "Not yet" in page
    alice.post("/choose/")
    assert "Not yet" not in alice.get("/connection/").content.decode()


def test_the_page_warns_of_what_an_order_needs_yet(
    alice: Browser, lent: Connection, photos: PhotoService
) -> None:
    number = order(alice, photos)
    pay(alice, number)
    assert "yet to fetch" not in alice.get("/connection/").content.decode()
    Order.objects.update(stage=Stage.RECEIVED)
    Original.objects.update(state=Original.State.WAITING)
    page = alice.get("/connection/").content.decode()
    assert "We have yet to fetch photos" in page
    assert page.count(f'href="/orders/{number}/"') == 1
    alice.post("/connection/disconnect/")
    page = alice.get("/connection/").content.decode()
    assert "waits for photos, until you connect again" in page
    assert "Not connected" in page


@pytest.mark.spec("RFC 6749 §5.1")
def test_a_partial_grant_is_said_and_just_the_rest_is_asked_for(
    alice: Browser, provider: Provider, photos: PhotoService
) -> None:
    provider.deny = {PICK}
    assert alice.connect()["Location"] == "/connection/"
    page = alice.get("/connection/").content.decode()
    assert "One permission is missing" in page
    assert "See the photos you pick, and" not in page
    assert alice.post("/choose/").status_code == 403
    assert "Allow choosing photos" in alice.get("/choose/").content.decode()
    provider.deny = set()
    scope = query_of(alice.get("/connect/")["Location"])["scope"]
    assert scope == f"openid {PICK}"
    assert alice.connect()["Location"] == "/choose/"
    assert alice.post("/choose/").status_code == 302


def test_access_for_one_visit_is_enough(
    alice: Browser, lent: Connection, provider: Provider
) -> None:
    page = alice.get("/connection/").content.decode()
    assert "for this visit only" in page
    assert STAY.replace("&", "&amp;") in page
    assert alice.post("/choose/").status_code == 302
    provider.deny = {"offline_access"}
    alice.connect(STAY)
    assert not Connection.objects.get().works_at_night
    assert alice.post("/choose/").status_code == 302
    scope = query_of(alice.get("/connect/")["Location"])["scope"]
    assert scope == f"openid {PICK}"  # what was refused is not asked for again


@pytest.mark.rule("CL-16")
def test_to_stay_connected_is_asked_for_when_it_is_wanted(
    alice: Browser, lent: Connection
) -> None:
    assert not lent.works_at_night
    asked = query_of(alice.get(STAY)["Location"])["scope"]
    assert asked == f"openid {PICK} offline_access"
    assert alice.connect(STAY)["Location"] == "/connection/"
    assert Connection.objects.get().works_at_night
    assert "while you are away, until" in alice.get("/connection/").content.decode()
    again = query_of(alice.get("/connect/")["Location"])["scope"]
    assert again == asked  # what is held stays


@pytest.mark.rule("CL-16")
@pytest.mark.parametrize("scope", ["photoslibrary", "openid admin", "x" * 5000, "\x00"])
def test_nobody_makes_the_shop_ask_for_more(
    alice: Browser, lent: Connection, scope: str
) -> None:
    sent = {"scope": scope, "missing": scope}
    query = query_of(alice.get("/connect/", sent)["Location"])
    assert query["scope"] == f"openid {PICK}"


def test_no_is_an_answer(alice: Browser, provider: Provider) -> None:
    provider.error = "access_denied"
    page = alice.connect()
    assert page.status_code == 403
    assert "still signed" in page.content.decode()
    assert alice.is_signed_in
    assert not Connection.objects.exists()


def test_only_the_same_person_lends(alice: Browser, provider: Provider) -> None:
    provider.person = BOB
    page = alice.connect()
    assert page.status_code == 400
    assert "somebody else’s photos" in page.content.decode()
    assert not Connection.objects.exists()
    assert len(provider.asked("/revoke")) == 1  # given back at once


def test_an_answer_of_another_customer_is_refused(
    alice: Browser, provider: Provider
) -> None:
    answer = alice.depart("/connect/")
    browser_secret = alice.session["browser"]
    provider.person = BOB
    alice.sign_in()
    session = alice.session
    session["browser"] = browser_secret
    session.save()
    asked = len(provider.asked("/token"))
    page = alice.get(answer)
    assert page.status_code == 400
    assert "We could not connect your photos" in page.content.decode()
    assert len(provider.asked("/token")) == asked  # the code is not even redeemed
    assert not Connection.objects.exists()


@pytest.mark.spec("RFC 6749 §6")
@pytest.mark.parametrize(("seconds", "refreshed"), [(-70, 0), (-50, 1), (0, 1), (9, 1)])
def test_a_token_is_refreshed_a_minute_before_it_ends(
    lent: Connection, provider: Provider, seconds: int, refreshed: int
) -> None:
    expire(seconds=seconds)
    token = access_token(lent)
    refreshes = [
        request
        for request in provider.asked("/token")
        if request.form["grant_type"] == "refresh_token"
    ]
    assert len(refreshes) == refreshed
    assert (token != lent.access_token) == bool(refreshed)


@pytest.mark.rule("CL-19")
@pytest.mark.spec("RFC 9700 §4.14.2")
def test_a_refresh_token_is_replaced_each_time(lent: Connection) -> None:
    seen = {lent.refresh_token}
    for _ in range(3):
        expire(hours=1)
        access_token(lent)
        seen.add(Connection.objects.get().refresh_token)
    assert len(seen) == 4


def test_a_response_without_a_refresh_token_keeps_the_old(
    lent: Connection, provider: Provider
) -> None:
    expire(hours=1)
    provider.token_changes = {"refresh_token": None}
    access_token(lent)
    assert Connection.objects.get().refresh_token == lent.refresh_token


@pytest.mark.rule("CL-19")
@pytest.mark.spec("RFC 6749 §5.2")
def test_access_that_was_taken_back_says_reconnect_and_nothing_else_breaks(
    alice: Browser, lent: Connection, provider: Provider
) -> None:
    expire(hours=1)
    for grant in provider.refresh_tokens.values():
        grant.alive = False
    page = alice.post("/choose/")
    assert page.status_code == 403
    assert "Connect your photos again" in page.content.decode()
    assert "Connect again" in alice.get("/connection/").content.decode()
    assert alice.get("/orders/").status_code == 200
    alice.connect()
    assert alice.post("/choose/").status_code == 302


@pytest.mark.rule("CL-19")
@pytest.mark.spec("RFC 6749 §5.2")
@pytest.mark.parametrize(
    "reply",
    [
        Reply("<h1>Oops</h1>", 500, "text/html"),
        Reply({"error": "invalid_client"}, 401),  # our secret was mistyped
        Reply({"error": "unauthorized_client"}, 400),
        Reply({"error": "temporarily_unavailable"}, 400),
        Reply({"error": "invalid_grant"}, 503),
        Reply({"error": 7}, 400),
    ],
)
def test_a_refresh_that_failed_may_be_tried_again(
    lent: Connection, provider: Provider, reply: Reply
) -> None:
    expire(hours=1)
    provider.replies["/token"] = reply
    with pytest.raises(ProviderUnavailable):
        access_token(lent)
    del provider.replies["/token"]
    assert access_token(lent) != lent.access_token


def refreshed_id_token(provider: Provider, **claims: Any) -> None:
    """From now on a refresh brings an ID token, too."""
    provider.claims = {"nonce": None, "at_hash": None} | claims
    [*_, grant] = provider.codes.values()
    provider.token_changes = {"id_token": provider.id_token(grant, "")}


@pytest.mark.rule("CL-19")
@pytest.mark.spec("OIDC Core §12.2")
@pytest.mark.parametrize(
    "claims", [{"sub": BOB.sub}, {"iss": "https://evil.example"}, {"aud": "another"}]
)
def test_tokens_refreshed_for_somebody_else_are_given_back(
    alice: Browser, lent: Connection, provider: Provider, claims: dict[str, str]
) -> None:
    expire(hours=1)
    refreshed_id_token(provider, **claims)
    with pytest.raises(NotConnected):
        access_token(lent)
    assert len(provider.asked("/revoke")) == 1
    assert "Connect again" in alice.get("/connection/").content.decode()


@pytest.mark.spec("OIDC Core §12.2")
def test_a_refreshed_id_token_of_the_same_person_is_fine(
    lent: Connection, provider: Provider
) -> None:
    expire(hours=1)
    refreshed_id_token(provider)
    assert access_token(lent) != lent.access_token


def test_tokens_are_kept_when_their_proof_must_wait(
    lent: Connection, provider: Provider
) -> None:
    expire(hours=1)
    refreshed_id_token(provider)
    known.forget()
    provider.replies["/jwks"] = Reply({}, 500)
    with pytest.raises(ProviderUnavailable):
        access_token(lent)
    kept = Connection.objects.get()
    assert kept.refresh_token != lent.refresh_token  # the old one is spent
    del provider.replies["/jwks"]
    assert access_token(lent) not in {lent.access_token, kept.access_token}


def test_a_refresh_does_not_undo_that_alice_connected_anew(
    alice: Browser,
    lent: Connection,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expire(hours=1)
    really_refresh = token_endpoint.refresh

    def refresh(*args: Any, **kwargs: Any) -> Any:
        answer = really_refresh(*args, **kwargs)
        alice.connect(STAY)
        return answer

    monkeypatch.setattr(token_endpoint, "refresh", refresh)
    token = access_token(lent)
    held = Connection.objects.get()
    assert token == held.access_token
    assert held.works_at_night
    assert not provider.asked("/revoke")


@pytest.mark.rule("CL-19")
def test_a_lease_left_by_a_dead_process_ends(
    lent: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    expire(hours=1)
    Connection.objects.update(refreshing_until=timezone.now() + timedelta(seconds=0.3))
    assert access_token(lent) != lent.access_token

    expire(hours=1)
    monkeypatch.setattr("printshop.connection.PATIENCE", 0.2)
    Connection.objects.update(refreshing_until=timezone.now() + timedelta(seconds=60))
    with pytest.raises(ProviderUnavailable):
        access_token(lent)


@pytest.mark.spec("RFC 6750 §3.1")
def test_a_refused_token_is_refreshed_once(
    alice: Browser, lent: Connection, provider: Provider, photos: PhotoService
) -> None:
    del provider.access_tokens[lent.access_token]
    assert alice.post("/choose/").status_code == 302
    assert len(photos.asked("/picker/v1/sessions")) == 2

    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    photos.replies["/picker/v1/sessions"] = Reply({}, 401, headers=challenge)
    assert alice.post("/choose/").status_code == 403
    assert len(photos.asked("/picker/v1/sessions")) == 4


@pytest.mark.spec("RFC 6750 §3.1")
def test_a_missing_scope_leads_to_the_step_up(
    alice: Browser, lent: Connection, photos: PhotoService
) -> None:
    photos.required_scope = "something.else"
    page = alice.post("/choose/")
    assert page.status_code == 403
    assert "One permission is missing" in page.content.decode()


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": {}}, 500),
        Reply({"error": {}}, 429),
        Reply("<h1>", content_type="text/html"),
        Reply("x" * 2_000_000),
        Reply({"id": 7}),
        Reply({"id": "x", "pickerUri": "https://evil.example/pick"}),
        Reply({"id": "a\x00b", "pickerUri": "/"}),
        Reply(status=302, headers={"Location": "https://evil.example/"}),
    ],
)
def test_a_photo_service_in_trouble_is_a_clean_page(
    alice: Browser, lent: Connection, photos: PhotoService, reply: Reply
) -> None:
    photos.replies["/picker/v1/sessions"] = reply
    page = alice.post("/choose/")
    assert 400 <= page.status_code < 500
    assert "<h1>" in page.content.decode()


@pytest.mark.spec("RFC 7009 §2.1")
def test_disconnecting_revokes_and_forgets(
    alice: Browser, lent: Connection, provider: Provider
) -> None:
    page = alice.post("/connection/disconnect/", follow=True).content.decode()
    assert "Disconnected. We hold nothing" in page
    [request] = provider.asked("/revoke")
    assert request.form["token"] == lent.refresh_token
    assert not Connection.objects.exists()


def test_disconnecting_revokes_what_was_lent_before_as_well(
    alice: Browser, lent: Connection, provider: Provider
) -> None:
    alice.connect("/connect/?missing=offline_access")
    assert not provider.asked("/revoke")  # it could end what has just been lent
    newest = Connection.objects.get().refresh_token
    alice.post("/connection/disconnect/")
    revoked = [request.form["token"] for request in provider.asked("/revoke")]
    assert revoked == [newest, lent.refresh_token]


def test_disconnecting_works_when_the_server_is_down(
    alice: Browser, lent: Connection, provider: Provider
) -> None:
    provider.stop()
    page = alice.post("/connection/disconnect/", follow=True).content.decode()
    assert "could not" in page
    assert not Connection.objects.exists()


@pytest.mark.rule("B-03")
@pytest.mark.parametrize("path", ["/connection/disconnect/", "/choose/"])
def test_forms_of_other_sites_do_nothing(alice: Browser, path: str) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = alice.cookies
    assert strict.post(path).status_code == 403


def test_what_was_refreshed_after_a_disconnect_is_given_back(
    lent: Connection, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    expire(hours=1)
    really_refresh = token_endpoint.refresh

    def refresh(*args: Any, **kwargs: Any) -> Any:
        answer = really_refresh(*args, **kwargs)
        Connection.objects.all().delete()
        return answer

    monkeypatch.setattr(token_endpoint, "refresh", refresh)
    with pytest.raises(NotConnected):
        access_token(lent)
    assert len(provider.asked("/revoke")) == 1
