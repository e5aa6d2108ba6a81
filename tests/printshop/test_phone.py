"""The played phone's stage: its pages, and who may use its radio, and how much."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from phones import FORM, Phone, spoken
from provider import Provider, Reply
from pytest_django import Settings

from printshop import radio


@pytest.mark.rule("B-03")
@pytest.mark.spec("RFC 10017 §6.1.3.3")
def test_no_other_site_can_use_the_radio(phone: Phone, provider: Provider) -> None:
    call = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    for header in ("", "x" * 64, "x" * 32):
        assert phone.send(call, **{"X-CSRFToken": header}).status_code == 403
    from_elsewhere = phone.send(call, Origin="https://mallory.example")
    assert from_elsewhere.status_code == 403
    # With the token in a form, as no script of another site could know it, but a form
    # might carry it: the header is still wanted, and JSON.
    form = {"csrfmiddlewaretoken": phone.csrf, "call": json.dumps(call)}
    assert phone.post("/phone/wire/", form).status_code == 415
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"X-CSRFToken": phone.csrf}
        sent = phone.post(
            "/phone/wire/", json.dumps(call), content_type, headers=headers
        )
        assert sent.status_code == 415
    assert phone.get("/phone/wire/").status_code == 405
    assert not spoken(provider)


def test_too_much_and_too_often(
    phone: Phone, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    for more in (radio.LONGEST_CALL, 3_000_000):  # than Django itself would read, too
        refused = phone.send(json.dumps(call) + " " * more)
        assert refused.status_code == 413
        assert refused.json() == {"error": "Too long."}
    assert not spoken(provider)
    provider.replies["/token"] = Reply({})
    monkeypatch.setattr(radio, "MOST_A_MINUTE", 3)
    statuses = [phone.send(call).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert len(spoken(provider)) == 3
    cache.clear()  # as the end of the minute does
    assert phone.send(call).status_code == 200


@pytest.mark.rule("B-05")
@pytest.mark.parametrize("path", ["/phone/", "/phone/open/?url=web%2Bprintshop%3Ax"])
def test_nothing_becomes_script_there_and_nobody_frames_it(
    phone: Phone, provider: Provider, path: str
) -> None:
    page = phone.get(path)
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in page["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    more = f" {provider.url}" if path == "/phone/" else ""
    assert policy["connect-src"] == f"'self'{more}"
    assert "no-store" in page["Cache-Control"]
    assert page["X-Frame-Options"] == "DENY"
    if path != "/phone/":
        assert page["Referrer-Policy"] == "no-referrer"
        assert "web+printshop" not in page.content.decode()


@pytest.mark.parametrize(
    "told", [{"OWN_CLIENTS": ["printshop-kiosk"]}, {"DEMO": False}], ids=str
)
def test_a_real_shop_plays_no_phone(
    phone: Phone, provider: Provider, settings: Settings, told: dict[str, Any]
) -> None:
    for name, value in told.items():
        setattr(settings, name, value)
    for path in ("/phone/", "/phone/open/"):
        assert phone.get(path).status_code == 404
    call = {"method": "POST", "url": f"{provider.url}/token", "form": FORM}
    assert phone.send(call).status_code == 404
    assert not spoken(provider)
