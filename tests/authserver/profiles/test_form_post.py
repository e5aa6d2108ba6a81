"""The Form Post profile: every answer in the body of a POST, none in an address."""

from typing import Any

import pytest

from tests.authserver.profiles.relying_party import (
    Answer,
    Person,
    RelyingParty,
)
from tests.story.forms import forms_of

POSTED: dict[str, Any] = {"response_mode": "form_post"}


@pytest.mark.rule("AS-09")
@pytest.mark.spec("OIDC Form Post §2")
def test_a_code_is_posted(rp: RelyingParty, carol: Person) -> None:
    answer = rp.ask(carol, **POSTED)
    assert answer.mode == "form_post"
    assert answer.parameters.keys() >= {"code", "state", "iss"}
    assert answer.parameters["state"] == answer.departure.parameters["state"]
    assert answer.parameters["iss"] == rp.issuer
    rp.verified(rp.exchange(answer).json(), answer)


@pytest.mark.spec("OIDC Form Post §2")
def test_the_page_posts_itself_and_has_a_button_without_script(
    rp: RelyingParty, carol: Person
) -> None:
    response = rp.ask(carol, **POSTED).response
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    [form] = forms_of(response.text)
    assert (form.method, form.action) == ("post", rp.redirect_uri)
    script = response.text.partition("<script>")[2].partition("</script>")[0]
    assert script == "document.forms[0].submit()"
    noscript = response.text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert '<button class="button" type="submit">' in noscript
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    origin = rp.redirect_uri.removesuffix("/callback")
    assert f"form-action {origin}" in policy


@pytest.mark.rule("AS-19")
@pytest.mark.spec("OIDC Form Post §2")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"prompt": "none"}, "login_required"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid nothing"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"resource": "https://elsewhere.example"}, "invalid_target"),
    ],
)
def test_an_error_is_posted_too(
    rp: RelyingParty, carol: Person, changes: dict[str, Any], error: str
) -> None:
    answer = rp.send(carol, **POSTED | changes)
    assert isinstance(answer, Answer)
    assert answer.mode == "form_post"
    assert answer.error == error
    assert answer.parameters["state"] == answer.departure.parameters["state"]
    assert answer.parameters["iss"] == rp.issuer
    assert "?" not in forms_of(answer.response.text)[0].action


@pytest.mark.rule("AS-09")
@pytest.mark.spec("OIDC Form Post §2")
def test_a_state_that_is_markup_is_only_a_state(
    rp: RelyingParty, carol: Person
) -> None:
    markup = "\"><script>alert(1)</script>'&lt;"
    answer = rp.ask(carol, **POSTED, state=markup)
    assert answer.parameters["state"] == markup
    assert "<script>alert" not in answer.response.text


@pytest.mark.rule("AS-09")
@pytest.mark.spec("OIDC Form Post §2")
def test_a_client_registered_for_less_gets_less(
    rp: RelyingParty, carol: Person
) -> None:
    query_only = RelyingParty(rp.issuer, "rp_query", rp.redirect_uri)
    assert query_only.ask(carol, response_mode="query").mode == "query"
    refused = query_only.send(carol, **POSTED)
    assert isinstance(refused, Answer)
    assert refused.mode == "query"
    assert refused.error in {"invalid_request", "unauthorized_client"}


@pytest.mark.rule("AS-09")
@pytest.mark.spec("RFC 9700 §2.1.2")
@pytest.mark.parametrize("mode", ["fragment", "web_message", "jwt", "QUERY", ""])
def test_other_response_modes_are_refused(
    rp: RelyingParty, carol: Person, mode: str
) -> None:
    refused = rp.send(carol, response_mode=mode)
    if mode:
        assert isinstance(refused, Answer)
        assert refused.mode == "query"
        assert refused.error == "invalid_request"
    else:  # as if it were not there: RFC 6749 §3.1
        assert not isinstance(refused, Answer)
