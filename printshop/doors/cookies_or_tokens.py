"""Cookies or tokens in the browser: the main shop's way and the browser app's.

RFC 10017 §6.1 calls the first a backend for frontend, RFC 10017 §6.3 the second a
browser-based OAuth client. What a script in the page can do to either is told in
RFC 10017 §5.1.
"""

from dataclasses import dataclass

from printshop.doors.facts import Fact, fact


@dataclass(frozen=True, slots=True)
class Question:
    """A row: what is asked of both ways, and what each answers."""

    title: str
    cookies: Fact
    tokens: Fact


QUESTIONS = (
    Question(
        "What the browser holds",
        fact(
            "A session cookie that no script can read. It says nothing; the server "
            "looks up what it stands for.",
            "printshop/sessions.py:begin",
            "printshop/models/customers.py:Connection",
        ),
        fact(
            "An access token for each service, a refresh token and an ID token, in "
            "variables of one function. None in a cookie or in storage.",
            "static/printshop_kiosk/tokens.js:keeper",
        ),
    ),
    Question(
        "A foreign script in the page (XSS)",
        fact(
            "It can act as the person: order, look, disconnect, for as long as the "
            "page is open. It finds no token, so it cannot go on elsewhere.",
            "printshop/sealing.py:SealedField",
        ),
        fact(
            "It can act as the person as well. It can also carry tokens away, and go "
            "on elsewhere after the page is closed. Hiding them well does not help: "
            "where a provider signs in silently, a script gets new ones of its own. "
            "Ours asks each time. What helps is to keep scripts out.",
            "printshop/pages/kiosk.py:policy",
            "authserver/consent.py:needed",
        ),
    ),
    Question(
        "A form on another site (CSRF)",
        fact(
            "Cookies travel by themselves, so there must be a defence: SameSite=Lax, "
            "and a token in every form.",
            "printshop/settings.py:CSRF_COOKIE_NAME",
        ),
        fact(
            "Nothing travels by itself: the page's own code puts the token into each "
            "request. Only the redirect needs care, and has `state`.",
            "static/printshop_kiosk/resource.js:resourceServer",
            "static/printshop_kiosk/authorization.js:returned",
        ),
    ),
    Question(
        "Reload",
        fact("Nothing is lost.", "printshop/session_store.py:SessionStore"),
        fact(
            "The tokens are forgotten, and the person signs in again: two presses of "
            "a button while they are signed in at the provider, but not none.",
            "static/printshop_kiosk/app.js:forgotten",
        ),
    ),
    Question(
        "Several tabs",
        fact(
            "All share the session. Of many requests that need a fresh token at once, "
            "one refreshes and the others wait for it.",
            "printshop/models/customers.py:ConnectionQuerySet.lease",
        ),
        fact(
            "Each has tokens of its own, and signs in for itself. None disturbs "
            "another's rotation.",
            "static/printshop_kiosk/tokens.js:keeper.accessToken",
        ),
    ),
    Question(
        "While nobody is there",
        fact(
            "The server can work on: photos left for the night are fetched with the "
            "refresh token.",
            "printshop/night.py:fetch",
        ),
        fact("Nothing happens. Where the page is not, the app is not."),
    ),
    Question(
        "Signing out",
        fact(
            "The server forgets, at once and surely. The provider can end it from "
            "there, for it can call a server.",
            "printshop/pages/sign_out.py:sign_out",
            "printshop/sessions.py:backchannel_logout",
        ),
        fact(
            "The page revokes its refresh token and forgets. Nobody can call a page: "
            "signed out elsewhere, it notices when it refreshes next.",
            "static/printshop_kiosk/sign_out.js:signOut",
            "static/printshop_kiosk/tokens.js:keeper.giveBack",
        ),
    ),
    Question(
        "What it takes",
        fact(
            "A server with a database and a secret, and every request through it.",
            "printshop/token_endpoint.py:redeem",
        ),
        fact(
            "Files, services that let scripts of its origin in (CORS), and pages one "
            "trusts at that origin: here they are all the shop's own.",
            "authserver/cors.py:may_read",
        ),
    ),
)
