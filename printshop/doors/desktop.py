"""The desktop program: everybody has a copy, and it listens on its own machine."""

from printshop.doors.facts import Door, fact

DESKTOP = Door(
    key="desktop",
    name="Desktop program",
    what="A command in a terminal. It opens the system's browser to sign in.",
    command=".venv/bin/python manage.py printshop desktop sign-in",
    registration=fact(
        "`printshop-desktop`, type native: a public client.",
        "printshop/desktop/registration.py:CLIENT_ID",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact(
        "`authorization_code`, `refresh_token`; the device code (RFC 8628 §3.4) where "
        "there is no browser, as over SSH.",
        "printshop/desktop/signing_in.py:by_browser",
        "printshop/desktop/signing_in.py:by_device",
    ),
    secret=fact(
        "None. What is packed into a program can be unpacked. It only says its name.",
        "printshop/desktop/tokens.py:_request",
    ),
    sign_in=fact(
        "In the system's browser, which knows the person already, and whose address "
        "bar they can see. Never in a window of the program.",
        "printshop/desktop/signing_in.py:has_browser",
        "printshop/desktop/signing_in.py:by_browser",
    ),
    redirect=fact(
        "`http://127.0.0.1/signed-in`, at whatever port is free; only the port may "
        "vary. The first answer that has our `state` is the last; then nobody listens.",
        "printshop/desktop/loopback.py:listening",
        "printshop/desktop/loopback.py:Listener",
        "authserver/redirect_uris.py:LOOPBACK",
    ),
    binding=fact(
        "PKCE, `state`, `nonce` and `iss`, in the memory of the process.",
        "printshop/desktop/authorization.py:Attempt",
        "printshop/desktop/authorization.py:Return.parse",
        "printshop/desktop/pkce.py:code_challenge",
    ),
    access_token=fact(
        "The memory of the process, for one run; one token for each service.",
        "printshop/desktop/access.py:Access.token",
    ),
    refresh_token=fact(
        "The operating system's keyring; where there is none, a file that only its "
        "owner may read (0600). One run at a time uses it.",
        "printshop/desktop/keeping.py:Keeper.keep",
        "printshop/desktop/keeping.py:write_privately",
        "printshop/desktop/access.py:Access._refreshed",
    ),
    id_token=fact(
        "Nowhere: it is checked once, and says who is signed in.",
        "printshop/desktop/id_token.py:subject",
    ),
    thief=fact(
        "A program that runs as the same person and may open the keyring. Others on "
        "the same machine may see the code go by; it is no good to them.",
        "printshop/desktop/keeping.py:_is_private",
    ),
    protection=fact(
        "The keyring's lock, or the file's rights; PKCE for the code; rotation, which "
        "ends everything when a token is used twice.",
        "printshop/desktop/keeping.py:read_privately",
        "authserver/pkce.py:proves",
        "authserver/families.py:kill",
    ),
    lifetimes=fact(
        "Access token 5 minutes. Refresh token a year, or 90 days unused: it asks for "
        "`offline_access`, since it is not there all the time.",
        "printshop/desktop/registration.py:SCOPE",
        "authserver/models/grants.py:RefreshToken.IDLE",
        "authserver/models/grants.py:RefreshToken.ABSOLUTE",
    ),
    restart=fact(
        "Nothing is lost: the next run finds the refresh token, and fetches access "
        "tokens.",
        "printshop/desktop/keeping.py:Keeper.find",
    ),
    sign_out=fact(
        "Forgets the refresh token, then revokes it; forgotten it is even if the "
        "provider cannot be told.",
        "printshop/desktop/commands.py:sign_out",
        "printshop/desktop/tokens.py:revoke",
    ),
)
