"""Cookies or tokens in the browser: the main shop's way and the browser app's.

RFC 10017 §6.1 calls the first a backend for frontend, RFC 10017 §6.3 the second a
browser-based OAuth client.
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
            "An access token for each service, and a refresh token, in the memory of "
            "one module. Nothing in cookies or storage.",
        ),
    ),
    Question(
        "A foreign script in the page (XSS)",
        fact(
            "It can act as the person: order, look, disconnect, for as long as the "
            "page is open. It finds no token, so nothing goes on elsewhere.",
            "printshop/sealing.py:SealedField",
        ),
        fact(
            "It can act as the person as well. It can also carry the tokens away and "
            "go on elsewhere, after the page is closed. Hiding them well does not "
            "help: where a provider signs in silently, it gets new ones of its own. "
            "Ours asks each time. What helps is to keep scripts out.",  # RFC 10017 §5.1
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
            "Nothing travels by itself: a token is put into each request by the "
            "page's own code. Only the redirect needs care, and has state.",
        ),
    ),
    Question(
        "Reload",
        fact("Nothing is lost.", "printshop/session_store.py:SessionStore"),
        fact(
            "The tokens are forgotten, and the person signs in again: one press of a "
            "button while they are signed in at the provider, but not none.",
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
            "printshop/sessions.py:backchannel_logout",
        ),
        fact(
            "The page revokes its refresh token and forgets. Nobody can call a page: "
            "signed out elsewhere, it notices at the next refresh.",
        ),
    ),
    Question(
        "What it takes",
        fact(
            "A server with a database, a secret, and every request of the page "
            "through it.",
            "printshop/token_endpoint.py:redeem",
        ),
        fact(
            "Files, and services that let scripts of another origin in (CORS), at an "
            "origin nobody else's pages share.",
            "authserver/cors.py:may_read",
        ),
    ),
)
