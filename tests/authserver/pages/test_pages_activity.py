"""The activity page: one's own story, in sentences."""

import pytest

from authserver.models import Event, User
from authserver.pages.sentences import GROUPS
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


def test_it_can_be_narrowed_to_one_kind(browser: Browser, alice: User) -> None:
    for _ in range(30):
        Event.objects.record(Event.Kind.REFUSED, user=alice, reason="Said why.")
    page = browser.get("/activity/?of=refusals").content.decode()
    assert "Said why." in page
    assert "You signed in." not in page
    assert 'href="?of=refusals&amp;page=2"' in page
    assert "Said why." not in browser.get("/activity/?of=sign-ins").content.decode()
    assert browser.get("/activity/?of=nonsense").status_code == 200
    assert b"Nothing of this kind yet" in browser.get("/activity/?of=developer").content


def test_every_kind_belongs_to_one_group() -> None:
    grouped = [kind for _, kinds in GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(Event.Kind)


def test_what_was_typed_in_is_never_shown(browser: Browser, alice: User) -> None:
    for kind in (Event.Kind.SIGN_IN_FAILED, Event.Kind.USER_CODE_FAILED):
        Event.objects.record(kind, user=alice, reason="f1ng3rpr1nt")
    assert b"f1ng3rpr1nt" not in browser.get("/activity/").content
