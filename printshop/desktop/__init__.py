"""The desktop program: a client that can keep no secret (RFC 8252).

Whoever has the program has everything in it, so there is nothing in it: it is told the
shop's address, and finds out the rest. It shares no settings with the shop's server,
and uses no Django. Read it in the protocol's order:

    registration    what every copy of it says of itself
    discovery       from the shop's address to the authorization server's endpoints
    this_machine    where names below .localhost lead
    pkce            the proof that takes the place of a secret
    authorization   the request that a browser carries, and the answer it brings back
    loopback        the little server that takes that answer
    device_grant    the other way, where no browser is at hand
    tokens          the token endpoint, and its sister for revocation
    id_token        who signed in
    signing_in      all of it, in order
    keeping         where the refresh token lies between two runs
    access          an access token for each service, refreshed by one run at a time
    photos, uploads, ordering   what it is all for
"""
