"""The commands an operator runs."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from authserver import tasks
from authserver.clean_up import clean_up
from authserver.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    Event,
    PendingRequest,
    RefreshToken,
    ResourceScope,
    Session,
    User,
)
from authserver.registration import DEVICE_CODE
from tests.authserver.parties import Browser, Caller

pytestmark = pytest.mark.django_db
REGISTRATIONS = Path(__file__).parents[2] / "demo" / "registrations.toml"
CALLBACK = "http://localhost:9000/cb"


def register(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("register_client", *arguments, stdout=out)
    printed: dict[str, Any] = json.loads(out.getvalue())
    return printed


def test_register_a_web_server() -> None:
    printed = register(
        *("Postcards", "--redirect-uri", CALLBACK, "--id", "postcards"),
        *("--scope", "openid", "profile", "--scope", "email"),
        *("--auth-method", "client_secret_basic", "--no-rotation", "--no-pkce"),
        *("--post-logout-uri", "http://localhost:9000/bye"),
        *("--backchannel-logout-uri", "http://localhost:9000/logout"),
    )
    assert printed["client_id"] == "postcards"
    assert len(printed["client_secret"]) >= 43
    assert printed["redirect_uris"] == [CALLBACK]
    assert printed["issuer"] == "http://localhost:8001"
    client = Client.objects.get(client_id="postcards")
    assert printed["client_secret"] not in client.client_secret
    assert client.scopes == {"openid", "profile", "email"}
    assert client.token_endpoint_auth_methods == ["client_secret_basic"]
    assert not client.rotate_refresh_tokens
    assert not client.pkce_required
    secret = printed["client_secret"]
    answered = Caller("postcards", secret).introspect("x")
    assert answered.status_code == 200


@pytest.mark.rule("AS-40")
@pytest.mark.spec("RFC 8252 §8.4")
@pytest.mark.parametrize(
    ("kind", "uri"),
    [
        ("browser", CALLBACK),
        ("native", "http://127.0.0.1/cb"),
        ("native", "http://[::1]/cb"),
        ("native", "com.example.shop:/cb"),
        ("native", "https://shop.example/cb"),
    ],
)
def test_register_a_public_client(kind: str, uri: str) -> None:
    printed = register("Kiosk", "--redirect-uri", uri, "--type", kind)
    assert "client_secret" not in printed
    assert printed["token_endpoint_auth_methods"] == ["none"]
    client = Client.objects.get(client_id=printed["client_id"])
    assert client.is_public
    assert len(client.client_id) >= 22


def test_register_a_device_needs_no_redirect_uri() -> None:
    printed = register("Printer", "--type", "device")
    assert "redirect_uris" not in printed


@pytest.mark.spec("RFC 7591 §2")
def test_a_native_app_may_use_the_device_code_too() -> None:
    """Where no browser is at hand, as over SSH."""
    plain = register("App", "--redirect-uri", "com.example.a:/cb", "--type", "native")
    assert DEVICE_CODE not in plain["grant_types"]
    grants = ["authorization_code", "refresh_token", DEVICE_CODE]
    printed = register(
        *("App", "--redirect-uri", "com.example.b:/cb", "--type", "native"),
        *(f"--grant-type={grant}" for grant in grants),
    )
    assert printed["grant_types"] == grants
    form = {"scope": "openid", "client_id": printed["client_id"]}
    answer = Caller("", "").post("/oauth/device_authorization", form)
    assert answer.status_code == 200, answer.content


@pytest.mark.rule("AS-03")
@pytest.mark.spec("RFC 9700 §2.6")
@pytest.mark.parametrize(
    "uri",
    [
        "http://shop.example/cb",
        "http://127.0.0.1.shop.example/cb",
        "https://shop.example/cb#x",
        "https://alice@shop.example/cb",
        "https://*.shop.example/cb",
        "https:///cb",
        "https://shop.example;sandbox/cb",
        "https://shop.example,default-src/cb",
        "https://'unsafe-inline'/cb",
        "https://shop_1.example/cb",
        "https://shop.example:/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "com.example.shop:/cb",
        "/cb",
        "https://shop.example:x/cb",
        "https://shöp.example/cb",
    ],
)
def test_unsafe_redirect_uris_are_not_registered(uri: str) -> None:
    for option in ("--redirect-uri", "--post-logout-uri"):
        with pytest.raises(CommandError):
            register("Shop", "--redirect-uri", "https://shop.example/", option, uri)
    assert not Client.objects.exists()


@pytest.mark.rule("AS-03")
@pytest.mark.parametrize("scheme", ["myapp", "shop"])
def test_private_schemes_are_reversed_domains(scheme: str) -> None:
    with pytest.raises(CommandError, match="https"):
        register("App", "--redirect-uri", f"{scheme}:/cb", "--type", "native")


@pytest.mark.rule("AS-03")
@pytest.mark.spec("RFC 8252 §7.1")
@pytest.mark.parametrize(
    ("demo", "kind", "uri", "taken"),
    [
        (True, "native", "web+printshop:signed-in", True),
        (False, "native", "web+printshop:signed-in", False),
        (True, "web", "web+printshop:signed-in", False),
        (True, "browser", "web+printshop:signed-in", False),
        (True, "native", "web+:signed-in", False),
        (True, "native", "web+print-shop:signed-in", False),
        (True, "native", "webprintshop:signed-in", False),
        (True, "native", "x-web+printshop:signed-in", False),
        (False, "native", "com.example.printshop:/signed-in", True),
        (True, "web", "com.example.printshop:/signed-in", False),
    ],
)
def test_a_page_plays_an_app_in_a_demonstration_only(
    settings: Settings, demo: bool, kind: str, uri: str, taken: bool
) -> None:
    settings.DEMO = demo
    if taken:
        assert register("App", "--redirect-uri", uri, "--type", kind)
        return
    with pytest.raises(CommandError, match="https"):
        register("App", "--redirect-uri", uri, "--type", kind)
    assert not Client.objects.exists()


@pytest.mark.rule("AS-34")
@pytest.mark.parametrize(
    "arguments",
    [
        ("Shop",),
        ("Shop", "--redirect-uri", CALLBACK, "--scope", "unheard-of"),
        ("Shop", "--redirect-uri", CALLBACK, "--required-scope", "phone"),
        ("Shop", "--redirect-uri", CALLBACK, "--type", "native", "--no-rotation"),
        ("Shop", "--redirect-uri", CALLBACK, "--type", "browser", "--no-pkce"),
        (
            *("Shop", "--redirect-uri", CALLBACK, "--type", "browser"),
            *("--auth-method", "client_secret_post"),
        ),
        ("Shop", "--redirect-uri", CALLBACK, "--grant-type", DEVICE_CODE),
        (
            *("Shop", "--redirect-uri", CALLBACK, "--type", "browser"),
            *("--grant-type", "authorization_code", "--grant-type", DEVICE_CODE),
        ),
        ("Frame", "--type", "device", "--grant-type", "authorization_code"),
        ("Shop", "--redirect-uri", CALLBACK, "--id", "spa ce"),
        (
            *("Shop", "--redirect-uri", CALLBACK),
            *("--id", "5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60"),
        ),
    ],
)
def test_what_does_not_fit_together_is_not_registered(arguments: tuple[str]) -> None:
    with pytest.raises(CommandError):
        register(*arguments)
    assert not Client.objects.exists()


@pytest.mark.spec("OIDC Registration §2")
def test_register_how_a_client_is_answered() -> None:
    printed = register(
        *("Wall", "--redirect-uri", "https://app.example/cb", "--type", "browser"),
        *("--allowed-origin", "https://app.example", "http://localhost:5173"),
        *("--id-token-alg", "Ed25519", "--response-mode", "form_post"),
    )
    assert printed["allowed_origins"] == [
        "https://app.example",
        "http://localhost:5173",
    ]
    client = Client.objects.get(client_id=printed["client_id"])
    assert client.id_token_signed_response_alg == "Ed25519"
    assert client.response_modes == ["form_post"]


@pytest.mark.spec("RFC 6454 §6.2")
@pytest.mark.parametrize(
    "origin",
    [
        *("https://app.example/", "https://app.example/x", "https://APP.example"),
        *("https://app.example:443", "http://app.example", "*", "null", "app.example"),
        *("https://*.app.example", "https://alice@app.example", "https://app.example#"),
        *("https://", "https://app.example:x", "https://app.example:99999"),
        *("com.example.app://x", "javascript:alert(1)", "https://app.example?x"),
    ],
)
def test_only_exact_origins_are_registered(origin: str) -> None:
    browser_app = ("--redirect-uri", "https://app.example/cb", "--type", "browser")
    with pytest.raises(CommandError, match=r"must|not an absolute"):
        register("Wall", *browser_app, "--allowed-origin", origin)


@pytest.mark.parametrize("kind", ["web", "native", "device"])
def test_only_browser_apps_have_origins(kind: str) -> None:
    where = () if kind == "device" else ("--redirect-uri", "https://app.example/cb")
    origin = ("--allowed-origin", "https://app.example")
    with pytest.raises(CommandError, match="only browser apps"):
        register("App", *where, "--type", kind, *origin)


@pytest.mark.spec("OIDC Back-Channel Logout §2.2")
@pytest.mark.parametrize(
    "uri",
    [
        *("https://shop.example/out#x", "http://shop.example/out", "ftp://x.example/"),
        *("https://alice@shop.example/", "com.example.shop:/out", "/out"),
    ],
)
def test_a_logout_uri_is_https_without_a_fragment(uri: str) -> None:
    where = ("--redirect-uri", "https://shop.example/cb")
    with pytest.raises(CommandError):
        register("Shop", *where, "--backchannel-logout-uri", uri)
    good = "https://shop.example/out?tenant=1"
    assert register("Shop", *where, "--backchannel-logout-uri", good)


@pytest.mark.spec("RFC 8252 §8.6")
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"skip_authorization": True}, "consent page"),
        ({"grant_types": []}, "grant_types"),
        ({"grant_types": ["authorization_code", "password"]}, "grant_types"),
        ({"response_modes": []}, "response_modes"),
        ({"response_modes": ["fragment"]}, "response_modes"),
        ({"response_modes": ["query", "web_message"]}, "response_modes"),
    ],
)
def test_what_a_row_may_not_hold(changes: dict[str, Any], problem: str) -> None:
    printed = register("App", "--redirect-uri", "https://a.example", "--type", "native")
    client = Client.objects.get(client_id=printed["client_id"])
    client.full_clean()
    for name, value in changes.items():
        setattr(client, name, value)
    with pytest.raises(ValidationError, match=problem):
        client.full_clean()


def test_an_id_is_registered_once() -> None:
    register("Shop", "--redirect-uri", CALLBACK, "--id", "shop")
    with pytest.raises(CommandError):
        register("Shop", "--redirect-uri", CALLBACK, "--id", "shop")


# Seeds.


def test_a_seed_applied_again_changes_nothing(registrations: None) -> None:
    def everything() -> list[Any]:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Client, ResourceScope, User)
        ]

    before = everything()
    call_command("seed", REGISTRATIONS, stdout=StringIO())
    after = everything()
    for row in (*before[0], *after[0]):
        row.pop("updated")
    assert before == after


def test_a_person_keeps_what_they_changed(registrations: None) -> None:
    User.objects.filter(username="alice").update(username="alison", name="Alison")
    call_command("seed", REGISTRATIONS, stdout=StringIO())
    assert User.objects.get(username="alison").name == "Alison"
    assert not User.objects.filter(username="alice").exists()


def test_a_seed_reads_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("PRINTSHOP_URL", "http://localhost:9100")
    monkeypatch.setenv("PRINTSHOP_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    call_command("seed", REGISTRATIONS, stdout=StringIO())
    shop = Client.objects.get(client_id="printshop")
    assert "http://localhost:9100/connect/callback/" in shop.redirect_uris.split()
    assert Caller(secret="from a file").introspect("x").status_code == 200


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = ", "registrations.toml"),
        ('[[clients]]\nclient_id = "${UNHEARD_OF}"', "set UNHEARD_OF"),
        ('[[clients]]\nclient_id = "x"\ncolour = "red"', "colour"),
        ('[[clients]]\nclient_id = "x"\nname = "X"', "redirect URI"),
    ],
)
def test_a_seed_that_cannot_be_applied_says_why(
    tmp_path: Path, text: str, problem: str
) -> None:
    file = tmp_path / "registrations.toml"
    file.write_text(text)
    with pytest.raises(CommandError, match=problem):
        call_command("seed", file, stdout=StringIO())


# Clean-up and worker.


def test_clean_up_keeps_what_is_needed(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    shop.refresh(tokens["refresh_token"])
    browser.authorize(scope="openid address")
    before = {
        model: model.objects.count()
        for model in (AuthorizationCode, AccessToken, RefreshToken, Session, Event)
    }
    clean_up()
    assert {model: model.objects.count() for model in before} == before


def test_clean_up_deletes_what_is_over(
    browser: Browser, shop: Caller, tokens: dict[str, str]
) -> None:
    online = shop.exchange(browser.code()).json()
    browser.post("/sign-out/")
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=True):
        latest = shop.refresh(tokens["refresh_token"]).json()
        clean_up()
        assert not AuthorizationCode.objects.exists()
        assert not PendingRequest.objects.exists()
        assert AccessToken.objects.count() == 1
        assert not RefreshToken.objects.exclude(sealed_answer=None).filter(
            used_at__lt=timezone.now() - timedelta(seconds=10)
        )
        assert shop.refresh(online["refresh_token"]).status_code == 400
        assert shop.refresh(latest["refresh_token"]).status_code == 200
        assert Session.objects.count() == 1  # offline tokens speak of it
    with time_machine.travel(timezone.now() + timedelta(days=500), tick=True):
        clean_up()
        clean_up()
        assert not RefreshToken.objects.exists()
        assert not AccessToken.objects.exists()
        assert not Session.objects.exists()


def test_a_used_token_is_remembered_as_long_as_its_family_lives(
    shop: Caller, tokens: dict[str, str]
) -> None:
    latest = shop.refresh(tokens["refresh_token"]).json()
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        clean_up()
        assert shop.refresh(tokens["refresh_token"]).status_code == 400
        assert shop.refresh(latest["refresh_token"]).status_code == 400


def test_a_clean_up_is_due_once_an_hour() -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        tasks.wake_up()
        tasks.wake_up()
        clock.move_to(start + timedelta(minutes=59))
        tasks.wake_up()
        assert DBTaskResult.objects.count() == 1
        clock.move_to(start + timedelta(minutes=61))
        tasks.wake_up()
    assert DBTaskResult.objects.count() == 2


def test_a_worker_takes_over_what_a_killed_one_left() -> None:
    tasks.wake_up()
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert tasks.take_over() == 1
    waiting = DBTaskResult.objects.ready().get()
    assert waiting.task.call()["codes"] == 0


def test_clean_up_says_what_went() -> None:
    out = StringIO()
    call_command("clean_up", stdout=out)
    assert "access tokens: 0" in out.getvalue()
