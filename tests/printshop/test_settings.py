"""Start-up refuses what would make a real shop a demonstration."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = {
    "PRINTSHOP_URL": "https://shop.example",
    "PRINTSHOP_SECRET_KEY": "k" * 50,
    "PRINTSHOP_ISSUER": "https://accounts.example",
    "PRINTSHOP_CLIENT_ID": "printshop",
    "PRINTSHOP_CLIENT_SECRET": "s" * 40,
    "PRINTSHOP_PHOTOS_URL": "https://photos.example",
    "PRINTSHOP_TOKEN_ENCRYPTION_KEYS": "t" * 40,
    "PRINTSHOP_EMAIL_URL": "submission://shop:word@mail.example:587",
    "PRINTSHOP_EMAIL_FROM": "prints@shop.example",
}


def start(environment: dict[str, str], *command: str) -> tuple[int, str]:
    """Let Django read the settings in a process of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PRINTSHOP_")}
    done = subprocess.run(
        [sys.executable, *(command or ("manage.py", "printshop", "check"))],
        cwd=Path(__file__).resolve().parents[2],
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_shop_with_everything_starts() -> None:
    code, errors = start(GOOD)
    assert code == 0, errors


@pytest.mark.parametrize("demo", [False, True])
def test_a_real_shop_opens_no_door_unasked(*, demo: bool) -> None:
    told = GOOD | ({"PRINTSHOP_DEMO": "1"} if demo else {})
    names = "s.KIOSK_CLIENT_ID, s.STATION_CLIENT_ID, *s.OWN_CLIENTS"
    is_open = f"import printshop.settings as s; assert any([{names}]) == {demo}"
    assert start(told, "-c", is_open)[0] == 0


def test_a_demonstration_needs_nothing() -> None:
    assert start({"PRINTSHOP_DEMO": "1"})[0] == 0


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_value_is_named(name: str) -> None:
    code, errors = start({k: v for k, v in GOOD.items() if k != name})
    assert code != 0
    assert name in errors


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRINTSHOP_SECRET_KEY", "demo-printshop-" + "0" * 50),
        ("PRINTSHOP_SECRET_KEY", "short"),
        ("PRINTSHOP_CLIENT_SECRET", "demo-printshop-client-secret"),
        ("PRINTSHOP_TOKEN_ENCRYPTION_KEYS", "k" * 40 + ",demo-printshop-token-key"),
        ("PRINTSHOP_URL", "http://shop.example"),
        ("PRINTSHOP_ISSUER", "http://accounts.example"),
        ("PRINTSHOP_PHOTOS_URL", "http://photos.example"),
    ],
)
def test_a_demonstrations_value_is_refused(name: str, value: str) -> None:
    code, errors = start(GOOD | {name: value})
    assert code != 0
    assert name in errors


def test_secrets_may_lie_in_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("f" * 40 + "\n")
    environment = {k: v for k, v in GOOD.items() if k != "PRINTSHOP_CLIENT_SECRET"}
    environment["PRINTSHOP_CLIENT_SECRET_FILE"] = str(tmp_path / "secret")
    assert start(environment)[0] == 0


@pytest.mark.rule("CL-09")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRINTSHOP_ID_TOKEN_ALGORITHM", "HS256"),
        ("PRINTSHOP_ID_TOKEN_ALGORITHM", "none"),
        ("PRINTSHOP_CLIENT_AUTHENTICATION", "private_key_jwt"),
        ("PRINTSHOP_MAX_AGE", "soon"),
    ],
)
def test_what_the_shop_cannot_do_is_refused(name: str, value: str) -> None:
    code, errors = start(GOOD | {name: value})
    assert code != 0
    assert name in errors
