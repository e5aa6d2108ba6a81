"""The device code at the token endpoint: RFC 8628 §3.4, RFC 8628 §3.5.

As with a refresh token, but for the guards: the device asks again and again until a
person has decided, and what it gets then it gets once.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauthlib.oauth2 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
    RefreshTokenGrant,
)
from oauthlib.oauth2.rfc8628.errors import (
    AccessDenied,
    AuthorizationPendingError,
    ExpiredTokenError,
    SlowDownError,
)
from oauthlib.openid.connect.core.grant_types.base import GrantTypeBase

from authserver import families, redemption
from authserver.models import DeviceGrant, Event
from authserver.models.grants import fingerprint
from authserver.registration import DEVICE_CODE
from authserver.tokens import TokenRequest

SLOWER = 5  # seconds more for a device that asks too often: RFC 8628 §3.5
JITTER = timedelta(seconds=1)  # networks are not punctual


class DeviceCodeGrant(GrantTypeBase):
    """With an ID token, if the device asked for ``openid``."""

    def __init__(self, validator: Any) -> None:
        self.proxy_target = _DeviceCode(validator)
        self.register_token_modifier(self.add_id_token)


class _DeviceCode(RefreshTokenGrant):
    """Its chain of guards; how an answer is made is the refresh token's."""

    def validate_token_request(self, request: Any) -> None:
        """Client, then grant type, then the device code."""
        validator: Any = self.request_validator
        if request.grant_type != DEVICE_CODE:
            raise InvalidRequestError(request=request)
        device_code = getattr(request, "device_code", "")
        if not device_code:
            raise InvalidRequestError("device_code is missing.", request=request)
        if not validator.authenticate_client(request):
            raise InvalidClientError(request=request)
        self.validate_grant_type(request)
        _redeem(request, device_code)


def _redeem(request: TokenRequest, device_code: str) -> None:
    """The grant, its row locked until the answer is committed; raises OAuth2Error.

    A replay is looked for first: it shows that the code is in the wrong hands, however
    old it is. oauthlib turns what is raised here into an answer, so that what was
    written beside it stays.
    """
    found = redemption.locked(DeviceGrant.objects.all()).filter(
        device_code=fingerprint(device_code), client_id=request.client.client_id
    )
    grant = found.first()
    if grant is None:
        redemption.refuse(request, "no such device code for this client")
        raise InvalidGrantError(request=request)
    if grant.redeemed_at is not None:
        families.kill(grant.family)
        redemption.alarm(request, Event.Kind.CODE_REPLAYED, grant.user)
        raise InvalidGrantError(request=request)
    if grant.is_denied:
        raise AccessDenied("The person denied the request.")
    if grant.expires <= timezone.now():
        raise ExpiredTokenError("Nobody has answered in time. Start again.")
    if grant.decided_at is None:
        raise _not_yet(grant)
    if not redemption.accept(request, grant):
        raise InvalidGrantError(request=request)
    if not DeviceGrant.objects.redeem(grant.pk):
        raise InvalidGrantError(request=request)


def _not_yet(grant: DeviceGrant) -> OAuth2Error:
    """What to tell a device that has to wait, and how long from now on."""
    interval, before = grant.interval, grant.polled_at
    due = before and before + timedelta(seconds=interval) - JITTER
    if due is None or timezone.now() >= due:
        DeviceGrant.objects.polled(grant.pk, interval)
        return AuthorizationPendingError("Nobody has answered yet.")
    DeviceGrant.objects.polled(grant.pk, interval + SLOWER)
    return SlowDownError(f"Wait {interval + SLOWER} seconds from now on.")
