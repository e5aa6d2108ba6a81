"""Every answer says what a browser may do with it, also those of the API."""

import pytest
from csp.utils import build_policy
from django.test import Client

PLAIN = ["/openapi.json", "/library/v1/mediaItems", "/bytes/nothing=d", "/nowhere"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PLAIN)
def test_an_answer_has_the_policy_of_the_settings(path: str) -> None:
    assert Client().get(path)["Content-Security-Policy"] == build_policy()


@pytest.mark.django_db
def test_a_page_with_a_script_has_one_of_its_own_and_no_other_page_after_it(
    alices: Client,
) -> None:
    own = alices.get("/")["Content-Security-Policy"]
    assert own != build_policy()
    assert "script-src 'self'" in own
    assert alices.get("/openapi.json")["Content-Security-Policy"] == build_policy()
