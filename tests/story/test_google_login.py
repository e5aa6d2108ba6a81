"""Google's own sign-in for installed apps, at our servers, and what comes of it.

The flow is unmodified: it opens a browser, listens on this machine for the answer, and
hands over credentials that refresh themselves. The browser is ours.
"""

import json
import threading
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import (  # type: ignore[import-untyped]
    InstalledAppFlow,
)
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]

from tests.story.client import PASSWORD
from tests.story.town import Town
from tests.story.visitor import TIMEOUT, Visitor

GOOGLE = "https://www.googleapis.com/auth/"
ADD = f"{GOOGLE}photoslibrary.appendonly"
READ = f"{GOOGLE}photoslibrary.readonly.appcreateddata"
PICK = f"{GOOGLE}photospicker.mediaitems.readonly"
SCOPES = [ADD, READ, PICK, "offline_access"]
HERE = "127.0.0.1"  # RFC 8252 §8.3: an address, which nobody can redirect


class Person(webbrowser.BaseBrowser):
    """Somebody who is sent to the authorization server, and ticks some boxes."""

    def __init__(self, town: Town) -> None:
        super().__init__("person")
        self.visitor = Visitor(town.issuer)
        self.ticks: list[str] = SCOPES
        self.went: threading.Thread | None = None

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Go there; the flow listens for the answer meanwhile."""
        self.went = threading.Thread(target=self._decide, args=(url,))
        self.went.start()
        return True

    def _decide(self, url: str) -> None:
        back = f"http://{HERE}"
        page = self.visitor.follow(self.visitor.get(url), until=back)
        if 'name="password"' in page.text:
            page = self.visitor.sign_in(page, "bob", PASSWORD)
            page = self.visitor.follow(page, until=back)
        if not page.is_redirect:
            ticks = [scope.removeprefix(GOOGLE) for scope in self.ticks]
            decision: dict[str, str | list[str]] = {
                "scope": ticks,
                "decision": "allow" if ticks else "deny",
            }
            page = self.visitor.submit(page, decision, having="decision")
            page = self.visitor.follow(page, until=back)
        answer = self.visitor.get(page.headers["Location"], timeout=TIMEOUT)
        assert answer.status_code == 200


@pytest.fixture
def person(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """Bob, whom a flow finds as the browser of this name."""
    # Google's client wants https, and its answers word for word, unless told so.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    person = Person(town)
    webbrowser.register("person", None, person)
    yield person
    if person.went:
        person.went.join(TIMEOUT)
    webbrowser._browsers.pop("person")  # type: ignore[attr-defined]


def secrets_of(town: Town, kind: str) -> dict[str, Any]:
    """What a developer downloads: an app of this kind, freshly registered."""
    printed = town.manage(
        "authserver",
        "register_client",
        f"Desk {kind}",
        f"--type={kind}",
        f"--redirect-uri=http://{HERE}/",
        *(f"--scope={scope.removeprefix(GOOGLE)}" for scope in SCOPES),
    )
    made = json.loads(printed[printed.index("{") :])
    return {
        "installed": {
            "client_id": made["client_id"],
            "client_secret": made.get("client_secret", ""),
            "auth_uri": f"{town.issuer}/oauth/authorize",
            "token_uri": f"{town.issuer}/oauth/token",
        }
    }


def signed_in(town: Town, kind: str = "native") -> Credentials:
    """What the flow hands over."""
    flow = InstalledAppFlow.from_client_config(secrets_of(town, kind), SCOPES)
    credentials = flow.run_local_server(
        host=HERE,
        port=0,
        browser="person",
        authorization_prompt_message="",
        timeout_seconds=TIMEOUT,
    )
    assert isinstance(credentials, Credentials)
    return credentials


def api(town: Town, name: str, credentials: Credentials) -> Any:
    """The client that Google's library makes of our description."""
    surface = name.removeprefix("photos")
    return build(
        name,
        "v1",
        credentials=credentials,
        discoveryServiceUrl=f"{town.photos}/{surface}/$discovery/rest"
        "?version={apiVersion}",
        cache_discovery=False,
    )


def grown_old(credentials: Credentials) -> None:
    """An hour later: the next call renews the token first."""
    long_ago = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
    credentials.expiry = long_ago


@pytest.mark.spec("RFC 8252 §7.3")
@pytest.mark.parametrize("kind", ["native", "web"])
def test_an_installed_app_signs_in_and_works(
    town: Town, person: Person, kind: str
) -> None:
    credentials = signed_in(town, kind)
    assert set(credentials.granted_scopes or ()) == set(SCOPES)
    with api(town, "photoslibrary", credentials) as library:
        body = {"album": {"title": f"Desk {kind}"}}
        album = library.albums().create(body=body).execute()
        first = credentials.token
        grown_old(credentials)
        listed = library.albums().list().execute()["albums"]
        assert [one["id"] for one in listed] == [album["id"]]
    assert credentials.token != first
    with api(town, "photospicker", credentials) as picker:
        session = picker.sessions().create(body={}).execute()
        assert session["pickerUri"].startswith(f"{town.photos}/pick/")
        picker.sessions().delete(sessionId=session["id"]).execute()


def test_boxes_left_empty_stay_empty_after_every_refresh(
    town: Town, person: Person
) -> None:
    person.ticks = [ADD, "offline_access"]
    credentials = signed_in(town)
    granted = {ADD, "offline_access"}
    assert set(credentials.granted_scopes or ()) == granted
    with api(town, "photoslibrary", credentials) as library:
        for _ in range(2):
            # It asks for all that it wanted at first, and gets what was granted.
            grown_old(credentials)
            library.albums().create(body={"album": {"title": "Added"}}).execute()
            assert set(credentials.granted_scopes or ()) == granted
            with pytest.raises(HttpError) as refused:
                library.albums().list().execute()
            assert refused.value.status_code == 403
            assert (
                refused.value.reason
                == "Request had insufficient authentication scopes."
            )


def test_an_app_that_is_refused_hears_so(town: Town, person: Person) -> None:
    person.ticks = []
    with pytest.raises(Exception, match="access_denied"):
        signed_in(town)


def test_a_grant_that_was_withdrawn_ends_with_the_next_refresh(
    town: Town, person: Person
) -> None:
    credentials = signed_in(town)
    answer = person.visitor.http.post(
        f"{town.issuer}/oauth/revoke",
        data={"token": credentials.refresh_token, "client_id": credentials.client_id},
        timeout=TIMEOUT,
    )
    assert answer.status_code == 200
    with pytest.raises(RefreshError, match="invalid_grant"):
        credentials.refresh(Request())  # type: ignore[no-untyped-call]
