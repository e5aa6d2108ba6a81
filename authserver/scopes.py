"""Scopes: which exist, who owns them, and the sentence a person reads.

OpenID's own are here; all others belong to a registered ResourceServer, which brings
its own sentences. A resource server may declare a prefix under which its scopes are
accepted too; everything inside uses the short names, and the token answer repeats the
spelling that was asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from oauth2_provider.scopes import BaseScopes

from authserver.models import Client, ResourceScope, ResourceServer

OPENID, OFFLINE_ACCESS = "openid", "offline_access"
MAX_LENGTH = 2000  # of a scope parameter: far above any sensible list


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope in a person's words."""

    name: str
    sentence: str
    cannot: str = ""
    owner: str = ""  # the identifier of its resource server; OpenID's own have none
    owner_name: str = ""

    @property
    def is_data(self) -> bool:
        """It opens a resource server, not only who the person is."""
        return bool(self.owner)


IDENTITY = (  # OIDC Core §5.4, OIDC Core §11
    Scope(OPENID, "Know that it is you each time you sign in"),
    Scope("profile", "See your name and the rest of your public profile"),
    Scope("email", "See your e-mail address"),
    Scope("address", "See your postal address"),
    Scope("phone", "See your telephone number"),
    Scope(OFFLINE_ACCESS, "Keep this access after you sign out"),
)


def catalogue() -> dict[str, Scope]:
    """Every scope there is, by short name, in the order pages show them."""
    owned = ResourceScope.objects.select_related("resource_server")
    return {scope.name: scope for scope in IDENTITY} | {
        scope.name: Scope(
            scope.name,
            scope.sentence,
            scope.cannot,
            scope.resource_server.identifier,
            scope.resource_server.name,
        )
        for scope in owned
    }


def short_names(asked: Iterable[str]) -> dict[str, str]:
    """What was asked for: short name → the spelling used, in the order asked.

    Does not check that a scope exists or that the client may have it.
    """
    asked = list(asked)
    if not any("/" in scope for scope in asked):
        return {scope: scope for scope in asked}
    prefixes = tuple(
        ResourceServer.objects.exclude(scope_prefix="").values_list(
            "scope_prefix", flat=True
        )
    )
    return {_short(scope, prefixes): scope for scope in asked}


def _short(scope: str, prefixes: Iterable[str]) -> str:
    for prefix in prefixes:
        if scope.startswith(prefix):
            return scope.removeprefix(prefix)
    return scope


class ScopesBackend(BaseScopes):  # type: ignore[misc]  # the toolkit has no types
    """Which scopes there are, asked by the toolkit, answered by registrations."""

    def get_all_scopes(self) -> dict[str, str]:
        """Name → sentence."""
        return {name: scope.sentence for name, scope in catalogue().items()}

    def get_available_scopes(self, application: Client, **_: object) -> list[str]:
        """Only those the client registered (RFC 9700 §2.3)."""
        return sorted(application.scopes)

    def get_default_scopes(self, **_: object) -> list[str]:
        """None: whoever asks for nothing gets nothing (RFC 6749 §3.3)."""
        return []
