"""Signing in, both ways: from the attempt to what is kept of it."""

import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from printshop import wire
from printshop.desktop import device_grant, id_token, loopback, tokens
from printshop.desktop.authorization import Attempt, Return
from printshop.desktop.device_grant import Codes
from printshop.desktop.discovery import World
from printshop.desktop.failures import Failure
from printshop.desktop.keeping import Kept
from printshop.desktop.tokens import Refused, Tokens


@dataclass(frozen=True, slots=True)
class Telling:
    """How the person hears where to go."""

    browser: Callable[[str, bool], None]  # the address, and whether it opens by itself
    device: Callable[[Codes], None]


def has_browser(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser here would be the person's, and be seen by them.

    Over SSH it would not: the loopback address is another machine's (RFC 8252 §7.3).
    """
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return False
    if environment.get("BROWSER") or sys.platform in {"darwin", "win32"}:
        return True
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def by_browser(
    world: World, telling: Telling, *, port: int, seconds: float, opening: bool
) -> Kept:
    """Authorization code and PKCE, in the system's browser (RFC 8252 §6)."""
    found: list[Kept] = []
    with loopback.listening(port) as listener:
        attempt = Attempt(listener.redirect_uri)

        def judge(query: str) -> None:
            """All of it before the page says that it went well."""
            answer = Return.parse(query, attempt, world.server)
            issuer = world.server.issuer
            given = _given(tokens.redeem, world.server, answer, attempt, issuer)
            found.append(_kept(world, given, nonce=attempt.nonce))

        listener.judge, listener.is_meant = judge, attempt.is_meant
        url = attempt.url(world.server, _resources(world))
        telling.browser(url, opening)
        if opening:
            _open(url)
        listener.wait(seconds)
    return found[0]


def by_device(world: World, telling: Telling, *, seconds: float) -> Kept:
    """The device grant, in whatever browser the person has elsewhere (RFC 8628 §3)."""
    codes = device_grant.begin(world.server, _resources(world))
    telling.device(codes)
    given = device_grant.wait(world.server, codes, world.server.issuer, seconds)
    return _kept(world, given, nonce=None)


def _resources(world: World) -> tuple[str, ...]:
    """Whom tokens will be for; the issuer has UserInfo (RFC 8707 §2.1)."""
    return world.photos, world.shop, world.server.issuer


def _open(url: str) -> None:
    """In a thread: some browsers end only when they are closed."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _given(ask: Callable[..., Tokens], *arguments: object) -> Tokens:
    try:
        return ask(*arguments)
    except Refused as refused:
        raise Failure(
            f"The server gave no token: {refused.error[:100]!r}. Sign in again."
        ) from refused


def _kept(world: World, given: Tokens, *, nonce: str | None) -> Kept:
    """What is kept of a sign-in; the first access token is good for UserInfo alone."""
    server = world.server
    if not given.id_token or not given.refresh_token:
        raise Failure("The server did not say who signed in, or lent no lasting token.")
    sub = id_token.subject(
        given.id_token, server, nonce=nonce, access_token=given.access_token
    )
    name = _name(server.userinfo_endpoint, given.access_token, sub)
    refresh_token, scopes = given.refresh_token, dict.fromkeys(given.scope.split())
    for resource in (world.photos, world.shop):
        try:  # an answer tells the scope of its own token, which is for one service
            given = tokens.refresh(server, refresh_token, resource)
        except Refused:  # RFC 8707 §2: nothing was allowed there
            continue
        refresh_token = given.refresh_token or refresh_token
        scopes |= dict.fromkeys(given.scope.split())
    return Kept(
        shop=world.shop,
        photos=world.photos,
        issuer=server.issuer,
        sub=sub,
        name=name,
        scope=" ".join(scopes),
        refresh_token=refresh_token,
    )


def _name(endpoint: str, access_token: str, sub: str) -> str:
    """What people call them; empty if it cannot be found out. OIDC Core §5.3."""
    if not endpoint:
        return ""
    headers = {"Authorization": f"Bearer {access_token}"}  # RFC 6750 §2.1
    try:
        told = wire.call("GET", endpoint, headers=headers).json()
    except wire.Unreachable:
        return ""
    if told.get("sub") != sub:  # OIDC Core §5.3.2
        return ""
    return str(told.get("name", ""))[:200]
