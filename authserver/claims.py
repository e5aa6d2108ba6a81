"""Claims about a person, by scope or one by one.

OIDC Core §5.1, OIDC Core §5.4, OIDC Core §5.5.
"""

from collections.abc import Iterable, Mapping
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
SCOPE_OF = {name: scope for scope, names in CLAIMS.items() for name in names}
SUPPORTED = ("sub", *SCOPE_OF)
SENTENCES = {  # what a person reads when a claim is asked for by itself
    "name": "See your full name",
    "given_name": "See your first name",
    "family_name": "See your last name",
    "middle_name": "See your middle name",
    "nickname": "See your nickname",
    "preferred_username": "See the name you sign in with",
    "profile": "See the address of your profile page",
    "picture": "See your picture",
    "website": "See the address of your website",
    "gender": "See your gender",
    "birthdate": "See your date of birth",
    "zoneinfo": "See your time zone",
    "locale": "See your language",
    "updated_at": "See when you last changed your profile",
    "email": "See your e-mail address",
    "email_verified": "See if your e-mail address was confirmed",
    "address": "See your postal address",
    "phone_number": "See your telephone number",
    "phone_number_verified": "See if your telephone number was confirmed",
}

# Where (``userinfo``, ``id_token``) → claim → the values that will do, none for any.
Requested = dict[str, dict[str, list[Any]]]


def of(
    user: User, scopes: Iterable[str], requested: Mapping[str, list[Any]] | None = None
) -> dict[str, Any]:
    """``sub``, the claims of these scopes, and those asked for one by one.

    What is not known is left out, and so is what was wanted only with another value
    (OIDC Core §5.5.1).
    """
    wanted: dict[str, list[Any]] = dict(requested or {})
    wanted |= {name: [] for scope in scopes for name in CLAIMS.get(scope, ())}
    known = _known(user, wanted)
    return {"sub": str(user.sub)} | {
        name: value
        for name, value in known.items()
        if not wanted[name] or value in wanted[name]
    }


def allowed(
    requested: Requested, granted: Iterable[str], single: Iterable[str]
) -> Requested:
    """What of a ``claims`` parameter is to be delivered, and where (OIDC Core §5.5).

    A claim that a scope opens is allowed with that scope, and UserInfo tells it
    anyway; others were allowed one by one.
    """
    granted, single = set(granted), set(single)
    in_id_token = single | {n for n, scope in SCOPE_OF.items() if scope in granted}
    return {
        where: {name: values for name, values in names.items() if name in open_there}
        for where, names in requested.items()
        if (open_there := single if where == "userinfo" else in_id_token)
    }


def _known(user: User, names: Iterable[str]) -> dict[str, Any]:
    known = {name: _value(user, name) for name in names if name in SCOPE_OF}
    if not user.email:
        known.pop("email_verified", None)
    if not user.phone_number:
        known.pop("phone_number_verified", None)
    return {name: value for name, value in known.items() if value not in ("", {})}


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
