"""Who is asking, behind a gateway: only the gateway is believed (AS-43)."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from printshop import throttle
from printshop.proxies import TrustedProxies

GATEWAY, ALICE, MALLORY = "10.1.0.7", "203.0.113.5", "198.51.100.9"

pytestmark = pytest.mark.spec("RFC 9700 §4.13")


def seen(sender: str, forwarded: str) -> tuple[str, bool]:
    """The address as views get it, and whether the header reached them."""
    found: list[tuple[str, bool]] = []

    def view(request: HttpRequest) -> HttpResponse:
        address = request.META["REMOTE_ADDR"]
        found.append((address, "HTTP_X_FORWARDED_FOR" in request.META))
        return HttpResponse()

    request = RequestFactory().get(
        "/", REMOTE_ADDR=sender, headers={"x-forwarded-for": forwarded}
    )
    TrustedProxies(view)(request)
    return found[0]


@pytest.mark.parametrize(
    ("sender", "forwarded", "visitor"),
    [
        (GATEWAY, ALICE, ALICE),
        (GATEWAY, f"{MALLORY}, {ALICE}", ALICE),  # the first is only claimed
        (GATEWAY, f"{MALLORY}, {ALICE}, 10.1.0.8", ALICE),  # two gateways
        (GATEWAY, "2001:db8::5", "2001:db8::5"),
        (f"::ffff:{GATEWAY}", f"::ffff:{ALICE}", ALICE),
        (GATEWAY, "", GATEWAY),
        (GATEWAY, "10.1.0.8", "10.1.0.8"),  # somebody of the house
        (GATEWAY, f"{MALLORY}, <script>", GATEWAY),
        (MALLORY, ALICE, MALLORY),
        ("", ALICE, ""),
    ],
)
def test_the_address_is_what_a_trusted_gateway_saw(
    settings: Settings, sender: str, forwarded: str, visitor: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.1.0.0/24"]
    assert seen(sender, forwarded) == (visitor, False)


def test_without_a_gateway_nobody_is_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []
    assert seen(GATEWAY, ALICE) == (GATEWAY, False)


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        (ALICE, ALICE, True),
        (ALICE, MALLORY, False),
        ("2001:db8::5", "2001:db8::6", True),  # a household has a whole network
        ("2001:db8::5", "2001:db8:0:1::5", False),
    ],
)
def test_a_flood_from_one_place_does_not_stop_others(
    first: str, second: str, are_one: bool
) -> None:
    one, other = (
        RequestFactory().get("/", REMOTE_ADDR=address) for address in (first, second)
    )
    what = f"{first}{second}"
    assert [throttle.is_busy(one, what, 2) for _ in range(3)] == [False, False, True]
    assert throttle.is_busy(other, what, 2) is are_one
