"""Every endpoint and every way to hold it wrong: a 4xx with a reason, never a 500."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection
from django.test import Client as DjangoClient
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from authserver import pictures
from tests.authserver.parties import (
    FORM,
    PASSWORD,
    Browser,
    Caller,
    answer,
    request_of_shop,
)

pytestmark = pytest.mark.django_db

FORMS: dict[str, dict[str, str]] = {
    "/oauth/token": {
        "grant_type": "authorization_code",
        "code": "c",
        "redirect_uri": "r",
        "code_verifier": "v" * 43,
        "refresh_token": "t",
        "scope": "openid",
        "resource": "https://x.example",
        "client_id": "printshop",
    },
    "/oauth/revoke": {"token": "t", "token_type_hint": "x", "client_id": "printshop"},
    "/oauth/introspect": {"token": "t", "token_type_hint": "x"},
    "/oauth/device_authorization": {"client_id": "printshop", "scope": "openid"},
}
PAGES: dict[str, dict[str, str]] = {
    "/oauth/authorize": request_of_shop(
        nonce="n",
        prompt="none",
        max_age="1",
        response_mode="query",
        id_token_hint="x",
        login_hint="x",
        resource="https://x.example",
        acr_values="x",
        claims="{}",
        display="page",
        ui_locales="x",
    ),
    "/oauth/logout": {
        "id_token_hint": "x",
        "client_id": "printshop",
        "post_logout_redirect_uri": "http://localhost:8000/sign-out/done/",
        "state": "x",
    },
    "/sign-in/": {"request": "x", "next": "/"},
    "/sign-up/": {"request": "x", "next": "/"},
    "/oauth/userinfo": {"access_token": "x"},
}
EVIL = ("", "\0", "x" * 5000, "\ud7ff\ufffd", "{}", "[]", "-1", "%00", "' OR 1=1 --")


def mutations(form: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Each parameter missing, repeated, and with every evil value."""
    for name, given in form.items():
        yield {key: value for key, value in form.items() if key != name}
        yield form | {name: [given, given]}
        yield form | {name: [given, "other"]}
        for value in EVIL:
            yield form | {name: value}
            yield form | {f"{name}{value[:40]}": "1"}
    yield {}
    yield {str(number): "x" for number in range(1500)}


def is_a_refusal(response: Any) -> bool:
    """A reason for a client, a page for a person, or an error sent to the client."""
    if response.status_code == 303:
        return True
    if not 400 <= response.status_code < 500:
        return False
    return bool(
        "error" in response.headers.get("WWW-Authenticate", "")
        or b"error" in response.content
        or b"<h1>" in response.content
    )


@pytest.mark.rule("X-04")
@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("authenticated", [True, False])
def test_forms_held_wrong(shop: Caller, path: str, authenticated: bool) -> None:
    headers = {} if authenticated else {"authorization": ""}
    for form in mutations(FORMS[path]):
        response = shop.post(path, form or "x=1", **headers)
        if response.status_code == 200:  # revocation and introspection of a stranger
            assert path != "/oauth/token", form
            assert response.content in {b"", b'{"active": false}'}, form
        else:
            assert is_a_refusal(response), (form, response.status_code)


@pytest.mark.rule("X-04")
@pytest.mark.parametrize("path", PAGES)
def test_addresses_held_wrong(registrations: None, path: str) -> None:
    http = Caller().http
    for query in mutations(PAGES[path]):
        response = http.get(f"{path}?{urlencode(query, doseq=True)}")
        assert response.status_code < 500, query
        if path == "/oauth/userinfo":
            assert response.status_code in {400, 401}, query


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/logout"])
def test_pages_held_wrong_by_post(registrations: None, path: str) -> None:
    http = Caller().http
    for form in mutations(PAGES[path]):
        response = http.post(path, urlencode(form, doseq=True), FORM)
        assert response.status_code in {303, 400}
        if response.status_code == 303:
            assert http.get(response["Location"]).status_code < 500


BODIES: list[tuple[str, bytes]] = [
    (FORM, b"\xff\xfe\x00"),
    (FORM, b"%zz%"),
    (FORM, b"=&=&=&;"),
    (FORM, b"grant_type"),
    (FORM, b"x" * 3_000_000),
    (f"{FORM}; charset=utf-16", b"a=b"),
    (f"{FORM}; charset=nonsense", b"a=b"),
    ("application/json", json.dumps({"grant_type": "refresh_token"}).encode()),
    ("application/json", b"{"),
    ("application/json", b"[" * 100_000),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=x", b"--x\r\n"),
    ("multipart/form-data; boundary=\xc3\xa9", b"--x\r\n"),
    ("text/plain", b"grant_type=refresh_token"),
    ("nonsense", b"grant_type=refresh_token"),
    ("", b"grant_type=refresh_token"),
]


