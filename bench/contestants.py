"""The servers that are compared, each started as its documentation says."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.parties import CHALLENGE, SECRET, Prepared, Server
from bench.postgresql import Postgresql
from bench.processes import ROOT, free_port, running

PEER = ROOT / "tests" / "node_modules" / "oidc-provider" / "lib"
OURS = {
    "authorize": "/oauth/authorize",
    "code": "/oauth/token",
    "refresh": "/oauth/token",
    "introspection": "/oauth/introspect",
    "userinfo": "/oauth/userinfo",
    "revocation": "/oauth/revoke",
    "jwks": "/oauth/jwks",
    "metadata": "/.well-known/openid-configuration",
}
TOOLKIT = {
    "authorize": "/o/authorize/",
    "code": "/o/token/",
    "refresh": "/o/token/",
    "introspection": "/o/introspect/",
    "userinfo": "/o/userinfo/",
    "revocation": "/o/revoke_token/",
    "jwks": "/o/.well-known/jwks.json",
    "metadata": "/o/.well-known/openid-configuration",
}
OIDC_PROVIDER = {
    "code": "/token",
    "refresh": "/token",
    "introspection": "/token/introspection",
    "userinfo": "/me",
    "revocation": "/token/revocation",
    "jwks": "/jwks",
    "metadata": "/.well-known/openid-configuration",
}


def django(port: int) -> list[str]:
    """All of them in one process, as serving.py says."""
    return [sys.executable, "-m", "bench.serve", str(port)]


@contextmanager
def authserver(
    postgresql: Postgresql, work: Path, count: int, algorithm: str = "ES256"
) -> Iterator[Server]:
    """Ours, in earnest: no demo mode. ID tokens as the peer signs them, by ES256."""
    work.mkdir(exist_ok=True)
    with postgresql.database() as database, ExitStack() as stack:
        environment = authserver_environment(database)
        migrate_and_seed(environment)
        prepared = _prepare("authserver", environment, count, algorithm)
        port = free_port()
        command = django(port)
        log = work / f"authserver-{algorithm}.log"
        process = stack.enter_context(running(command, environment, port, log))
        yield Server(
            "authserver" if algorithm == "ES256" else f"authserver, {algorithm}",
            port,
            process.pid,
            OURS,
            prepared,
            host="auth.bench",
            database=database,
            introspects_as="photos",
        )


def authserver_environment(database: str) -> dict[str, str]:
    """What an operator would set."""
    return {
        "DJANGO_SETTINGS_MODULE": "authserver.settings",
        "AUTHSERVER_URL": "https://auth.bench",
        "AUTHSERVER_SECRET_KEY": secrets.token_urlsafe(48),
        "AUTHSERVER_KEY_ENCRYPTION_KEY": secrets.token_urlsafe(48),
        "AUTHSERVER_DATABASE_URL": database,
        "AUTHSERVER_EMAIL_URL": "dummy://",
        "AUTHSERVER_EMAIL_FROM": "accounts@auth.bench",
        "BENCH_SECRET": SECRET,
    }


def migrate_and_seed(environment: Mapping[str, str]) -> None:
    """As an operator does before the first start."""
    manage = [sys.executable, "manage.py", "authserver"]
    for command in (["migrate", "-v0"], ["seed", "bench/registrations.toml"]):
        run([*manage, *command], environment)


@contextmanager
def toolkit(
    postgresql: Postgresql, work: Path, count: int, *, fast: bool
) -> Iterator[Server]:
    """Untouched django-oauth-toolkit, as shipped or with a fast secret hash."""
    with postgresql.database() as database, ExitStack() as stack:
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.toolkit_settings",
            "BENCH_DATABASE_URL": database,
            "BENCH_RSA_KEY": _rsa_key(),
            "BENCH_FAST_SECRETS": "1" if fast else "",
        }
        run([sys.executable, "-m", "django", "migrate", "-v0"], environment)
        prepared = _prepare("toolkit", environment, count)
        name = "toolkit, fast hash" if fast else "toolkit, as shipped"
        port = free_port()
        process = stack.enter_context(
            running(
                django(port),
                environment,
                port,
                work / f"{name}.log",
            )
        )
        yield Server(
            *(name, port, process.pid, TOOLKIT, prepared),
            database=database,
            extra={"approval_prompt": "auto"},
        )


@contextmanager
def bare(work: Path, size: int) -> Iterator[Server]:
    """A Django view and nothing else, that answers with JSON of this size."""
    port = free_port()
    environment = {"DJANGO_SETTINGS_MODULE": "bench.bare", "BENCH_SIZE": str(size)}
    command, log = django(port), work / f"bare-{size}.log"
    with running(command, environment, port, log) as process:
        yield Server("bare view", port, process.pid, {"document": "/document"})


@contextmanager
def oidc_provider(work: Path, count: int) -> Iterator[Server | None]:
    """The peer; None if there is no Node.js or nothing installed for it."""
    if not shutil.which("node") or not PEER.is_dir():
        yield None
        return
    port = free_port()
    environment = {
        "OIDC_PROVIDER": str(PEER),
        "PORT": str(port),
        "CLIENT_SECRET": SECRET,
        "CODE_CHALLENGE": CHALLENGE,
        "NODE_ENV": "production",
    }
    command = ["node", "bench/peer.mjs"]
    with running(command, environment, port, work / "peer.log") as process:
        assert process.stdin  # noqa: S101  # it is a pipe
        assert process.stdout  # noqa: S101  # it is a pipe
        process.stdin.write(f"{count}\n")
        process.stdin.flush()
        prepared = Prepared(**json.loads(process.stdout.readline()))
        yield Server("oidc-provider", port, process.pid, OIDC_PROVIDER, prepared)


def run(command: list[str], environment: Mapping[str, str]) -> str:
    """A command to its end; its output."""
    done = subprocess.run(  # noqa: S603  # our own commands
        command,
        env={**os.environ, **environment},
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _prepare(
    what: str, environment: Mapping[str, str], count: int, *more: str
) -> Prepared:
    command = [sys.executable, "-m", f"bench.prepare_{what}", str(count), *more]
    return Prepared(**json.loads(run(command, environment)))


def _rsa_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def size_of(server: Server, operation: str) -> int:
    """Bytes of the document that a server answers with."""
    address = f"http://127.0.0.1:{server.port}{server.paths[operation]}"
    answer = requests.get(address, headers={"Host": server.host}, timeout=10)
    return len(answer.content)
