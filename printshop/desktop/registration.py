"""What every copy of the program says of itself; the server knows it by this.

RFC 6749 §2.1: a public client. There is no secret here, since everybody could read it
(RFC 8252 §8.5).
"""

CLIENT_ID = "printshop-desktop"
SHOP, PHOTOS = "http://localhost:8000", "http://localhost:8002"  # unless it is told
REDIRECT_PATH = "/signed-in"  # of http://127.0.0.1, on any port (RFC 8252 §7.3)
ID_TOKEN_ALGORITHM = "RS256"  # noqa: S105 # registered, and no other is taken

ADD, READ = "photoslibrary.appendonly", "photoslibrary.readonly.appcreateddata"
ORDER = "printshop.orders"
OFFLINE_ACCESS = "offline_access"
SCOPE = f"openid profile {OFFLINE_ACCESS} {ADD} {READ} {ORDER}"

MEANING = {
    ADD: "add photos and albums to your library",
    READ: "see the photos it added itself",
    ORDER: "order prints",
    OFFLINE_ACCESS: "stay signed in when you sign out of the browser",
}
