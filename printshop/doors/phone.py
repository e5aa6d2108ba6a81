"""The phone: an app that another app on the same phone may imitate."""

from printshop.doors.facts import Door, fact

PHONE = Door(
    key="phone",
    name="Phone",
    what="An app, here played by a page, that opens the browser to sign in.",
    page="/phone/",
    registration=fact(
        "`printshop-mobile`, type native: a public client.",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact("`authorization_code`, `refresh_token`"),
    secret=fact("None. What is packed into an app can be unpacked."),
    sign_in=fact(
        "In a sheet of the system's browser, never in a view of the app's own: the "
        "app could read the password there."
    ),
    redirect=fact(
        "`com.example.printshop:/signed-in`, a scheme that the app takes for itself, "
        "and that any other app may take as well. A claimed https address has one "
        "owner.",
        "authserver/redirect_uris.py:problem",
    ),
    binding=fact(
        "PKCE, `state`, `nonce` and `iss`, in the memory of the app.",
        "static/printshop_kiosk/pkce.js:codeVerifier",
        "static/printshop_kiosk/pkce.js:codeChallenge",
    ),
    access_token=fact("In the memory of the app."),
    refresh_token=fact(
        "In memory here; an app that keeps it uses the Keychain or the Keystore."
    ),
    id_token=fact("Checked once: it says who is signed in."),
    thief=fact(
        "Another app with the same scheme catches the code, and not the verifier. A "
        "phone whose locks were broken hides nothing."
    ),
    protection=fact(
        "PKCE: the stolen code is refused. Claimed https addresses, where the system "
        "has them.",
        "authserver/pkce.py:proves",
    ),
    lifetimes=fact(
        "Access token 5 minutes, refresh token until the person signs out at the "
        "provider.",
        "authserver/models/clients.py:Registration.access_token_lifetime",
    ),
    restart=fact("Closing the app forgets the tokens, and it asks again."),
    sign_out=fact("Revokes the refresh token, and forgets everything."),
)
