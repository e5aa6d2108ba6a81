"""The browser app in trouble: what it says, what it does again, and what only once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.story import people
from tests.story.browser_app import ORDERS, PICKER, App


@pytest.mark.spec("RFC 6749 §3.3")
@pytest.mark.parametrize(
    ("allowed", "missing"),
    [
        ((PICKER,), "You did not allow this page to order prints for you."),
        ((ORDERS,), "You did not allow this page to see the photos you pick."),
        (("profile",), "You did not allow this page to"),
    ],
)
def test_a_permission_that_was_left_out_is_named(
    app: App, allowed: tuple[str, ...], missing: str
) -> None:
    app.sign_in(*allowed)
    app.says(missing)
    app.page.get_by_role("button", name="Sign in", exact=True).click()
    app.allow(PICKER, ORDERS)
    app.waits_for("Which photos shall we print?")
    expect(app.held("access")).to_have_count(2)
    app.watch.forgive("status of 400")


@pytest.mark.spec("RFC 6749 §4.1.2.1")
def test_who_denies_is_told_that_nothing_happened(app: App) -> None:
    app.open()
    app.depart()
    people.at(app.page, f"{app.town.issuer}/consent")
    people.deny(app.page)
    app.says("You allowed nothing, so nothing happened")
    assert not app.wire.asked


def answer(status: int, **headers: str) -> Callable[[Route], None]:
    """Answer for the shop."""
    return lambda route: route.fulfill(
        status=status, headers=headers, json={"detail": "No."}
    )


@pytest.mark.spec("RFC 6750 §3.1")
@pytest.mark.parametrize(
    ("refusal", "sentence", "times"),
    [
        (answer(401), "Print Shop does not know you any more. Sign in again.", 2),
        (
            answer(403, **{"WWW-Authenticate": 'Bearer error="insufficient_scope"'}),
            "You did not allow this page to order prints for you.",
            1,
        ),
        (answer(503, **{"Retry-After": "5"}), "Print Shop: No. Try again in 5", 1),
        (lambda route: route.abort(), "Print Shop could not be reached.", 1),
    ],
)
def test_what_goes_wrong_is_said(
    app: App, refusal: Callable[[Route], None], sentence: str, times: int
) -> None:
    app.sign_in()
    app.pick(1)
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        refusal(route)

    app.page.route("**/v1/products", refuse)
    app.page.get_by_role("button", name="Continue").click()
    app.says(sentence)
    assert len(asked) == times
    app.watch.forgive("status of 4|status of 5|ERR_FAILED")


def test_a_token_that_died_early_is_renewed_once(app: App) -> None:
    app.sign_in()
    app.pick(1)
    sent: list[str] = []

    def once(route: Route) -> None:
        sent.append(route.request.headers["authorization"])
        route.fulfill(status=401) if len(sent) == 1 else route.continue_()

    app.page.route("**/v1/products", once)
    app.make()
    assert len(set(sent)) == len(sent) == 2
    app.watch.forgive("status of 401")


def test_an_order_whose_answer_is_lost_is_placed_once(app: App) -> None:
    app.sign_in()
    app.pick(1)
    app.make()
    app.fill_in()
    bodies: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        bodies.append(route.request.post_data or "")
        answer = route.fetch()
        return route.abort() if len(bodies) < 3 else route.fulfill(response=answer)

    app.page.route("**/v1/orders", lose)
    app.page.get_by_role("button", name="Place the order").click()
    for _ in range(2):
        app.says("We do not know if your order arrived.")
        expect(app.page.get_by_label("Street and number")).to_be_disabled()
        app.page.get_by_role("button", name="Try again").click()
    app.waits_for("Thank you. It is ordered.")
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    app.watch.forgive("ERR_FAILED")
