"""One running server for all the profiles, and the parties that use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authserver.profiles.receiver import Receiver
from tests.authserver.profiles.relying_party import Person, RelyingParty
from tests.authserver.servers import Server, running

REGISTRATIONS = Path(__file__).parent / "registrations.toml"


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """Where the relying parties listen for logout tokens."""
    with Receiver.listening() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def server(
    receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The server that is judged, with its worker."""
    folder = tmp_path_factory.mktemp("profiles")
    with (
        running(folder, REGISTRATIONS, RP_URL=receiver.url) as server,
        server.worker(),
    ):
        yield server


@pytest.fixture(scope="session")
def rp(server: Server, receiver: Receiver) -> RelyingParty:
    """The relying party that most cases are about."""
    return RelyingParty(server.url, "rp", f"{receiver.url}/callback")


@pytest.fixture(scope="session")
def second_rp(server: Server, receiver: Receiver) -> RelyingParty:
    """Another one, which authenticates in the body."""
    callback = f"{receiver.url}/second/callback"
    return RelyingParty(server.url, "rp_second", callback, "client_secret_post")


@pytest.fixture
def carol(server: Server) -> Person:
    """Somebody of whom every claim is known, at a browser of her own."""
    return Person(server.url)


@pytest.fixture
def bob(server: Server) -> Person:
    """Somebody else."""
    return Person(server.url, "bob")
