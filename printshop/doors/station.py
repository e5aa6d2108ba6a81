"""The photo station: a screen that nobody types at, and that anybody may use next."""

from printshop.doors.facts import Door, fact

STATION = Door(
    key="station",
    name="Photo station",
    what="A screen without a keyboard. One signs in on the phone, with a code.",
    page="station",
    registration=fact(
        "`printshop-device`, type device: a public client.",
        "printshop/station/device_grant.py:ask",
        "authserver/registration.py:KINDS",
    ),
    grant_types=fact(
        "The device code (RFC 8628 §3.4), `refresh_token`",
        "printshop/station/device_grant.py:ask",
        "printshop/station/device_grant.py:poll",
    ),
    secret=fact(
        "None. Who takes a station home can open it. It only says its name.",
        "printshop/token_endpoint.py:call",
    ),
    sign_in=fact(
        "On the person's own phone, which the code or its QR code leads to the "
        "provider.",
        "printshop/station/qr.py:Drawing",
        "authserver/pages/device.py:device_decision",
    ),
    redirect=fact(
        "None: nothing comes back. The station asks until somebody has answered, "
        "every five seconds and slower when it is told so.",
        "printshop/station/visits.py:_poll",
        "printshop/station/visits.py:_not_yet",
    ),
    binding=fact(
        "No PKCE, since no code travels through a browser. The station alone knows "
        "the `device_code`; the person compares the short one.",
        "printshop/station/device_grant.py:Codes",
        "authserver/device.py:begin",
    ),
    access_token=fact(
        "In this example the station's program runs in the shop's server: sealed, in "
        "the row of the visit. The screen has a cookie that signs nobody in.",
        "printshop/models/stations.py:StationVisit",
        "printshop/station/lent.py:keep",
    ),
    refresh_token=fact(
        "Beside it, until the photos are here: nothing needs it afterwards.",
        "printshop/station/lent.py:access_token",
        "printshop/station/visits.py:_fetch",
    ),
    id_token=fact(
        "Beside it, until it has been checked: it says whose visit this is.",
        "printshop/station/lent.py:verified",
        "printshop/station/visits.py:_meet",
    ),
    thief=fact(
        "Whoever stands there next. And somebody who sends people a code, and talks "
        "them into allowing a station that is not before them.",
        "printshop/models/stations.py:StationVisitQuerySet.on",
    ),
    protection=fact(
        "A visit ends by itself, and empties its row. The provider names the device "
        "and asks; a link alone allows nothing.",
        "printshop/models/stations.py:StationVisitQuerySet.end",
        "printshop/models/stations.py:StationVisit.is_forsaken",
        "authserver/pages/device.py:device_decision",
    ),
    lifetimes=fact(
        "Codes 10 minutes, access token 5 minutes. The station gives all back when the "
        "photos are here, or two minutes after the last touch; six while they pick.",
        "printshop/models/stations.py:StationVisit.leaves_at",
        "authserver/models/devices.py:DeviceGrant.LIFETIME",
        "authserver/models/clients.py:Registration.access_token_lifetime",
    ),
    restart=fact(
        "The screen shows the same visit again, unless it has ended.",
        "printshop/pages/station.py:screen",
        "printshop/models/stations.py:StationVisitQuerySet.on",
    ),
    sign_out=fact(
        "Empties the row, then revokes what was in it.",
        "printshop/station/lent.py:end",
    ),
)
