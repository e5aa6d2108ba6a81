"""Who is asking, behind a gateway: only the gateway is believed (AS-43)."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from authserver.models import Event, Session
from authserver.proxies import TrustedProxies
from tests.authserver.parties import Browser

GATEWAY, ALICE, MALLORY = "10.1.0.7", "203.0.113.5", "198.51.100.9"

pytestmark = pytest.mark.spec("RFC 9700 §4.13")


def seen(sender: str, **headers: str) -> tuple[str, str, str]:
    """Address and scheme as views get them, and what is left of the headers."""
    found: list[tuple[str, str, str]] = []

    def view(request: HttpRequest) -> HttpResponse:
        left = [name for name in request.META if name.startswith("HTTP_X_FORWARDED")]
        address = request.META["REMOTE_ADDR"]
        found.append((address, str(request.scheme), " ".join(left)))
        return HttpResponse()

    TrustedProxies(view)(RequestFactory().get("/", REMOTE_ADDR=sender, headers=headers))
    return found[0]


@pytest.mark.parametrize(
    ("sender", "forwarded", "client"),
    [
        (GATEWAY, ALICE, ALICE),
        (GATEWAY, f"{MALLORY}, {ALICE}", ALICE),  # the first is only claimed
        (GATEWAY, f"{ALICE}, 10.1.0.8", ALICE),  # two gateways
        (GATEWAY, f"{MALLORY}, {ALICE}, 10.1.0.8", ALICE),
        (GATEWAY, "2001:db8::5", "2001:db8::5"),
        (f"::ffff:{GATEWAY}", f"::ffff:{ALICE}", ALICE),
        (GATEWAY, "", GATEWAY),
        (GATEWAY, "unknown", GATEWAY),
        (GATEWAY, f"{MALLORY}, <script>", GATEWAY),
        (MALLORY, ALICE, MALLORY),
        ("", ALICE, ""),
    ],
)
def test_the_address_is_what_a_trusted_gateway_saw(
    settings: Settings, sender: str, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.1.0.0/24"]
    address, scheme, left = seen(sender, x_forwarded_for=forwarded)
    assert (address, scheme, left) == (client, "http", "")


@pytest.mark.parametrize(
    ("sender", "proto", "scheme"),
    [
        (GATEWAY, "https", "https"),
        (GATEWAY, "http", "http"),
        (GATEWAY, "javascript", "http"),
        (MALLORY, "https", "http"),
    ],
)
def test_so_is_the_scheme(
    settings: Settings, sender: str, proto: str, scheme: str
) -> None:
    settings.TRUSTED_PROXIES = [GATEWAY]
    assert seen(sender, x_forwarded_proto=proto)[1] == scheme


def test_without_a_gateway_nobody_is_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []
    assert seen(GATEWAY, x_forwarded_for=ALICE)[0] == GATEWAY


@pytest.mark.parametrize("sender", [GATEWAY, MALLORY])
def test_activity_and_sessions_show_the_address(
    registrations: None, settings: Settings, sender: str
) -> None:
    settings.TRUSTED_PROXIES = [GATEWAY]
    browser = Browser(REMOTE_ADDR=sender, headers={"x-forwarded-for": ALICE})
    browser.sign_in()
    expected = ALICE if sender == GATEWAY else MALLORY
    assert Session.objects.get().address == expected
    assert Event.objects.get(kind=Event.Kind.SIGNED_IN).address == expected
