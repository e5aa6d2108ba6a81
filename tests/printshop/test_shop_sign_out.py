"""Signing out: here, then at the provider; and no link signs anyone out."""

import pytest
from provider import Provider, query_of
from visitors import Browser

from printshop import provider as known


@pytest.mark.rule("CL-22")
@pytest.mark.spec("OIDC RP-Initiated Logout §2")
def test_signing_out_ends_it_here_then_there(
    alice: Browser, provider: Provider
) -> None:
    answer = alice.post("/sign-out/")
    assert not alice.is_signed_in
    query = query_of(answer["Location"])
    assert query["client_id"] == "printshop"
    assert query["post_logout_redirect_uri"] == "http://testserver/sign-out/done/"
    assert query["id_token_hint"].count(".") == 2
    back = alice.follow(answer["Location"])
    assert "of your Photos account" in alice.get(back).content.decode()
    assert alice.get(back).status_code == 400  # the state counts once


@pytest.mark.rule("CL-22")
def test_no_link_signs_anyone_out(alice: Browser) -> None:
    assert alice.get("/sign-out/").status_code == 200
    assert alice.is_signed_in
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = alice.cookies
    assert strict.post("/sign-out/").status_code == 403
    assert alice.is_signed_in


@pytest.mark.rule("CL-22")
@pytest.mark.parametrize("state", ["", "guessed", "é"])
def test_a_false_state_is_refused(alice: Browser, state: str) -> None:
    alice.post("/sign-out/")
    assert alice.get(f"/sign-out/done/?state={state}").status_code == 400


@pytest.mark.rule("CL-22")
def test_signing_out_works_when_the_provider_is_gone(
    alice: Browser, provider: Provider
) -> None:
    known.forget()
    provider.stop()
    answer = alice.post("/sign-out/")
    assert answer["Location"] == "/sign-out/done/"
    assert not alice.is_signed_in
    assert "could not be reached" in alice.get("/sign-out/done/").content.decode()
