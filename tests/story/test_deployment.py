"""Outside demo mode: .env.example is enough, and nothing less or weaker is."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from demo.projects import PROJECTS, without_projects
from tests.ports import free_ports
from tests.story.town import ROOT

NAMES = [project.name for project in PROJECTS]


def example(project: str, folder: Path) -> dict[str, str]:
    """The project's block of .env.example, with secrets filled in."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    given = {k: v or secrets.token_urlsafe(48) for k, v in pairs}
    own = {k: v for k, v in given.items() if k.startswith(f"{project.upper()}_")}
    files = {
        f"{project.upper()}_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        f"{project.upper()}_MEDIA": str(folder),
    }
    return own | files


def run(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**without_projects(os.environ), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("project", NAMES)
def test_the_example_is_enough(project: str, tmp_path: Path) -> None:
    strictly = ("check", "--deploy", "--fail-level", "WARNING")
    done = run(example(project, tmp_path), "manage.py", project, *strictly)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("project", "variable", "value"),
    [
        ("authserver", "AUTHSERVER_SECRET_KEY", None),
        ("authserver", "AUTHSERVER_SECRET_KEY", "demo-authserver-" + "0" * 50),
        ("authserver", "AUTHSERVER_KEY_ENCRYPTION_KEY", "demo-" + "0" * 50),
        ("authserver", "AUTHSERVER_URL", "http://auth.example"),
        ("photos_api", "PHOTOS_API_CLIENT_SECRET", "demo-photos-client-secret"),
        ("photos_api", "PHOTOS_API_ISSUER", "http://auth.example"),
        ("photos_api", "PHOTOS_API_SECRET_KEY", None),
        ("printshop", "PRINTSHOP_CLIENT_SECRET", "demo-printshop-client-secret"),
        ("printshop", "PRINTSHOP_TOKEN_ENCRYPTION_KEYS", None),
        ("printshop", "PRINTSHOP_PHOTOS_URL", "http://photos.example"),
    ],
)
def test_no_server_starts_with_a_weak_or_missing_value(
    project: str, variable: str, value: str | None, tmp_path: Path
) -> None:
    variables = example(project, tmp_path)
    del variables[variable]
    if value is not None:
        variables[variable] = value
    serve = ("manage.py", project, "serve", "--bind", f"127.0.0.1:{free_ports()}")
    refused = run(variables, *serve)
    assert refused.returncode != 0
    assert variable in refused.stderr
    assert "Traceback" not in refused.stderr
