"""The photo station: a screen that nobody types at, and that anybody may use next."""

from printshop.doors.facts import Door, fact

STATION = Door(
    key="station",
    name="Photo station",
    what="A screen without a keyboard. One signs in on the phone, with a code.",
    page="/kiosk/device/",
    registration=fact(
        "`printshop-device`, type device: a public client.",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact("`device_code` (RFC 8628 §3.4), `refresh_token`"),
    secret=fact("None. Who takes the station home can open it."),
    sign_in=fact(
        "On the person's own phone, where they see which device asks.",
    ),
    redirect=fact("None: nothing comes back. The station asks, every five seconds."),
    binding=fact(
        "No PKCE, since no code travels. The station alone knows the `device_code`; "
        "the person compares the short code on both screens.",
        "authserver/device.py:begin",
    ),
    access_token=fact(
        "In this example the station's program runs in the shop's server: sealed in "
        "its database. The screen is only a screen.",
        "printshop/sealing.py:seal",
    ),
    refresh_token=fact("Beside it, until the visit ends."),
    id_token=fact("Checked once: it says whose visit this is."),
    thief=fact(
        "Whoever stands there next; and somebody who talks a person into allowing a "
        "device that is not before them.",
    ),
    protection=fact(
        "The visit ends by itself, and its tokens with it. The provider names the "
        "device, and a link alone allows nothing.",
        "authserver/pages/device.py:device_decision",
    ),
    lifetimes=fact(
        "Codes 10 minutes; access token 5 minutes; refresh token at most as long as "
        "the visit.",
        "authserver/models/devices.py:DeviceGrant.LIFETIME",
        "authserver/models/clients.py:Registration.access_token_lifetime",
    ),
    restart=fact("The screen shows the same visit again, unless it has ended."),
    sign_out=fact("Revokes the tokens, and deletes their row."),
)
