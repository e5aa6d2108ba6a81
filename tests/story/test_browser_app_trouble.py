"""The browser app in trouble: what it says, what it does again, and what only once."""

from collections.abc import Callable
from urllib.parse import parse_qs

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
        nothing_else_can_be_done(app)
        app.page.get_by_role("button", name="Try again").click()
    app.waits_for("Thank you. It is ordered.")
    assert len(bodies) == 3
    assert len(set(bodies)) == 1
    app.watch.forgive("ERR_FAILED")


def nothing_else_can_be_done(app: App) -> None:
    """No way back, nothing to fill in: another order would not be the one shown."""
    controls = app.page.locator("#screen").locator("button, input, select")
    assert controls.count() > 10
    for control in controls.all():
        expect(control).to_be_disabled()


def answered_in_turn(app: App, *statuses: int) -> list[str]:
    """Orders are answered so, the rest by the shop; 0: placed, and the answer lost."""
    bodies: list[str] = []

    def say(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        bodies.append(route.request.post_data or "")
        if len(bodies) > len(statuses):
            return route.continue_()
        if status := statuses[len(bodies) - 1]:
            return answer(status)(route)
        route.fetch()
        return route.abort()

    app.page.route("**/v1/orders", say)
    app.watch.forgive("status of 4|status of 5|ERR_FAILED")
    return bodies


def test_a_refusal_to_ask_again_says_nothing_of_the_first_time(app: App) -> None:
    app.sign_in()
    app.pick(1)
    app.make()
    app.fill_in()
    bodies = answered_in_turn(app, 429, 409, 429, 503)
    app.page.get_by_role("button", name="Place the order").click()
    app.says("Print Shop: No.")  # the first of all: nothing was ordered
    expect(app.page.get_by_role("button", name="Back")).to_be_enabled()
    for _ in range(3):
        app.page.get_by_role("button", name="Try again").click()
        app.says("We do not know if your order arrived. Try again")
        nothing_else_can_be_done(app)
    app.page.get_by_role("button", name="Try again").click()
    app.waits_for("Thank you. It is ordered.")
    assert len(bodies) == 5
    assert len(set(bodies[1:])) == 1
    app.watch.forgive("status of 4|status of 5|ERR_FAILED")


def test_who_must_sign_in_to_ask_again_finds_the_order(app: App) -> None:
    app.sign_in()
    app.pick(1)
    app.make()
    app.fill_in()
    answered_in_turn(app, 0, 401, 401)
    app.page.get_by_role("button", name="Place the order").click()
    app.says("We do not know if your order arrived. Try again")
    app.page.get_by_role("button", name="Try again").click()
    app.says("Sign in again: what has been ordered is listed there.")
    nothing_else_can_be_done(app)
    app.page.get_by_role("button", name="Sign in", exact=True).click()
    app.allow(PICKER, ORDERS)
    app.waits_for("Which photos shall we print?")
    expect(app.page.get_by_role("heading", name="Ordered here before")).to_be_visible()
    app.watch.forgive("status of 401|ERR_FAILED")


@pytest.mark.parametrize(
    ("refused", "then", "sentence"),
    [
        (1, "What shall we make of your 1 photo?", "Still to print: 1 photo."),
        (2, "Which photos shall we print?", "Pick others."),
    ],
)
def test_photos_that_cannot_be_printed_are_named(
    app: App, refused: int, then: str, sentence: str
) -> None:
    app.sign_in()
    app.pick(2)
    app.page.route("**/v1/assets?*", answer(415), times=refused)
    app.page.get_by_role("button", name="Continue").click()
    app.waits_for("What shall we make of your")
    app.page.get_by_role("button", name="Continue").click()
    app.waits_for(then)
    app.says("cannot be printed and will be left out")
    app.says(sentence)
    if refused == 2:
        app.pick(1)
        app.page.get_by_role("button", name="Continue").click()
        app.waits_for("What shall we make of your 1 photo?")
    app.page.get_by_role("button", name="Continue").click()
    app.waits_for("Where shall we send them?")
    app.watch.forgive("status of 415")


@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_waits_for_nobody(app: App) -> None:
    app.sign_in()
    app.pick(1)
    app.make()
    app.fill_in()
    app.page.route(
        "**/v1/orders", lambda route: None
    )  # the answer is a long time coming
    with app.page.expect_request("**/v1/orders"):
        app.page.get_by_role("button", name="Place the order").click()
    app.page.route(f"{app.town.issuer}/**", lambda route: route.abort())
    with app.page.expect_event("requestfailed", lambda sent: "/v1/" in sent.url):
        app.page.get_by_role("button", name="Sign out").click()
    for _ in range(2):
        # Whoever comes next sees nothing of her, whether her account knows it or not.
        app.waits_for("Order prints on this screen")
        app.says("You are signed out here. Your account could not be reached")
        expect(app.page.get_by_text("Nothing yet.")).to_be_visible()
        expect(app.page.get_by_role("button", name="Sign out")).to_be_hidden()
        app.keeps_no_token()
        app.page.get_by_role("button", name="Try again").click()
    app.page.unroute(f"{app.town.issuer}/**")
    with app.page.expect_request("**/oauth/logout") as sent:
        app.page.get_by_role("button", name="Try again").click()
    hint = parse_qs(sent.value.post_data or "")["id_token_hint"]
    assert hint == app.wire.given("id_token")[:1]
    app.says("You are signed out, here and at your account.")
    app.watch.forgive("ERR_FAILED")
