"""Every check of RFC 9068 §4, one token for each that fails it."""

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from photo_cast import (
    ALICE,
    AUDIENCE,
    ISSUER,
    LIBRARY,
    METADATA,
    NOTHING,
    PICKER,
    App,
    Issuer,
    refused,
    told,
)

from photos_api import key_set
from photos_api.models import Person

pytestmark = pytest.mark.django_db
MEDIA_ITEMS = "/library/v1/mediaItems"


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def forged(header: object, claims: object, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature]
    return ".".join(b64(part) for part in parts)


def hmac_signed(header: object, claims: object, secret: str) -> str:
    """Signed with the public key as if it were a shared secret."""
    signed = forged(header, claims).rpartition(".")[0]
    mac = hmac.digest(secret.encode(), signed.encode(), "sha256")
    return f"{signed}.{b64(mac)}"


def assert_invalid_token(response: Any, token: str = "") -> None:
    """401 with the challenge of RFC 6750 §3.1, and nothing of the token in it."""
    sentence = refused(response, 401, "UNAUTHENTICATED")
    assert response["WWW-Authenticate"] == (
        f'Bearer realm="Photos", error="invalid_token", '
        f'error_description="{sentence}", {METADATA}'
    )
    if len(token) > 20:
        assert token[:20] not in response.content.decode()


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt"])
def test_a_good_token_opens_the_library(issuer: Issuer, typ: str) -> None:
    response = App(issuer.token(header={"typ": typ})).get(MEDIA_ITEMS)
    assert (response.status_code, told(response)) == (200, {})


@pytest.mark.spec("RFC 9068 §2.1")
def test_a_token_signed_with_rsa_is_good_too(issuer: Issuer) -> None:
    token = issuer.token(key=issuer.rsa, alg="RS256", header={"kid": "rs-1"})
    assert App(token).get(MEDIA_ITEMS).status_code == 200


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.spec("RFC 7515 §4.1.11")
@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": NOTHING},
        {"typ": "AT+JWT"},
        {"typ": "logout+jwt"},
        {"typ": "at+jwt "},
        {"typ": ""},
        {"kid": NOTHING},
        {"kid": ""},
        {"kid": "unknown"},
        {"kid": "rs-1"},
        {"kid": "../../etc/passwd"},
        {"crit": ["exp"]},
    ],
)
def test_a_token_with_another_header_is_refused(
    issuer: Issuer, header: dict[str, object]
) -> None:
    token = issuer.token(header=header)
    assert_invalid_token(App(token).get(MEDIA_ITEMS), token)


@pytest.mark.spec("RFC 9068 §4")
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://localhost:8001/"},
        {"iss": "http://evil.example"},
        {"iss": NOTHING},
        {"iss": [ISSUER]},
        {"aud": ISSUER},
        {"aud": AUDIENCE + "/"},
        {"aud": AUDIENCE + ".evil.example"},
        {"aud": "localhost"},
        {"aud": [ISSUER, "photos"]},
        {"aud": []},
        {"aud": NOTHING},
        {"aud": {AUDIENCE: 1}},
        {"exp": 1},
        {"exp": NOTHING},
        {"exp": None},
        {"exp": "soon"},
        {"exp": [1]},
        {"iat": NOTHING},
        {"iat": "yesterday"},
        {"sub": NOTHING},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
        {"sub": "printshop"},
        {"client_id": NOTHING},
        {"client_id": ["printshop"]},
        {"jti": NOTHING},
        {"jti": 5},
        {"scope": [PICKER]},
        {"scope": None},
        {"cnf": {"jkt": "x"}},
    ],
)
def test_a_token_with_other_claims_is_refused(
    issuer: Issuer, claims: dict[str, Any]
) -> None:
    token = issuer.token(**claims)
    assert_invalid_token(App(token).get(MEDIA_ITEMS), token)


@pytest.mark.spec("RFC 9068 §4")
def test_clocks_may_differ_by_half_a_minute_and_no_more(issuer: Issuer) -> None:
    now = int(time.time())
    good: list[dict[str, Any]] = [
        {"exp": now - 20},
        {"iat": now + 20},
        {"nbf": now + 20},
    ]
    bad: list[dict[str, Any]] = [
        {"exp": now - 40},
        {"iat": now + 90},
        {"nbf": now + 90},
    ]
    assert [App(issuer.token(**c)).get(MEDIA_ITEMS).status_code for c in good] == [
        200
    ] * 3
    assert [App(issuer.token(**c)).get(MEDIA_ITEMS).status_code for c in bad] == [
        401
    ] * 3


@pytest.mark.spec("RFC 9068 §4")
def test_an_audience_among_others_is_enough(issuer: Issuer) -> None:
    token = issuer.token(aud=["https://other.example", AUDIENCE])
    assert App(token).get(MEDIA_ITEMS).status_code == 200


@pytest.mark.spec("RFC 8725 §3.1")
def test_no_signature_and_no_shared_secret_is_believed(issuer: Issuer) -> None:
    public = json.dumps(issuer.jwks["keys"][0])
    weak = rsa.generate_private_key(65537, 2048)
    header = {"typ": "at+jwt", "kid": "es-1"}
    tokens = [
        forged({**header, "alg": "none"}, issuer.claims()),
        forged({**header, "alg": "none"}, issuer.claims(), b"x"),
        forged({**header, "alg": "ES256"}, issuer.claims()),
        forged({**header, "alg": "ES256"}, issuer.claims(), b"\0" * 64),
        forged({**header, "alg": ["ES256"]}, issuer.claims(), b"x"),
        hmac_signed({**header, "alg": "HS256"}, issuer.claims(), public),
        issuer.token(key=issuer.stranger),
        issuer.token(key=weak, alg="RS256", header={"kid": "rs-1"}),
        issuer.token(key=issuer.rsa, alg="PS256", header={"kid": "rs-1"}),
        issuer.token(key=issuer.rsa, alg="RS256", header={"kid": "es-1"}),
        issuer.token(key=issuer.stranger, header={"jwk": issuer.jwks["keys"][0]}),
        issuer.token(key=issuer.stranger, header={"jku": "http://evil.example/jwks"}),
    ]
    for token in tokens:
        assert_invalid_token(App(token).get(MEDIA_ITEMS), token)


