"""Scope → claims about the person: OIDC Core §5.1, OIDC Core §5.4."""

from collections.abc import Iterable
from typing import Any

from authserver.models import User

CLAIMS = {
    "profile": (
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
SUPPORTED = ("sub", *(name for names in CLAIMS.values() for name in names))


def of(user: User, scopes: Iterable[str]) -> dict[str, Any]:
    """``sub`` and the claims of these scopes; what is not known is left out."""
    names = [name for scope in scopes for name in CLAIMS.get(scope, ())]
    known = {name: _value(user, name) for name in names}
    if not known.get("email"):
        known.pop("email_verified", None)
    if not known.get("phone_number"):
        known.pop("phone_number_verified", None)
    present = {name: value for name, value in known.items() if value not in ("", {})}
    return {"sub": str(user.sub), **present}


def _value(user: User, name: str) -> Any:
    match name:
        case "preferred_username":
            return user.username
        case "updated_at":
            return int(user.updated_at.timestamp())  # a number: OIDC Core §5.1
        case "address":
            return _address(user)
    return getattr(user, name)


def _address(user: User) -> dict[str, str]:
    """OIDC Core §5.1.1."""
    members = ("street_address", "locality", "region", "postal_code", "country")
    return {name: value for name in members if (value := getattr(user, name))}
