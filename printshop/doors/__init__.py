"""Five clients of one shop: what each is, and what it does about its tokens.

The table at /clients/ is made of this. Lifetimes and registrations are the
authorization server's to decide; they are repeated here, and its code is named.
"""

from printshop.doors.browser_app import BROWSER_APP
from printshop.doors.cookies_or_tokens import QUESTIONS, Question
from printshop.doors.desktop import DESKTOP
from printshop.doors.facts import GROUPS, Door, Fact, Group, fact
from printshop.doors.main_shop import MAIN_SHOP
from printshop.doors.phone import PHONE
from printshop.doors.station import STATION

__all__ = [
    "ALIKE",
    "DIFFERENT",
    "DOORS",
    "GROUPS",
    "QUESTIONS",
    "Door",
    "Fact",
    "Group",
    "Question",
]

DOORS = (MAIN_SHOP, BROWSER_APP, DESKTOP, PHONE, STATION)

ALIKE = (
    fact(
        "Nobody types a password here. The person signs in at the provider, and each "
        "door learns only what was allowed.",
        "printshop/sign_in.py:SignIn",
    ),
    fact(
        "A code, and PKCE: whoever merely sees the code cannot redeem it. That is so "
        "for the server with its secret as well. Only at the station there is no code "
        "that travels.",
        "printshop/authorization.py:challenge",
        "static/printshop_kiosk/pkce.js:codeChallenge",
        "printshop/desktop/pkce.py:code_challenge",
    ),
    fact(
        "An answer goes to a registered address and to no other, compared character "
        "for character.",
        "authserver/redirect_uris.py:matches",
    ),
    fact(
        "Before anything is read of an answer: is it to my question (`state`), and "
        "from the server I asked (`iss`)?",
        "printshop/authorization.py:Return.parse",
        "static/printshop_kiosk/authorization.js:returned",
        "printshop/desktop/authorization.py:Return.parse",
        "static/printshop_phone/authorization.js:returned",
    ),
    fact(
        "Access tokens are for one service, for named permissions, for five minutes. "
        "Photos and orders are two services, so they take two tokens, by one sign-in.",
        "static/printshop_kiosk/tokens.js:keeper.accessToken",
        "printshop/access_tokens.py:AccessToken.verify",
    ),
)

DIFFERENT = (
    fact(
        "Who can prove a name. A secret proves the main shop's; of the others there "
        "are copies everywhere, so the provider asks the person each time.",
        "printshop/token_endpoint.py:call",
        "authserver/consent.py:needed",
    ),
    fact(
        "How the answer comes home: to a server, to a page, to a port of this "
        "machine, to a scheme, or not at all.",
        "printshop/desktop/loopback.py:Listener",
        "static/printshop_phone/system.js:give",
        "printshop/station/device_grant.py:poll",
    ),
    fact(
        "Where a token can be kept. A server has a database nobody else reads, a "
        "system has a keyring, a page has nothing but its memory.",
        "printshop/sealing.py:SealedField",
        "printshop/desktop/keeping.py:Keeper",
        "static/printshop_kiosk/tokens.js:keeper",
    ),
    fact(
        "Whether refresh tokens must be good once only. Without a secret, that is how "
        "a stolen one is noticed: when it is used twice, everything ends.",
        "authserver/families.py:kill",
    ),
)
