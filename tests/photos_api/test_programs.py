"""What programs ask is answered without what people's pages need, and as safely."""

from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from photo_cast import App

from photos_api.programs import PATHS

pytestmark = pytest.mark.django_db
LIST = "/library/v1/mediaItems"


@pytest.mark.parametrize("path", [LIST, "/picker/v1/sessions/x", "/bytes/x=d"])
def test_no_cookie_is_read(alices: Client, path: str) -> None:
    """Alice is signed in to her gallery; a program has only its token."""
    assert path.startswith(PATHS)
    with CaptureQueriesContext(connection) as asked:
        answered = alices.get(path)
    assert not [query for query in asked if "session" in query["sql"].lower()]
    assert not hasattr(answered.wsgi_request, "session")
    assert answered.status_code in {401, 404}
    assert "cookie" not in answered.get("Vary", "").lower()
    assert not answered.cookies


def test_what_pages_say_to_browsers_programs_are_told_too(shop: App) -> None:
    answered = shop.get(LIST)
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert answered["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answered["Content-Security-Policy"]
    assert int(answered["Content-Length"]) == len(answered.content)


def test_another_host_is_refused() -> None:
    answered = Client(SERVER_NAME="mallory.example").get(LIST)
    assert answered.status_code == HTTPStatus.BAD_REQUEST
    assert answered.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_an_address_of_nothing_is_told_as_json() -> None:
    answered = Client().get("/library/v1/nothing")
    assert answered.status_code == HTTPStatus.NOT_FOUND
    assert answered.json()["error"]["status"] == "NOT_FOUND"
