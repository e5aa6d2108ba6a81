"""The UserInfo endpoint, as a client asks it: OIDC Core §5.3."""

from collections.abc import Mapping

from printshop import wire
from printshop.failures import ProviderUnavailable, SignInFailed
from printshop.id_token import Identity
from printshop.provider import provider


def ask(access_token: str, who: Identity) -> Mapping[str, object]:
    """The claims about somebody proven; raises SignInFailed or ProviderUnavailable."""
    bearer = {"Authorization": f"Bearer {access_token}"}
    try:
        answer = wire.call("GET", provider().userinfo_endpoint, headers=bearer)
        claims = answer.json()
    except wire.Unreachable as error:
        raise ProviderUnavailable(str(error)) from error
    if answer.status != 200:  # noqa: PLR2004
        raise ProviderUnavailable(f"UserInfo answered {answer.status}")
    if claims.get("sub") != who.sub:  # OIDC Core §5.3.2
        raise SignInFailed("UserInfo speaks of somebody else")
    return claims


def words(claims: Mapping[str, object], name: str, longest: int) -> str:
    """A claim for display: of the right type, and nothing a database refuses."""
    value = claims.get(name)
    return value[:longest] if isinstance(value, str) and value.isprintable() else ""
