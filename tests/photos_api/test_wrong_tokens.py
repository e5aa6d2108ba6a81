"""Tokens forged, misused or sent in a wrong way, each with its exact answer."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from photo_cast import BOB, LIBRARY, METADATA, NOTHING, PICKER, Issuer, Library, told
from wrong_tokens import INVALID

pytestmark = pytest.mark.django_db
MEDIA_ITEMS = "/library/v1/mediaItems"


def ask(token: str) -> Any:
    return Client().get(MEDIA_ITEMS, headers={"authorization": f"Bearer {token}"})


def refusal(response: Any) -> tuple[int, str, str, str]:
    """Status, status by Google's name, sentence and challenge."""
    error = told(response)["error"]
    assert error.keys() == {"code", "message", "status"}
    assert error["code"] == response.status_code
    challenge = response.get("WWW-Authenticate", "")
    return response.status_code, error["status"], error["message"], challenge


def challenge(error: str, sentence: str, more: str = "") -> str:
    return (
        f'Bearer realm="Photos", error="{error}", '
        f'error_description="{sentence}", {more}{METADATA}'
    )


@pytest.fixture(autouse=True)
def a_photo(library: Library) -> None:
    """Something there is to see."""
    library.photo(by="printshop")


def test_a_good_token_is_answered(issuer: Issuer) -> None:
    assert len(told(ask(issuer.token()))["mediaItems"]) == 1


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.spec("RFC 8725 §3.1")
@pytest.mark.spec("RFC 8725 §3.11")
@pytest.mark.spec("RFC 8725 §3.12")
@pytest.mark.rule(
    "RS-01", "RS-02", "RS-03", "RS-04", "RS-05", "RS-06", "RS-11", "RS-15"
)
@pytest.mark.parametrize("name", INVALID)
def test_a_wrong_token_gets_this_answer(
    issuer: Issuer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    mint, sentence = INVALID[name]
    token = mint(issuer)
    response = ask(token)
    assert refusal(response) == (
        *(401, "UNAUTHENTICATED", sentence),
        challenge("invalid_token", sentence),
    )
    sent = response.content.decode() + str(response.headers) + caplog.text
    assert len(token) < 20 or token[:20] not in sent  # RFC 6750 §3: nothing comes back


Send = Callable[[Client, str], Any]
FORM = "application/x-www-form-urlencoded"


def in_header(write: Callable[[str], str]) -> Send:
    return lambda client, token: client.get(
        MEDIA_ITEMS, headers={"authorization": write(token)}
    )


def in_query(name: str, *, header: bool = False) -> Send:
    def send(client: Client, token: str) -> Any:
        headers = {"authorization": f"Bearer {token}"} if header else {}
        return client.get(MEDIA_ITEMS, {name: token}, headers=headers)

    return send


def in_form(*, header: bool = False) -> Send:
    def send(client: Client, token: str) -> Any:
        headers = {"authorization": f"Bearer {token}"} if header else {}
        form = f"access_token={token}"
        return client.post(f"{MEDIA_ITEMS}:search", form, FORM, headers=headers)

    return send


def in_cookie(client: Client, token: str) -> Any:
    client.cookies["access_token"] = token
    return client.get(MEDIA_ITEMS)


def in_json(client: Client, token: str) -> Any:
    body = {"access_token": token}
    return client.post(f"{MEDIA_ITEMS}:search", body, "application/json")


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"alice:{token}".encode()).decode()


TWO_WAYS = "The access token was sent in two ways at once"
IN_URL = "An access token must not be sent in the URL"
ONE_TOKEN = "The Authorization header must hold one token"

