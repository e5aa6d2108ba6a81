"""The desktop program: everybody has a copy, and it listens on its own machine."""

from printshop.doors.facts import Door, fact

DESKTOP = Door(
    key="desktop",
    name="Desktop program",
    what="A command in a terminal, which opens the system's browser to sign in.",
    command="./manage.py printshop desktop sign-in",
    registration=fact(
        "`printshop-desktop`, type native: a public client.",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact(
        "`authorization_code`, `refresh_token`; the device code where there is no "
        "browser, as over SSH."
    ),
    secret=fact("None. What is packed into a program can be unpacked."),
    sign_in=fact(
        "In the system's browser, which knows the person already, and whose address "
        "bar they can see. Never in a window of the program."
    ),
    redirect=fact(
        "`http://127.0.0.1/signed-in`, at whatever port is free. Only the port may "
        "vary. It answers one request, then it closes.",
        "authserver/redirect_uris.py:LOOPBACK",
    ),
    binding=fact("PKCE, `state`, `nonce` and `iss`, in the memory of the process."),
    access_token=fact("In the operating system's keyring."),
    refresh_token=fact(
        "In the keyring too; where there is none, in a file that only its owner may "
        "read (0600)."
    ),
    id_token=fact("Checked once: it says who is signed in."),
    thief=fact(
        "Another program that runs as the same person. A program that listens on the "
        "same machine may catch the code, which is no good to it."
    ),
    protection=fact(
        "The keyring's lock; PKCE for the code; rotation, which notices a stolen "
        "refresh token.",
        "authserver/pkce.py:proves",
    ),
    lifetimes=fact(
        "Access token 5 minutes. Refresh token a year, or 90 days unused, since the "
        "program asks for `offline_access`.",
        "authserver/models/clients.py:Registration.access_token_lifetime",
        "authserver/models/grants.py:RefreshToken.IDLE",
        "authserver/models/grants.py:RefreshToken.ABSOLUTE",
    ),
    restart=fact("Nothing is lost: the keyring keeps it."),
    sign_out=fact("Revokes the refresh token, and empties the keyring."),
)
