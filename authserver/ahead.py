"""What is in order is answered with two statements, most token requests therefore.

One reads the code or refresh token with its client, person, session and authorization,
and locks nothing. The other spends it and stores what it pays for, or does nothing if
somebody was quicker (`spending`). Between them the same rules are asked as ever; but
nothing is refused, revoked or written down without the lock. Where a rule would, all is
asked again from the beginning, in a transaction that holds the row.
"""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from authserver.models import AuthorizationCode, Client, RefreshToken
from authserver.models.grants import fingerprint
from authserver.prepared import PARAMETER, One
from authserver.tokens import TokenRequest

# What the rules ask of other rows; what is not here would cost a statement more.
ASKED = {
    "application": "client_id client_type client_secret previous_secret"
    " previous_secret_expires token_endpoint_auth_methods grant_types disabled_at"
    " access_token_lifetime id_token_signed_response_alg pkce_required"
    " rotate_refresh_tokens",
    "user": "sub is_active password_changed_at",
    "session": "sid expires_at ended_at",
    "authorization": "revoked_at",
}


class Unsure(Exception):
    """Not to be decided by what was read without a lock."""


def is_worthwhile(grant_type: str) -> bool:
    """SQLite has one writer at a time, who holds the lock from the beginning."""
    known = {"authorization_code", "refresh_token"}
    return connection.vendor == "postgresql" and grant_type in known


def client(request: TokenRequest, client_id: str) -> Client | None:
    """Read what is presented, and the client with it; None if that needs a lock.

    Whether the client may present it is not asked here. Raises Unsure.
    """
    if _is_locked(request):
        return None
    source = _read(request)
    if source is None or source.application.client_id != client_id:
        raise Unsure
    if source.requested_claims.get("id_token"):  # more of the person than was read
        raise Unsure
    request.source = source
    found: Client = source.application
    return found


def insist_on_lock(request: TokenRequest) -> None:
    """Before whatever is not success; raises Unsure."""
    if not _is_locked(request):
        raise Unsure


def _is_locked(request: TokenRequest) -> bool:
    return getattr(request, "is_locked", True)  # revocation has oauthlib's own request


def _read(request: TokenRequest) -> AuthorizationCode | RefreshToken | None:
    if request.grant_type == "refresh_token":
        return _REFRESH_TOKEN.get(fingerprint(request.refresh_token or ""))
    return _CODE.get(fingerprint(request.code or ""))


def _with_all(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Beside its own columns, those that a rule asks for."""
    fields = (
        field.name
        for field in rows.model._meta.local_concrete_fields  # noqa: SLF001
    )
    return rows.select_related(*ASKED).only(
        *fields,
        *(
            f"{where}__{name}"
            for where, names in ASKED.items()
            for name in names.split()
        ),
    )


_CODE = One(lambda: _with_all(AuthorizationCode.objects.filter(code=PARAMETER)))
_REFRESH_TOKEN = One(
    lambda: _with_all(RefreshToken.objects.filter(token_checksum=PARAMETER))
)
