"""The shop and the photo service at a provider that nobody here wrote.

npm oidc-provider stands where authserver stands in the demo. That they trust it, and
what it calls them, they are told by environment variables alone.
"""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from demo.checks import is_ready
from demo.projects import PHOTOS_API, PRINTSHOP, Place, Project, without_projects
from tests import node, processes
from tests.ports import free_ports
from tests.processes import Process
from tests.story.client import PICKER
from tests.story.town import DidNotStart, Town, databases, eventually

HERE = Path(__file__).parent
SHOP, LIBRARY, PROVIDER_NAME = "prints-4711", "library-0815", "Wikia"
SEED = f'[[apps]]\nclient_id = "{SHOP}"\nname = "Print Shop"\n'
SECRET = secrets.token_urlsafe(32)
BASIC, POST = "client_secret_basic", "client_secret_post"
SIGNED = {"PS256": POST, "ES256": BASIC, "EdDSA": POST}  # and how its client is known


@dataclass
class Elsewhere(Town):
    """A running shop, its photo service, and the provider both trust."""

    def events(self) -> list[dict[str, Any]]:
        """What the provider saw, in order."""
        lines = self.log().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def count(self, **details: object) -> int:
        """How often something happened at the provider."""
        return sum(details.items() <= event.items() for event in self.events())

    def set_lifetime(self, seconds: int) -> None:
        """From now on access tokens live so long."""
        order = {"lifetime": seconds}
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        eventually(lambda: self.events()[-1] == {"event": "lifetime", **order})

    def variables(self, project: Project) -> dict[str, str]:
        """What the operators of the two set."""
        told = {
            "PRINTSHOP_ISSUER": self.issuer,
            "PRINTSHOP_CLIENT_ID": SHOP,
            "PRINTSHOP_CLIENT_SECRET": SECRET,
            "PRINTSHOP_PROVIDER_NAME": PROVIDER_NAME,
            "PRINTSHOP_RESOURCE": self.photos,
            "PHOTOS_API_ISSUER": self.issuer,
            "PHOTOS_API_CLIENT_ID": LIBRARY,
            "PHOTOS_API_CLIENT_SECRET": SECRET,
        }
        prefix = f"{project.name.upper()}_"
        own = {name: told[name] for name in told if name.startswith(prefix)}
        return self.place.environment(project, self.environment) | own

    @contextmanager
    def open(self, project: Project) -> Iterator[None]:
        """One of the two sites, with its worker."""
        self._manage(project, "migrate", "-v0").wait(120)
        if project is PHOTOS_API:
            seed = self.place.data / "apps.toml"
            seed.write_text(SEED)
            self._manage(project, "seed", str(seed)).wait(120)
        bind = f"127.0.0.1:{self.place.port_of(project)}"
        server = self._manage(project, "serve", "--bind", bind)
        worker = self._manage(project, "worker")
        with ended(server), ended(worker):
            self._wait(server, self.place, project)
            yield

    @contextmanager
    def another_shop(self, signing: str) -> Iterator[str]:
        """One that wants ID tokens signed in that way; its address."""
        port = self.place.port + 3 + list(SIGNED).index(signing)
        url = f"http://localhost:{port}"
        told = {
            "PRINTSHOP_URL": url,
            "PRINTSHOP_CLIENT_ID": signing,
            "PRINTSHOP_ID_TOKEN_ALGORITHM": signing,
            "PRINTSHOP_CLIENT_AUTHENTICATION": SIGNED[signing],
        }
        command = ("serve", "--bind", f"127.0.0.1:{port}")
        with ended(self._manage(PRINTSHOP, *command, **told)) as server:
            self._wait(server, replace(self.place, port=port), PRINTSHOP)
            yield url

    def _wait(self, server: Process, place: Place, project: Project) -> None:
        """Until a server is ready; raises DidNotStart with its log if it ends."""
        eventually(lambda: is_ready(place, project) or server.poll() is not None)
        if server.poll() is not None:
            raise DidNotStart((self.place.data / f"{project.name}.log").read_text())

    def _manage(self, project: Project, *command: str, **told: str) -> Process:
        with (self.place.data / f"{project.name}.log").open("ab") as log:
            return processes.start(
                ("manage.py", project.name, *command),
                self.variables(project) | told,
                stdout=log,
                stderr=log,
            )


@contextmanager
def ended(process: Process) -> Iterator[Process]:
    """A process that is over afterwards."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def clients(place: Place) -> list[dict[str, object]]:
    """How the provider's operator registered the two."""
    shop, photos = place.url_of(PRINTSHOP), place.url_of(PHOTOS_API)
    others = [f"http://localhost:{place.port + 3 + n}" for n in range(len(SIGNED))]
    return [
        *(_signed(url, *how) for url, how in zip(others, SIGNED.items(), strict=True)),
        {
            "client_id": SHOP,
            "client_name": "Print Shop",
            "grant_types": ["authorization_code", "refresh_token"],
            "redirect_uris": [
                f"{shop}/sign-in/callback/",
                f"{shop}/connect/callback/",
            ],
            **_session(shop),
        },
        {
            "client_id": LIBRARY,
            "client_name": "Photos",
            "redirect_uris": [f"{photos}/sign-in/callback/"],
            **_session(photos),
        },
    ]


def _signed(url: str, algorithm: str, authentication: str) -> dict[str, object]:
    return {
        "client_id": algorithm,
        "redirect_uris": [f"{url}/sign-in/callback/"],
        "id_token_signed_response_alg": algorithm,
        "token_endpoint_auth_method": authentication,
        **_session(url),
    }


def _session(url: str) -> dict[str, object]:
    return {
        "client_secret": SECRET,
        "post_logout_redirect_uris": [f"{url}/sign-out/done/"],
        "backchannel_logout_uri": f"{url}/backchannel-logout/",
        "backchannel_logout_session_required": True,
    }


@contextmanager
def provider(options: Mapping[str, object], log: IO[bytes]) -> Iterator[Any]:
    """npm oidc-provider, from when it listens."""
    node.install()
    with subprocess.Popen(
        [node.NODE, HERE / "other_provider.mjs", json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=HERE,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def elsewhere(data: Path) -> Iterator[Elsewhere]:
    """Everything, with databases of its own."""
    data.mkdir()
    place = Place(free_ports(3 + len(SIGNED)), "127.0.0.1", data)
    log_file = data / "provider.log"
    options = {
        "port": place.port + 1,
        "clients": clients(place),
        "resource": place.url_of(PHOTOS_API),
        "resource_scope": PICKER,
    }
    with ExitStack() as stack:
        environment = without_projects(os.environ) | stack.enter_context(databases())
        process = stack.enter_context(
            provider(options, stack.enter_context(log_file.open("wb")))
        )
        town = Elsewhere(place, environment, log_file, process)
        eventually(lambda: town.count(event="ready"))
        for project in (PRINTSHOP, PHOTOS_API):
            stack.enter_context(town.open(project))
        yield town
