"""Certified clients that nobody here wrote, at our server and at a certified one.

What fails at both is wrong in the check; what fails at ours alone is wrong in ours.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authserver.independent.conversation import PARTIES, Library, program
from tests.authserver.servers import running
from tests.ports import free_ports

CHECKS = {
    "oauth4webapi": [
        *("discovery", "code", "stolen_code", "userinfo", "refresh", "revocation"),
        *("introspection", "device", "device_waiting", "device_denied", "logout"),
        *("form_post", "denied", "sign_in_again", "access_token"),
    ],
    "openid_client": [
        *("discovery", "code", "stolen_code", "userinfo", "refresh", "revocation"),
        *("introspection", "device", "device_denied", "logout", "form_post"),
        *("denied", "sign_in_again"),
    ],
}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of our server."""
    registrations = Path(__file__).parent / "registrations.toml"
    with running(tmp_path_factory.mktemp("server"), registrations) as server:
        yield server.url


@pytest.fixture(scope="module")
def certified() -> Iterator[str]:
    """The issuer of npm oidc-provider."""
    port = free_ports()
    options = json.dumps({"port": port, **PARTIES})
    with program("certified_server.mjs", options) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield f"http://localhost:{port}"


@pytest.fixture(scope="module")
def library(request: pytest.FixtureRequest) -> Iterator[Library]:
    """One of the two client libraries."""
    with Library.running(request.param) as library:
        assert library.checks == CHECKS[request.param]
        yield library


@pytest.mark.rule("X-08")
@pytest.mark.parametrize("server", ["certified", "ours"])
@pytest.mark.parametrize(
    ("library", "check"),
    [(library, check) for library, checks in CHECKS.items() for check in checks],
    indirect=["library"],
)
def test_a_client_that_nobody_here_wrote(
    library: Library, check: str, server: str, request: pytest.FixtureRequest
) -> None:
    library.check(check, request.getfixturevalue(server))
