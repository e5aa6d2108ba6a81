"""Forms that strangers send: read before they are refused, but not to the disk."""

from typing import Any

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from photo_cast import jpeg
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
FORGED = "x" * 32  # a CSRF token: anybody can make one up, with the cookie to it


@pytest.fixture
def spooled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that went to the disk."""
    names: list[str] = []

    class Spooled(TemporaryUploadedFile):
        def __init__(self, name: str, *args: Any) -> None:
            names.append(name)
            super().__init__(name, *args)

    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", Spooled)
    return names


def form(size: int) -> dict[str, Any]:
    content = jpeg() + bytes(size)
    return {"csrfmiddlewaretoken": FORGED, "file": SimpleUploadedFile("a", content)}


@pytest.mark.parametrize("path", ["/", "/upload/", "/sign-out/", "/albums/new/"])
@pytest.mark.parametrize("session", ["", "made-up"])
def test_a_strangers_form_never_reaches_the_disk(
    spooled: list[str], settings: Settings, path: str, session: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.CSRF_COOKIE_NAME] = FORGED
    strict.cookies[settings.SESSION_COOKIE_NAME] = session
    assert strict.post(path, form(500_000)).status_code in {302, 405}
    answer = strict.post(path, form(3_000_000))
    assert spooled == []
    assert answer.status_code == 400


def test_an_owners_form_may_be_large(spooled: list[str], alices: Client) -> None:
    answer = alices.post("/upload/", form(3_000_000), follow=True)
    assert "1 photo in your library now" in answer.content.decode()
    assert spooled == ["a"]
