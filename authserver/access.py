"""Taking access back: consent, and everything that came of it, at once."""

from typing import Any

from django.utils import timezone

from authserver.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    Client,
    DeviceGrant,
    RefreshToken,
    User,
)


def take_back(authorization: Authorization) -> bool:
    """End what one person allowed one client; False if somebody was faster."""
    ended = Authorization.objects.filter(pk=authorization.pk).revoke() == 1
    DeviceGrant.objects.filter(authorization=authorization).stop()
    _end(authorization=authorization)
    return ended


def disable(client: Client) -> bool:
    """End all that a client holds; False if it was disabled before.

    Consent stays, so that enabling the client again asks nobody anew.
    """
    enabled = Client.objects.filter(pk=client.pk, disabled_at=None)
    disabled = enabled.update(disabled_at=timezone.now()) == 1
    DeviceGrant.objects.filter(client_id=client.client_id).stop()
    _end(application=client)
    return disabled


def end_all(user: User) -> None:
    """End all that was lent in a person's name, also what was to outlive sessions.

    Consent stays, so that they are asked for nothing anew once they are back.
    """
    DeviceGrant.objects.filter(user=user).stop()
    _end(user=user)


def _end(**came_of: Any) -> None:
    """Revoke in the order in which one comes of the other.

    A code or token that is being exchanged at this moment leaves nothing alive behind.
    """
    for code in AuthorizationCode.objects.filter(**came_of, redeemed_at=None):
        AuthorizationCode.objects.burn(code.pk)
    alive = RefreshToken.objects.filter(**came_of, used_at=None, revoked=None)
    while alive.exists():  # a refresh that ran meanwhile has left a successor
        alive.revoke()
    AccessToken.objects.filter(**came_of).revoke()