@pytest.mark.spec("RFC 9068 §4")
def test_a_token_that_was_changed_is_refused(issuer: Issuer) -> None:
    header, _, signature = issuer.token().split(".")
    claims = b64(json.dumps(issuer.claims(sub="somebody-else")).encode())
    assert_invalid_token(App(f"{header}.{claims}.{signature}").get(MEDIA_ITEMS))


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b.c",
        "....",
        "a.b.c.d.e",
        "é" * 30,
        "ey" * 5000,
        b64(b"[" * 3000) + ".e30.x",
        b64(b"{" * 3000) + ".e30.x",
        b64(b"\xff\xfe") + ".e30.x",
        b64(b'"text"') + ".e30.x",
        b64(b"null") + ".e30.x",
        b64(b'{"alg":"ES256","typ":"at+jwt","kid":["es-1"]}') + ".e30.x",
        b64(b'{"alg":"ES256","typ":["at+jwt"],"kid":"es-1"}') + ".e30.x",
        b64(b'{"alg":"ES256","typ":"at+jwt","kid":"es-1","zip":"DEF"}') + ".e30.x",
    ],
)
def test_rubbish_is_refused_and_nothing_breaks(token: str) -> None:
    assert_invalid_token(App(token).get(MEDIA_ITEMS))


@pytest.mark.spec("RFC 9068 §4")
def test_claims_that_are_not_an_object_are_refused(issuer: Issuer) -> None:
    header = {"typ": "at+jwt", "kid": "es-1"}
    signer = jwt.PyJWS()
    claims = json.dumps(issuer.claims(exp="EXP", iat="IAT"))
    endless = claims.replace('"EXP"', "1e999").replace('"IAT"', "1")
    deep = claims.replace('"EXP"', "9" * 10).replace('"IAT"', "[" * 2000 + "]" * 2000)
    rubbish = [b"[]", b"null", b"[" * 2000, b"\xff", b""]
    for payload in (*rubbish, endless.encode(), deep.encode()):
        token = signer.encode(payload, issuer.key, "ES256", headers=header)
        assert_invalid_token(App(token).get(MEDIA_ITEMS), token)


def test_a_token_is_refused_for_its_length_before_anything_else(issuer: Issuer) -> None:
    response = App(issuer.token(claim="x" * 8000)).get(MEDIA_ITEMS)
    assert refused(response, 401, "UNAUTHENTICATED") == "The access token is too long"


@pytest.mark.spec("RFC 6750 §3.1")
def test_a_missing_scope_is_named(issuer: Issuer) -> None:
    response = App(issuer.token(scope=PICKER)).get(MEDIA_ITEMS)
    sentence = refused(response, 403, "PERMISSION_DENIED")
    assert sentence == "Request had insufficient authentication scopes."
    assert response["WWW-Authenticate"] == (
        f'Bearer realm="Photos", error="insufficient_scope", '
        f'error_description="{sentence}", scope="{LIBRARY}", {METADATA}'
    )


@pytest.mark.spec("RFC 9068 §2.2.3")
@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (LIBRARY, 200),
        (f"https://www.googleapis.com/auth/{LIBRARY}", 200),
        (f"openid {LIBRARY} profile", 200),
        (NOTHING, 403),
        ("", 403),
        (LIBRARY.upper(), 403),
        (LIBRARY + "x", 403),
        (f"http://www.googleapis.com/auth/{LIBRARY}", 403),
        (f"{PICKER},{LIBRARY}", 403),
    ],
)
def test_a_scope_counts_as_a_whole_word(
    issuer: Issuer, scope: object, status: int
) -> None:
    assert App(issuer.token(scope=scope)).get(MEDIA_ITEMS).status_code == status


def test_a_stranger_sees_an_empty_library_and_is_not_remembered(
    issuer: Issuer,
) -> None:
    assert told(App(issuer.token(sub="never-met")).get(MEDIA_ITEMS)) == {}
    assert not Person.objects.filter(sub="never-met").exists()


def test_the_same_sub_at_another_issuer_is_somebody_else(
    issuer: Issuer, library: Any, settings: Any
) -> None:
    library.photo(by="printshop")
    assert "mediaItems" in told(App(issuer.token()).get(MEDIA_ITEMS))
    settings.ISSUER = "http://other.example"
    token = issuer.token(iss="http://other.example", sub=ALICE)
    assert told(App(token).get(MEDIA_ITEMS)) == {}


def test_without_any_key_the_answer_is_503(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_answers() -> key_set.Keys:
        raise ValueError("nobody answers")

    empty = key_set.KeySet(nobody_answers)
    monkeypatch.setattr(key_set, "of_issuer", lambda: empty)
    response = App(issuer.token()).get(MEDIA_ITEMS)
    refused(response, 503, "UNAVAILABLE")
    assert response["Retry-After"] == "5"
    assert "WWW-Authenticate" not in response
