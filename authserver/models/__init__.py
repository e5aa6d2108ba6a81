"""What the server knows: people, clients, grants, keys, and what happened.

All six models of django-oauth-toolkit are swapped for ours, so its own migrations
create no table: codes, tokens and clients live here and carry what the toolkit lacks.
"""

from authserver.models.activity import Event
from authserver.models.clients import (
    Client,
    ClientLogo,
    ResourceScope,
    ResourceServer,
)
from authserver.models.devices import DeviceGrant
from authserver.models.grants import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    IDToken,
    RefreshToken,
)
from authserver.models.keys import SigningKey
from authserver.models.logout import LogoutDelivery
from authserver.models.pending import PendingRequest
from authserver.models.people import Session, User, UserPicture

__all__ = [
    "AccessToken",
    "Authorization",
    "AuthorizationCode",
    "Client",
    "ClientLogo",
    "DeviceGrant",
    "Event",
    "IDToken",
    "LogoutDelivery",
    "PendingRequest",
    "RefreshToken",
    "ResourceScope",
    "ResourceServer",
    "Session",
    "SigningKey",
    "User",
    "UserPicture",
]
