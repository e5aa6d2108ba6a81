"""What a request costs the database: counted, since counting is immune to noise.

Everything is warm: keys are parsed, queries compiled, documents kept.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from authserver import spending
from authserver.models import AccessToken, Client, RefreshToken
from tests.authserver.parties import PICKER, Browser, Caller, Response, photos_api

pytestmark = pytest.mark.django_db(transaction=True)
FRAME = {"BEGIN", "COMMIT"}
AT_ONCE = connection.vendor == "postgresql"  # one reads, the other commits by itself


def statements(request: Callable[[], Response], status: int = 200) -> Counter[str]:
    """What one request said to the database, by the first word."""
    with CaptureQueriesContext(connection) as captured:
        answered = request()
    assert answered.status_code == status, answered.content
    return Counter(query["sql"].split()[0].upper() for query in captured)


def plain(found: Counter[str]) -> int:
    """Without the frame of the transaction; there is no other, and no savepoint."""
    assert not found.keys() & {"SAVEPOINT", "RELEASE", "ROLLBACK"}
    return sum(count for word, count in found.items() if word not in FRAME)


def assert_one_commit(found: Counter[str]) -> None:
    """Client, code or token, its change, and two rows: together, or one by one."""
    if AT_ONCE:
        assert found == Counter(SELECT=1, WITH=1)
    else:
        assert found == Counter(BEGIN=1, SELECT=2, UPDATE=1, INSERT=2, COMMIT=1)


@pytest.fixture
def codes(browser: Browser) -> list[str]:
    return [browser.code(scope="openid offline_access") for _ in range(2)]


def again(row: Model, **other: Any) -> spending.New:
    """The same values as a new row."""
    fields = [f for f in row._meta.local_concrete_fields if not f.primary_key]
    kept = {field.name: getattr(row, field.name) for field in fields}
    return spending.New(type(row), **{**kept, **other})


@pytest.mark.spec("RFC 6749 §4.1.2")
def test_a_redemption_is_one_commit_of_few_statements(
    codes: list[str], shop: Caller
) -> None:
    warm, code = codes
    shop.exchange(warm)
    assert_one_commit(statements(lambda: shop.exchange(code)))


@pytest.mark.spec("RFC 6749 §6")
def test_a_refresh_is_one_commit_of_few_statements(
    codes: list[str], shop: Caller
) -> None:
    warm, code = codes
    shop.refresh(shop.exchange(warm).json()["refresh_token"])
    token = shop.exchange(code).json()["refresh_token"]
    assert_one_commit(statements(lambda: shop.refresh(token)))


@pytest.mark.spec("RFC 6749 §6")
def test_a_refresh_that_keeps_its_token_is_one_transaction(
    shop: Caller, tokens: dict[str, str]
) -> None:
    """A row and a change that nothing ties together; on PostgreSQL read twice."""
    Client.objects.filter(client_id="printshop").update(rotate_refresh_tokens=False)
    shop.refresh(tokens["refresh_token"])
    found = statements(lambda: shop.refresh(tokens["refresh_token"]))
    assert (found["BEGIN"], found["COMMIT"]) == (1, 1)
    assert plain(found) == 4 + AT_ONCE


@pytest.mark.rule("AS-41")
def test_what_was_allowed_before_is_one_row_more(browser: Browser) -> None:
    """Client, scopes, cookie, session, authorization, audience; and the code."""
    asked = {"scope": f"openid {PICKER}"}
    browser.allow(PICKER, **asked)
    browser.authorize(**asked)
    found = statements(lambda: browser.authorize(**asked), 303)
    assert found == Counter(SELECT=6, INSERT=1)  # without a frame: one commit


@pytest.mark.spec("RFC 7009 §2.1")
def test_a_revocation_is_one_transaction_of_few_statements(
    codes: list[str], shop: Caller
) -> None:
    """Client and token; what is alive of its family, and the activity."""
    warm, token = (shop.exchange(code).json()["refresh_token"] for code in codes)
    shop.revoke(warm)
    found = statements(lambda: shop.revoke(token))
    assert (found["BEGIN"], found["COMMIT"]) == (1, 1)
    assert plain(found) == 5


def test_introspection_and_userinfo_take_two(
    shop: Caller, tokens: dict[str, str]
) -> None:
    access, server = tokens["access_token"], photos_api()
    for request, most in (
        (partial(server.introspect, access), 2),
        (partial(shop.introspect, access), 3),  # first not a resource server
        (partial(shop.userinfo, access), 2),
    ):
        request()
        found = statements(request)
        assert not found.keys() & FRAME
        assert 1 <= plain(found) <= most


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/healthz",
    ],
)
def test_documents_take_none(registrations: None, path: str) -> None:
    http = Caller().http
    http.get(path)
    assert statements(lambda: http.get(path)) == Counter()


def test_ready_takes_one(registrations: None) -> None:
    http = Caller().http
    http.get("/readyz")
    assert plain(statements(lambda: http.get("/readyz"))) == 1


def test_what_is_spent_is_not_spent_again(shop: Caller, tokens: dict[str, str]) -> None:
    """The guard in the SQL itself, unlocked: the second attempt stores nothing."""
    old = RefreshToken.objects.get()
    before = AccessToken.objects.count(), RefreshToken.objects.count()
    shop.refresh(tokens["refresh_token"])
    after = AccessToken.objects.count(), RefreshToken.objects.count()
    assert after == (before[0] + 1, before[1] + 1)
    newest = again(AccessToken.objects.latest("pk"))
    assert not RefreshToken.objects.use(old.pk, b"", newest)
    revoked = RefreshToken.objects.get(used_at=None)
    RefreshToken.objects.revoke()
    assert not RefreshToken.objects.use(revoked.pk, b"", newest)
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == after


def test_a_name_that_no_column_has_is_refused(tokens: dict[str, str]) -> None:
    """As a model would; it must not be left out in silence."""
    newest = again(AccessToken.objects.latest("pk"), scopes="openid")
    with pytest.raises(TypeError, match="AccessToken has no scopes"):
        spending.store(newest)


def test_rows_come_back_as_they_were_stored(
    shop: Caller, tokens: dict[str, str]
) -> None:
    """Columns and models agree, in both ways of storing them."""
    shop.refresh(tokens["refresh_token"])
    access, refresh = (
        AccessToken.objects.latest("pk"),
        RefreshToken.objects.latest("pk"),
    )
    assert refresh.access_token == access
    assert access.family == refresh.token_family
    spending.store(again(refresh, access_token=None, token_checksum="x" * 64))
    stored = RefreshToken.objects.get(token_checksum="x" * 64)
    kept = [f.attname for f in RefreshToken._meta.concrete_fields]
    own = {"id", "access_token_id", "token_checksum", "created", "updated"}
    for name in set(kept) - own:
        assert getattr(stored, name) == getattr(refresh, name), name
