"""The browser app: modules that anybody can read, and tokens in their memory."""

from printshop.doors.facts import Door, fact

BROWSER_APP = Door(
    key="browser",
    name="Browser app",
    what="Plain modules in a page, which calls everybody itself.",
    page="kiosk",
    registration=fact(
        "`printshop-kiosk`, type browser: a public client, with the origins whose "
        "scripts may call the token endpoint.",
        "printshop/pages/kiosk.py:configuration",
        "authserver/registration.py:KINDS",
        "authserver/cors.py:may_read",
    ),
    grant_types=fact(
        "`authorization_code`, `refresh_token`",
        "static/printshop_kiosk/tokens.js:keeper.redeem",
        "static/printshop_kiosk/tokens.js:keeper.renew",
    ),
    secret=fact(
        "None. Whatever a page is given, everybody who opens it has. It only says its "
        "name.",
        "static/printshop_kiosk/tokens.js:keeper.request",
    ),
    sign_in=fact(
        "In the same tab: the page goes to the provider, and is loaded anew "
        "afterwards.",
        "static/printshop_kiosk/authorization.js:depart",
    ),
    redirect=fact(
        "The page's own address, compared character for character. The code leaves "
        "the address bar before anything else is done.",
        "static/printshop_kiosk/authorization.js:returned",
        "authserver/redirect_uris.py:matches",
    ),
    binding=fact(
        "PKCE, `state`, `nonce` and `iss`. What must outlast the journey lies in "
        "sessionStorage, and is removed when the answer is read.",
        "static/printshop_kiosk/pkce.js:codeVerifier",
        "static/printshop_kiosk/pkce.js:codeChallenge",
        "static/printshop_kiosk/authorization.js:depart",
        "static/printshop_kiosk/authorization.js:returned",
    ),
    access_token=fact(
        "Variables of one function, one token for each service. Not a cookie, nor any "
        "storage.",
        "static/printshop_kiosk/tokens.js:keeper",
        "static/printshop_kiosk/resource.js:resourceServer",
    ),
    refresh_token=fact(
        "Beside them. Each is good once, and the answer brings the next; calls that "
        "come together wait for one renewal.",
        "static/printshop_kiosk/tokens.js:keeper.renew",
        "static/printshop_kiosk/tokens.js:keeper.accessToken",
    ),
    id_token=fact(
        "Beside them too. It is read once, and handed back when signing out.",
        "static/printshop_kiosk/id_token.js:identity",
        "static/printshop_kiosk/sign_out.js:signOut",
    ),
    thief=fact(
        "Any script that gets to run in the page. It can act as the person, carry "
        "tokens away, and ask for tokens of its own.",
        "static/printshop_kiosk/tokens.js:keeper.accessToken",
    ),
    protection=fact(
        "A policy that lets no script in but the shop's own, Trusted Types, no "
        "dependencies; short lives; rotation, which ends everything when a token is "
        "used twice.",
        "printshop/pages/kiosk.py:policy",
        "authserver/families.py:kill",
    ),
    lifetimes=fact(
        "Access token 5 minutes, refresh token until the person signs out at the "
        "provider: it does not ask for `offline_access`.",
        "authserver/models/clients.py:Registration.access_token_lifetime",
    ),
    restart=fact(
        "A reload forgets the tokens. The page says so and offers to sign in, and the "
        "provider asks anew: anybody could use this client's name.",
        "static/printshop_kiosk/app.js:forgotten",
        "authserver/consent.py:needed",
    ),
    sign_out=fact(
        "Revokes the refresh token, and with it all that came of it; forgets "
        "everything; then signs out at the provider.",
        "static/printshop_kiosk/tokens.js:keeper.giveBack",
        "static/printshop_kiosk/sign_out.js:signOut",
    ),
)