@pytest.mark.rule("X-04")
@pytest.mark.parametrize(("content_type", "body"), BODIES)
@pytest.mark.parametrize("path", [*FORMS, "/oauth/authorize", "/oauth/logout"])
def test_bodies_of_every_sort(
    shop: Caller, path: str, content_type: str, body: bytes
) -> None:
    headers = {"authorization": shop.basic()} if path in FORMS else {}
    response = shop.http.generic("POST", path, body, content_type, headers=headers)
    assert response.status_code in {303, 400}, response.status_code
    if path in FORMS:
        assert response.json()["error"]


@pytest.mark.rule("X-04")
@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic YQ",
        "Basic YQ==",
        "Basic Og==",
        "Basic /////w==",
        "Basic AA==",
        "Basic JTAwOiUwMA==",
        "Basic cHJpbnRzaG9wOg==",
        "Bearer x",
        "Digest x",
        "Basic é",
        "Basic " + "QUFB" * 2000,
        "nonsense",
    ],
)
def test_headers_of_every_sort(shop: Caller, path: str, authorization: str) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}
    response = shop.post(path, form, authorization=authorization)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"


@pytest.mark.rule("X-04")
@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_methods_of_every_sort(shop: Caller, path: str, method: str) -> None:
    assert getattr(shop.http, method)(path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/oauth/authorize", "/oauth/logout", "/oauth/userinfo"]
)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_methods_of_pages(registrations: None, path: str, method: str) -> None:
    assert getattr(Caller().http, method)(path).status_code == 405


@pytest.mark.parametrize("request_id", ["x", "%00", "x" * 3000, "é", "..", "a%2Fb"])
def test_request_ids_of_every_sort(stranger: Browser, request_id: str) -> None:
    http: DjangoClient = stranger
    stranger.authorize()  # from now on this browser has pending requests
    assert 400 <= http.get(f"/consent/{request_id}/").status_code < 500
    assert 400 <= http.post(f"/consent/{request_id}/").status_code < 500
    assert 400 <= http.get(f"/sign-in/?request={request_id}").status_code < 500


@pytest.mark.parametrize("depth", [500, 3000])
def test_hints_of_every_depth(stranger: Browser, depth: int) -> None:
    nested = urlsafe_b64encode(b"[" * depth).rstrip(b"=").decode()
    hint = f"{nested}.{nested}.x"[:4096]
    assert stranger.get("/oauth/logout", {"id_token_hint": hint}).status_code == 400
    refused = stranger.authorize(id_token_hint=hint)
    assert answer(refused)["error"] == "invalid_request"


def test_a_foreign_host_is_refused(registrations: None) -> None:
    response = Caller().http.get(
        "/.well-known/openid-configuration", headers={"host": "mallory.example"}
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    "key", ['"aaaaaaaaaaaaaaaa\\000"', "a" * 99, "../../etc/passwd"]
)
def test_a_cookie_that_is_none_of_ours_is_not_looked_up(
    stranger: Browser, key: str
) -> None:
    """PostgreSQL refuses a NUL, which a cookie can hold in quotes."""
    with CaptureQueriesContext(connection) as captured:
        answered = stranger.get("/", headers={"cookie": f"authserver_session={key}"})
    assert answered.status_code == 302
    assert not [q for q in captured if "django_session" in q["sql"]]


@pytest.mark.rule("AS-38")
@pytest.mark.parametrize(("megabytes", "status"), [(3, 403), (11, 400)])
def test_what_a_stranger_uploads_is_not_written_to_the_disk(
    monkeypatch: pytest.MonkeyPatch, megabytes: int, status: int
) -> None:
    """A form is read before it can be refused, for want of its token."""

    def to_disk(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("tempfile.NamedTemporaryFile", to_disk)
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", to_disk)
    upload = SimpleUploadedFile("x.png", b"x" * megabytes * 2**20)
    strict = DjangoClient(HTTP_HOST="localhost:8001", enforce_csrf_checks=True)
    strict.get("/sign-in/")
    answered = strict.post("/sign-in/", {"picture": upload, "username": "alice"})
    assert answered.status_code == status


def test_of_a_file_that_is_too_large_little_is_kept(rf: RequestFactory) -> None:
    upload = SimpleUploadedFile("x.png", b"x" * 3 * 2**20)
    kept: Any = rf.post("/", {"picture": upload}).FILES["picture"]
    assert kept.size == 3 * 2**20, "by which the form refuses it"
    assert len(kept.read()) <= pictures.MAX_BYTES + 2**16


def test_two_files_are_the_limit(stranger: Browser) -> None:
    form: dict[str, Any] = {"username": "alice", "password": PASSWORD}
    for name in ("one", "two"):
        form[name] = SimpleUploadedFile("x.png", b"x")
    assert stranger.post("/sign-in/", form).status_code == 303
    for name in ("one", "two", "three"):
        form[name] = SimpleUploadedFile("x.png", b"x")
    assert Browser().post("/sign-in/", form).status_code == 400
