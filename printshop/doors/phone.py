"""The phone: an app that another app on the same phone may imitate."""

from printshop.doors.facts import Door, fact

PHONE = Door(
    key="phone",
    name="Phone",
    what="An app, here played by a page, that opens the browser to sign in.",
    page="phone",
    registration=fact(
        "`printshop-mobile`, type native: a public client.",
        "static/printshop_phone/session.js:app",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact(
        "`authorization_code`, `refresh_token`",
        "static/printshop_phone/authorization.js:redeem",
        "static/printshop_phone/authorization.js:refresh",
    ),
    secret=fact(
        "None. What is packed into an app can be unpacked. It only says its name.",
        "static/printshop_phone/authorization.js:redeem",
    ),
    sign_in=fact(
        "In the system's browser, never in a view of the app's own: the app could "
        "read the password there.",
        "static/printshop_phone/system.js:openBrowser",
    ),
    redirect=fact(
        "`com.example.printshop:/signed-in`, a scheme that any other app may take as "
        "well; on this page `web+printshop:`, since browsers hand pages no others. A "
        "claimed https address has one owner.",
        "static/printshop_phone/system.js:ways",
        "printshop/pages/phone.py:left_here",
        "authserver/redirect_uris.py:problem",
    ),
    binding=fact(
        "PKCE, `state`, `nonce` and `iss`, in the memory of the app, which is still "
        "there when the answer comes.",
        "static/printshop_phone/authorization.js:depart",
        "static/printshop_phone/authorization.js:isAnswerTo",
        "static/printshop_phone/authorization.js:returned",
    ),
    access_token=fact(
        "The memory of the app, one token for each service.",
        "static/printshop_phone/session.js:held",
        "static/printshop_phone/session.js:bearer",
    ),
    refresh_token=fact(
        "Its memory too. An app that keeps it beyond that uses the Keychain or the "
        "Keystore.",
        "static/printshop_phone/session.js:keep",
    ),
    id_token=fact(
        "Nowhere: it is checked once, and says who is signed in.",
        "static/printshop_phone/authorization.js:checkedClaims",
    ),
    thief=fact(
        "Another app with the same scheme catches the code, and lacks the verifier. A "
        "phone whose own locks are broken hides nothing.",
        "static/printshop_phone/photo_fun.js:steal",
    ),
    protection=fact(
        "PKCE: the stolen code is refused. A claimed https address, which is not even "
        "handed to the other app.",
        "static/printshop_phone/authorization.js:redeem",
        "static/printshop_phone/system.js:give",
        "authserver/pkce.py:proves",
    ),
    lifetimes=fact(
        "Access token 5 minutes, refresh token until the person signs out at the "
        "provider: it does not ask for `offline_access`.",
        "static/printshop_phone/session.js:app",
        "authserver/models/clients.py:Registration.access_token_lifetime",
    ),
    restart=fact(
        "Closing the app forgets the tokens. It signs in again, and the provider asks "
        "anew.",
        "static/printshop_phone/session.js:held",
        "authserver/consent.py:needed",
    ),
    sign_out=fact(
        "Forgets everything, then revokes the refresh token and all that came of it.",
        "static/printshop_phone/session.js:signOut",
        "static/printshop_phone/authorization.js:revoke",
    ),
)
