"""What this server refuses to start with, and what it needs to be ready."""

import os
import subprocess
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from authserver import health
from authserver.models import SigningKey
from tests import processes
from tests.authserver.parties import Caller

EARNEST = {
    "AUTHSERVER_URL": "https://auth.example",
    "AUTHSERVER_SECRET_KEY": "kq7!" * 15 + "zyxwv",
    "AUTHSERVER_KEY_ENCRYPTION_KEY": "e" * 60,
    "AUTHSERVER_DATABASE_URL": "sqlite://:memory:",
    "AUTHSERVER_EMAIL_URL": "submission://authserver:secret@mail.example:587",
    "AUTHSERVER_EMAIL_FROM": "accounts@auth.example",
}


def check(tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """./manage.py authserver check --deploy, in earnest."""
    wanted: dict[str, str | None] = {**EARNEST, **changes}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AUTHSER")}
    environment |= {name: value for name, value in wanted.items() if value is not None}
    command = ("manage.py", "authserver", "check", "--deploy")
    return processes.run(command, environment, timeout=60, check=False)


@pytest.mark.rule("X-07", "AS-56")
@pytest.mark.spec("RFC 9700 §2.6")
def test_a_good_configuration_passes_every_check(tmp_path: Path) -> None:
    checked = check(tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout + checked.stderr


@pytest.mark.rule("X-01")
@pytest.mark.parametrize(
    "changes",
    [
        {"AUTHSERVER_URL": "http://auth.example"},
        {"AUTHSERVER_URL": None},
        {"AUTHSERVER_SECRET_KEY": None},
        {"AUTHSERVER_SECRET_KEY": "demo-authserver-" + "0" * 50},
        {"AUTHSERVER_KEY_ENCRYPTION_KEY": None},
        {"AUTHSERVER_EMAIL_URL": "smtp+tls://authserver@mail.example:587"},
        {"AUTHSERVER_KEY_ENCRYPTION_KEY": "demo-authserver-key-encryption-0000"},
    ],
)
def test_a_demonstrations_configuration_is_refused(
    tmp_path: Path, changes: dict[str, str | None]
) -> None:
    checked = check(tmp_path, **changes)
    assert checked.returncode != 0
    [name] = changes
    assert name in checked.stderr


@pytest.mark.rule("X-01")
def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 60 + "\n")
    checked = check(
        tmp_path,
        AUTHSERVER_SECRET_KEY=None,
        AUTHSERVER_SECRET_KEY_FILE=str(tmp_path / "key"),
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.django_db
def test_ready_needs_keys_and_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    http = Caller().http
    assert http.get("/healthz").status_code == 200
    assert http.get("/readyz").status_code == 200
    SigningKey.objects.filter(purpose="id_token").delete()
    assert http.get("/readyz").status_code == 503
    MigrationRecorder(connection).migration_qs.filter(app="authserver").delete()
    health.forget()
    assert b"migrations" in http.get("/readyz").content
    assert http.get("/healthz").status_code == 200

    def gone(*_: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", gone)
    answered = http.get("/readyz")
    assert answered.status_code == 503
    assert b"database" in answered.content
