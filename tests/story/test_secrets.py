"""Nothing that opens a door is written down: not in a log, not in a page."""

import re

from tests.story.client import Attempt, Client
from tests.story.town import Town
from tests.story.visitor import Visitor

JWT = re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*")
SECRETS = (
    "demo-printshop-client-secret",
    "demo-photos-client-secret",
    "demo-photos-api-introspection-secret",
    "print-shop-demo",
)


def test_the_logs_hold_no_secret(town: Town) -> None:
    """Last of all, so that it reads what every other test made the servers say."""
    client = Client.register(town, "Discreet client")
    attempt = Attempt()
    code = client.code(Visitor(town.issuer), attempt)
    tokens = client.exchange(code, attempt).json()
    client.exchange(code, attempt)  # refused, and the reason is logged
    client.refresh(tokens["refresh_token"])
    log = town.log().partition("Ctrl-C stops all of it.")[2]
    secrets = [code, attempt.verifier, attempt.state, client.client_secret]
    secrets += [tokens["access_token"], tokens["refresh_token"], *SECRETS]
    assert not [secret for secret in secrets if secret in log]
    assert not JWT.findall(log)
    assert not re.findall(r"[?&](?:code|state|token|client_secret)=\S+", log)
