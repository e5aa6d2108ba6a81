"""Taking access back: consent, and everything that came of it, at once."""

from typing import Any

from django.utils import timezone

from authserver.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    Client,
    RefreshToken,
)


def take_back(authorization: Authorization) -> bool:
    """End what one person allowed one client; False if somebody was faster."""
    ended = Authorization.objects.filter(pk=authorization.pk).revoke() == 1
    _end(authorization=authorization)
    return ended


def disable(client: Client) -> bool:
    """End all that a client holds; False if it was disabled before.

    Consent stays, so that enabling the client again asks nobody anew.
    """
    enabled = Client.objects.filter(pk=client.pk, disabled_at=None)
    disabled = enabled.update(disabled_at=timezone.now()) == 1
    _end(application=client)
    return disabled


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
