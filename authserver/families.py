"""A family: all that came of one authorization code. It lives and dies together."""

from uuid import UUID

from authserver import scopes
from authserver.models import AccessToken, Authorization, RefreshToken


def kill(family: UUID) -> None:
    """Revoke every refresh and access token of a family (RFC 9700 §4.14.2).

    At most one of its refresh tokens is alive. One that is refreshed at this moment
    is spent when its turn comes, and the next one not seen yet, hence the loop.
    """
    alive = RefreshToken.objects.filter(token_family=family, used_at=None, revoked=None)
    while not alive.revoke() and alive.exists():
        continue
    AccessToken.objects.filter(family=family).revoke()


def is_alive(family: UUID) -> bool:
    """Whether some generation of it can still be refreshed."""
    return RefreshToken.objects.live().filter(token_family=family).exists()


def give_up(token: RefreshToken) -> None:
    """The client gave a token back (RFC 7009): its family ends.

    So does consent to the data it opened: to connect again means to be asked again.
    Consent to know who the person is stays.
    """
    kill(token.token_family)
    identity = {scope.name for scope in scopes.IDENTITY}
    gone = set(token.scope.split()) - identity
    if token.authorization.scopes & gone:
        rest = sorted(token.authorization.scopes - gone)
        live = Authorization.objects.live().filter(pk=token.authorization_id)
        live.update(scope=" ".join(rest))
