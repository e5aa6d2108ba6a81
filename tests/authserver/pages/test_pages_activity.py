"""The activity page: one's own story, in sentences."""

import pytest

from authserver.models import Event, User
from tests.authserver.pages.cast import Browser, connect


@pytest.mark.rule("X-06")
def test_the_activity_tells_ones_own_story_only(browser: Browser) -> None:
    Browser().sign_in("alice", "wrong")
    tokens = connect(browser)
    bob = Browser()
    bob.sign_in("bob")
    page = browser.get("/activity/").content.decode()
    assert "You signed in." in page
    assert "Somebody tried to sign in with a wrong password." in page
    assert "You gave Print Shop access." in page
    assert "127.0.0.1" in page
    assert not any(
        token in page
        for token in tokens.values()
        if isinstance(token, str) and len(token) > 40
    )
    assert "Print Shop" not in bob.get("/activity/").content.decode()


@pytest.mark.parametrize("kind", Event.Kind)
def test_every_event_has_a_sentence(
    browser: Browser, alice: User, kind: Event.Kind
) -> None:
    Event.objects.record(kind, user=alice, reason="openid")
    assert browser.get("/activity/").status_code == 200


def test_activity_comes_in_pages(browser: Browser, alice: User) -> None:
    for _ in range(30):
        Event.objects.record(Event.Kind.SIGNED_OUT, user=alice)
    first, second = browser.get("/activity/"), browser.get("/activity/?page=2")
    assert (b"Older" in first.content, b"Newer" in first.content) == (True, False)
    assert (b"Older" in second.content, b"Newer" in second.content) == (False, True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "%00", "1.5"])
def test_a_page_that_does_not_exist_is_the_nearest(browser: Browser, page: str) -> None:
    assert browser.get(f"/activity/?page={page}").status_code == 200
