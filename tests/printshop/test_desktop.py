"""The desktop program: its secrets, its browser, and how it is run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from printshop.desktop import pkce, signing_in
from printshop.desktop.authorization import Attempt
from printshop.desktop.discovery import Server
from printshop.desktop.terminal import plain

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "https://login.example"
SERVER = Server(ISSUER, f"{ISSUER}/authorize", f"{ISSUER}/token", "", "", "", "", True)


# The proof that takes the place of a secret.


@pytest.mark.spec("RFC 7636 §B")
def test_the_challenge_is_that_of_the_rfc() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert pkce.code_challenge(verifier) == challenge


@pytest.mark.spec("RFC 7636 §4.1")
def test_each_attempt_has_secrets_of_its_own() -> None:
    attempts = [Attempt("http://127.0.0.1:1/signed-in") for _ in range(2)]
    for name in ("state", "nonce", "code_verifier"):
        first, second = (getattr(attempt, name) for attempt in attempts)
        assert first != second
        assert 43 <= len(first) <= 128
        assert first not in repr(attempts[0])


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"BROWSER": "x"}, True),
        ({"BROWSER": "x", "SSH_CONNECTION": "a b"}, False),
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, False),
        ({}, False),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always one")
def test_over_ssh_no_browser_is_the_persons(
    environment: dict[str, str], expected: bool
) -> None:
    assert signing_in.has_browser(environment) is expected


# The program itself.


def test_names_do_not_steer_the_terminal() -> None:
    assert plain("a\x1b[2Jb\r\x07c\u202ed\ne") == "a�[2Jb��c�d\ne"


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if "DJANGO" not in k}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_needs_no_django_and_none_of_the_shops_settings() -> None:
    done = run(
        "import sys, printshop.desktop.cli\n"
        "print([m for m in sys.modules if m.split('.')[0] == 'django'"
        " or m == 'printshop.settings'])"
    )
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize("missing", ["rich", "keyring"])
def test_without_the_extra_it_says_what_to_install(
    missing: str, tmp_path: Path
) -> None:
    absent = f"raise ModuleNotFoundError(name={missing!r})"
    (tmp_path / f"{missing}.py").write_text(absent)
    done = run(
        "import sys; sys.argv[1:] = ['status']\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "from printshop.desktop.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    assert done.returncode == 1
    assert missing in done.stderr
    assert 'pip install ".[desktop]"' in done.stderr
    assert "Traceback" not in done.stderr
