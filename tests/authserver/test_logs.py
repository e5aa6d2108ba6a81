"""What is written down, and what never is: RFC 9700 §4.3.2, outside demo mode."""

import json
import logging
import secrets
import sys
import uuid
from pathlib import Path

import pytest
import requests

from authserver.logs import Formatter
from tests.authserver.parties import VERIFIER
from tests.authserver.servers import Server, running
from tests.authserver.test_startup import EARNEST

IN_EARNEST = {
    **{k: v for k, v in EARNEST.items() if k != "AUTHSERVER_DATABASE_URL"},
    "AUTHSERVER_DEMO": "0",
    "AUTHSERVER_URL": "https://localhost",
    "PRINTSHOP_URL": "https://shop.example",
    "PHOTOS_API_URL": "https://photos.example",
    "PRINTSHOP_CLIENT_SECRET": secrets.token_urlsafe(32),
    "PHOTOS_API_CLIENT_SECRET": secrets.token_urlsafe(32),
    "PHOTOS_API_INTROSPECTION_SECRET": secrets.token_urlsafe(32),
}


def line(message: str, *arguments: object, **more: object) -> dict[str, object]:
    record = logging.LogRecord("x", 20, "", 0, message, arguments, None)
    vars(record).update(more)
    parsed: dict[str, object] = json.loads(Formatter().format(record))
    return parsed


def test_a_line_is_one_object_with_time_level_and_logger() -> None:
    found = line("refused: %s\nand more", "the code is over")
    assert found["message"] == "refused: the code is over\nand more"
    assert (found["level"], found["logger"]) == ("INFO", "x")
    assert str(found["at"]).startswith("20")


@pytest.mark.parametrize(
    "secret",
    [
        secrets.token_urlsafe(32),
        secrets.token_hex(16),
        "a" * 32 + "-",
        f"eyJ{secrets.token_urlsafe(90)}",
        str(uuid.uuid4()),
    ],
)
def test_what_could_open_something_is_cut_out(secret: str) -> None:
    for found in (line("Not Found: /reset/x/%s/", secret), line("m", other=secret)):
        assert secret not in json.dumps(found, ensure_ascii=False)


def test_a_traceback_is_kept_without_the_secret_in_it() -> None:
    token = secrets.token_urlsafe(32)
    try:
        int(token)
    except ValueError:
        found = line("broken", exc_info=sys.exc_info())
    said = str(found["exc_info"])
    assert "test_a_traceback_is_kept_without_the_secret_in_it" in said
    assert token not in said


def test_of_a_request_only_what_has_no_query() -> None:
    class Request:
        def __repr__(self) -> str:
            return "<WSGIRequest: GET '/oauth/authorize?code=short'>"

    assert "short" not in json.dumps(line("m", request=Request(), status_code=400))


@pytest.mark.spec("RFC 9700 §4.3.2")
def test_a_server_in_earnest_writes_objects_without_secrets(tmp_path: Path) -> None:
    secret = secrets.token_urlsafe(32)
    with running(tmp_path, **IN_EARNEST) as server:
        _everything_with(server, secret)
    lines = server.log.read_text().splitlines()
    found = [json.loads(one) for one in lines if one.startswith("{")]
    asked = [one for one in found if one["logger"] == "access"]
    assert {(o["method"], o["path"], o["status"]) for o in asked} >= {
        ("POST", "/oauth/token", "401"),
        ("GET", "/oauth/authorize", "400"),
    }
    assert any(one["logger"] == "authserver.refusals" for one in found)
    assert secret not in server.log.read_text()
    assert VERIFIER not in server.log.read_text()


def _everything_with(server: Server, secret: str) -> None:
    """Requests that carry a secret everywhere they can."""
    form = {"grant_type": "authorization_code", "code": secret, "token": secret}
    form |= {"code_verifier": VERIFIER, "client_secret": secret, "client_id": "x"}
    for path in ("token", "revoke", "introspect"):
        requests.post(f"{server.url}/oauth/{path}", form, timeout=30)
        requests.post(
            f"{server.url}/oauth/{path}?code={secret}",
            {**form, "client_secret": ""},
            auth=("printshop", secret),
            timeout=30,
        )
    bearer = {"Authorization": f"Bearer {secret}", "Cookie": f"s={secret}"}
    for path in (
        "oauth/userinfo",
        f"oauth/authorize?code={secret}",
        f"consent/{secret}/",
        f"{secret}/?x={secret}",
    ):
        requests.get(f"{server.url}/{path}", headers=bearer, timeout=30)
