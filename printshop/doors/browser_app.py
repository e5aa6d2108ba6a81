"""The browser app: modules that anybody can read, and tokens in their memory."""

from printshop.doors.facts import Door, fact

BROWSER_APP = Door(
    key="browser",
    name="Browser app",
    what="Plain modules in a page. No server of its own: the page calls everybody.",
    page="/kiosk/",
    registration=fact(
        "`printshop-kiosk`, type browser: a public client, with the origins whose "
        "scripts may call the token endpoint.",
        "authserver/registration.py:KINDS",
        "authserver/cors.py:may_read",
    ),
    grant_types=fact("`authorization_code`, `refresh_token`"),
    secret=fact("None. Whatever a page is given, everybody who opens it has."),
    sign_in=fact("In the same tab: the page leaves, and is loaded anew."),
    redirect=fact(
        "The page's own address, https, compared character for character.",
        "authserver/redirect_uris.py:matches",
    ),
    binding=fact(
        "PKCE, `state`, `nonce` and `iss`. What must outlast the journey lies in "
        "sessionStorage, and is removed when the answer is read.",
        "static/printshop_kiosk/pkce.js:codeVerifier",
        "static/printshop_kiosk/pkce.js:codeChallenge",
    ),
    access_token=fact(
        "In a variable of one module: not in a cookie, nor in any storage."
    ),
    refresh_token=fact("Beside it. Each is good once; the next comes with the answer."),
    id_token=fact("Read once: it says whose page this is."),
    thief=fact(
        "Any script that runs in the page: one injected, or one of a dependency. It "
        "can act as the person, ask for tokens of its own, and take them away.",
    ),
    protection=fact(
        "A policy that lets in no script but the page's own, Trusted Types, no "
        "dependencies; short lives; rotation, which notices a stolen refresh token.",
        "authserver/replay.py:WINDOW",
    ),
    lifetimes=fact(
        "Access token 5 minutes, refresh token until the person signs out at the "
        "provider.",
        "authserver/models/clients.py:Registration.access_token_lifetime",
        "authserver/models/grants.py:RefreshToken.ABSOLUTE",
    ),
    restart=fact(
        "A reload forgets the tokens. The page asks again, and so does the provider: "
        "anybody could use this client's name.",
        "authserver/consent.py:needed",
    ),
    sign_out=fact("Revokes the refresh token, and forgets everything."),
)