MISSENT: dict[str, tuple[Send, str]] = {
    "in the query": (in_query("access_token"), IN_URL),
    "in the query, as Google has it": (in_query("oauth_token"), IN_URL),
    "in the query and the header": (in_query("access_token", header=True), IN_URL),
    "in a form and the header": (in_form(header=True), TWO_WAYS),
    "nothing after the scheme": (in_header(lambda t: "Bearer "), ONE_TOKEN),
    "the scheme alone": (in_header(lambda t: "Bearer"), ONE_TOKEN),
    "two tokens": (in_header(lambda t: f"Bearer {t} {t}"), ONE_TOKEN),
    "two headers": (in_header(lambda t: f"Bearer {t}, Bearer {t}"), ONE_TOKEN),
    "two tokens and a comma": (in_header(lambda t: f"Bearer {t},{t}"), ONE_TOKEN),
    "a parameter": (in_header(lambda t: f'Bearer {t}, realm="x"'), ONE_TOKEN),
}
NOWHERE: dict[str, Send] = {
    "no header": lambda client, token: client.get(MEDIA_ITEMS),
    "an empty header": in_header(lambda t: ""),
    "in a form": in_form(),
    "in JSON": in_json,
    "in a cookie": in_cookie,
    "Basic": in_header(basic),
    "Basic, with a token": in_header(lambda t: f"Basic {t}"),
    "DPoP": in_header(lambda t: f"DPoP {t}"),
    "Token": in_header(lambda t: f"Token {t}"),
    "no scheme": in_header(lambda t: t),
    "a tab": in_header(lambda t: f"Bearer\t{t}"),
    "a colon": in_header(lambda t: f"Bearer: {t}"),
}
FINE: dict[str, Send] = {
    "in small letters": in_header(lambda t: f"bearer {t}"),
    "in capitals": in_header(lambda t: f"BEARER {t}"),
    "spaces around": in_header(lambda t: f"  Bearer   {t}  "),
}


@pytest.mark.spec("RFC 6750 §2")
@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.rule("RS-07")
@pytest.mark.parametrize("name", MISSENT)
def test_a_token_that_comes_in_a_wrong_way_gets_this_answer(
    issuer: Issuer, name: str
) -> None:
    send, sentence = MISSENT[name]
    token = issuer.token()
    response = send(Client(), token)
    assert refusal(response) == (
        *(400, "INVALID_ARGUMENT", sentence),
        challenge("invalid_request", sentence),
    )
    assert token[:20] not in response.content.decode() + str(response.headers)


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.rule("RS-07")
@pytest.mark.parametrize("name", NOWHERE)
def test_what_is_no_bearer_token_counts_as_nothing(issuer: Issuer, name: str) -> None:
    response = NOWHERE[name](Client(), issuer.token())
    assert refusal(response) == (
        *(401, "UNAUTHENTICATED", "Request had no access token."),
        f'Bearer realm="Photos", {METADATA}',
    )


@pytest.mark.spec("RFC 6750 §2.1")
@pytest.mark.parametrize("name", FINE)
def test_the_scheme_is_read_as_every_scheme_is(issuer: Issuer, name: str) -> None:
    assert FINE[name](Client(), issuer.token()).status_code == 200


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.rule("RS-08")
@pytest.mark.parametrize(
    ("method", "path", "scope", "needed"),
    [
        ("get", MEDIA_ITEMS, PICKER, LIBRARY),
        ("get", MEDIA_ITEMS, NOTHING, LIBRARY),
        ("get", MEDIA_ITEMS, "", LIBRARY),
        ("get", MEDIA_ITEMS, f"{LIBRARY}x {LIBRARY.upper()}", LIBRARY),
        ("get", MEDIA_ITEMS, f"{PICKER},{LIBRARY}", LIBRARY),
        ("post", "/library/v1/uploads", LIBRARY, "photoslibrary.appendonly"),
        ("post", "/picker/v1/sessions", LIBRARY, PICKER),
        ("get", "/picker/v1/sessions/x", LIBRARY, PICKER),
        ("delete", "/picker/v1/sessions/x", LIBRARY, PICKER),
    ],
)
def test_a_token_for_something_else_gets_this_answer(
    issuer: Issuer, method: str, path: str, scope: object, needed: str
) -> None:
    token = issuer.token(scope=scope)
    send = getattr(Client(headers={"authorization": f"Bearer {token}"}), method)
    sentence = "Request had insufficient authentication scopes."
    assert refusal(send(path)) == (
        *(403, "PERMISSION_DENIED", sentence),
        challenge("insufficient_scope", sentence, f'scope="{needed}", '),
    )


@pytest.mark.rule("RS-08", "RS-09")
def test_another_persons_token_does_not_find_the_photo(
    issuer: Issuer, library: Library
) -> None:
    photo = library.photo(by="printshop")
    for sub in (BOB, "never-met", "alice", "Alice Ferrand", str(library.owner.pk)):
        headers = {"authorization": f"Bearer {issuer.token(sub=sub)}"}
        response = Client().get(f"{MEDIA_ITEMS}/{photo.pk}", headers=headers)
        assert refusal(response) == (404, "NOT_FOUND", "Media item not found.", "")
        assert told(Client().get(MEDIA_ITEMS, headers=headers)) == {}
