"""The pages' tests begin with Alice at her browser, and the print shop registered."""

import pytest
from pytest_django.fixtures import Settings

from authserver.models import Client, User
from tests.authserver.pages.cast import Browser, people, print_shop


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The cast's passwords need not be slow to try."""
    settings.PASSWORD_HASHERS = [
        "authserver.hashers.RandomSecretHasher",
        *settings.PASSWORD_HASHERS,
    ]


@pytest.fixture
def alice(db: None) -> User:
    return people()[0]


@pytest.fixture
def bob(alice: User) -> User:
    """The other of the two."""
    return User.objects.get(username="bob")


@pytest.fixture
def shop(db: None) -> Client:
    return print_shop()


@pytest.fixture
def browser(alice: User, shop: Client) -> Browser:
    """Alice's browser, signed in."""
    browser = Browser()
    browser.sign_in()
    return browser


@pytest.fixture
def bobs(alice: User) -> Browser:
    """Bob's browser, signed in."""
    browser = Browser(REMOTE_ADDR="192.0.2.77")
    browser.sign_in("bob")
    return browser


@pytest.fixture
def staff(alice: User) -> Browser:
    """The browser of somebody who looks after the server."""
    User.objects.create_superuser("admin", "print-shop-demo", name="Ada")
    staff = Browser()
    staff.sign_in("admin")
    return staff
