"""The main shop: a web server that keeps a secret, and every token."""

from printshop.doors.facts import Door, fact

MAIN_SHOP = Door(
    key="shop",
    name="Main shop",
    what="A web server. The browser holds a session cookie, the server the tokens.",
    page="choose",
    registration=fact(
        "`printshop`, type web: a confidential client.",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact(
        "`authorization_code`, `refresh_token`",
        "printshop/token_endpoint.py:redeem",
        "printshop/token_endpoint.py:refresh",
    ),
    secret=fact(
        "Yes. It lies in the server's environment, and is shown to the token endpoint "
        "with every request.",
        "printshop/token_endpoint.py:call",
    ),
    sign_in=fact(
        "In the same tab, at the provider's own pages.",
        "printshop/sign_in.py:SignIn",
    ),
    redirect=fact(
        "Two addresses of the shop, for signing in and for lending photos. Each is "
        "compared character for character.",
        "printshop/authorization.py:redirect_uri",
        "authserver/redirect_uris.py:matches",
    ),
    binding=fact(
        "PKCE, `state`, `nonce` and `iss`, remembered in a row of the database that "
        "is good once and in one browser.",
        "printshop/authorization.py:depart",
        "printshop/authorization.py:Return.parse",
        "printshop/models/attempts.py:AttemptQuerySet.take",
    ),
    access_token=fact(
        "In the shop's database, sealed with a key that is not in the database.",
        "printshop/models/customers.py:Connection",
        "printshop/sealing.py:seal",
    ),
    refresh_token=fact(
        "Beside it, sealed too. Of all processes, one refreshes.",
        "printshop/connection.py:access_token",
        "printshop/models/customers.py:ConnectionQuerySet.lease",
    ),
    id_token=fact(
        "Checked once, then sealed in the server's session: signing out needs it as a "
        "hint.",
        "printshop/id_token.py:verify",
        "printshop/sessions.py:rest_on",
    ),
    thief=fact(
        "Who gets into the server. Not a script in the page: it can act as the person "
        "while the page is open, but there is no token to carry away.",
        "printshop/sealing.py:unseal",
    ),
    protection=fact(
        "Keys apart from the data; an HttpOnly, SameSite cookie; a token in every "
        "form. And the secret: a stolen refresh token is no good without it.",
        "printshop/sealing.py:SealedField",
        "printshop/settings.py:SESSION_COOKIE_HTTPONLY",
    ),
    lifetimes=fact(
        "Access token 5 minutes. Refresh token until the person signs out at the "
        "provider; with `offline_access` a year, or 90 days unused.",
        "authserver/models/clients.py:Registration.access_token_lifetime",
        "authserver/models/grants.py:RefreshToken.IDLE",
        "authserver/models/grants.py:RefreshToken.ABSOLUTE",
    ),
    restart=fact(
        "Nothing is lost: the cookie is still there, and so are the tokens.",
        "printshop/session_store.py:SessionStore",
    ),
    sign_out=fact(
        "Ends the session here and at the provider, who can also end it from there. "
        "Disconnecting revokes the tokens.",
        "printshop/pages/sign_out.py:sign_out",
        "printshop/sessions.py:backchannel_logout",
        "printshop/connection.py:disconnect",
    ),
)
