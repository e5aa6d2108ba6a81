"""The tokens a customer lent: keep them sealed, refresh them once, give them back.

RFC 6749 §6, RFC 7009, RFC 9700 §4.14. A token leaves this shop in two directions
only: to the provider that made it, and to the configured photo service.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from printshop import id_token, sessions, token_endpoint
from printshop.authorization import Return, redirect_uri
from printshop.failures import (
    AnotherPerson,
    Failure,
    NotConnected,
    ProviderUnavailable,
    SignInFailed,
)
from printshop.id_token import Identity
from printshop.models.attempts import Attempt
from printshop.models.customers import Connection, Customer
from printshop.provider import provider
from printshop.token_endpoint import Refused, Tokens

MISSING_OFFLINE = "offline_access"  # /connect/?missing=…
EARLY = timedelta(seconds=60)  # a token is refreshed so long before it ends
PATIENCE = 5.0  # seconds to wait for whoever is refreshing
logger = logging.getLogger("printshop.connection")


def wanted_scope(held: Connection | None, missing: str = "") -> str:
    """What to ask for: to see what is picked, what was lent before, what is missing.

    Access for when nobody is there is ``missing`` only where somebody wants it.
    """
    lasts = missing == MISSING_OFFLINE or (held and held.outlasts_the_visit)
    offline = [settings.OFFLINE_SCOPE] if lasts else []
    return " ".join(["openid", settings.PICK_SCOPE, *offline])


def connect(request: HttpRequest, returned: Return, customer: Customer) -> Connection:
    """Redeem the code of /connect/ and keep what was lent; raises a Failure."""
    attempt = returned.attempt
    if attempt.customer_id != customer.pk:
        raise SignInFailed("state belongs to another customer")
    try:
        tokens = token_endpoint.redeem(
            returned.code,
            code_verifier=attempt.code_verifier,
            redirect_uri=redirect_uri(Attempt.Purpose.CONNECT),
            asked=attempt.scope,
            resource=settings.RESOURCE,
        )
    except Refused as refused:
        raise SignInFailed(f"the token endpoint answered {refused}") from refused
    try:
        identity = _check_same_person(tokens, customer, nonce=attempt.nonce)
        sessions.rest_on(request, customer, identity, tokens.id_token)
    except Failure:
        _give_back(tokens)
        raise
    return _keep(customer, tokens)


def access_token(connection: Connection, *, rejected: str = "") -> str:
    """An access token good for a minute yet; one of all callers refreshes it.

    ``rejected`` is a token the photo service has just refused: it will not do.
    Raises NotConnected, or ProviderUnavailable when a refresh is not possible now.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        connection = _current(connection)
        fresh = connection.access_token_expires_at > timezone.now() + EARLY
        if fresh and connection.access_token != rejected:
            return str(connection.access_token)
        provider()  # not while the lease runs: asking may take long
        if Connection.objects.lease(connection):
            return _refresh(connection)
        time.sleep(0.05)
    raise ProviderUnavailable("another process has been refreshing for too long")


def disconnect(customer: Customer) -> bool:
    """Forget the tokens, then revoke them; False if the server could not be told."""
    connection = Connection.objects.filter(customer=customer).first()
    if connection is None:
        return True
    connection.delete()  # first: whatever the server says, we hold nothing any more
    return all(token_endpoint.revoke(token) for token in connection.lent)


def _current(connection: Connection) -> Connection:
    current = Connection.objects.filter(pk=connection.pk).first()
    if current is None or current.has_ended:
        raise NotConnected("no tokens are held")
    return current


def _refresh(connection: Connection) -> str:
    """Use the refresh token; the caller holds the lease, and no transaction."""
    tokens = _spend(connection)
    proven = _is_theirs(tokens, connection)
    if not Connection.objects.rotate(connection, tokens, proven=proven):
        return _overtaken(tokens, connection)
    if not proven:
        raise ProviderUnavailable("the refreshed ID token cannot be checked now")
    logger.info("connection %s refreshed", connection.pk)
    return tokens.access_token


def _spend(connection: Connection) -> Tokens:
    """The refresh request; only invalid_grant says that the grant is gone."""
    if not connection.refresh_token:
        Connection.objects.break_off(connection)
        raise NotConnected("the access token has ended, and nothing refreshes it")
    try:
        return token_endpoint.refresh(
            connection.refresh_token,
            asked=connection.scope,
            resource=settings.RESOURCE,
        )
    except Refused as refused:
        if refused.code == "invalid_grant":  # RFC 6749 §5.2
            Connection.objects.break_off(connection)
            raise NotConnected("the refresh token is no longer good") from refused
        Connection.objects.release(
            connection
        )  # our mistake: nobody loses a grant by it
        logger.warning("the provider refuses this shop: %s", refused)
        raise ProviderUnavailable(f"refresh refused: {refused}") from refused
    except ProviderUnavailable:
        Connection.objects.release(connection)
        raise


def _is_theirs(tokens: Tokens, connection: Connection) -> bool:
    """A refreshed ID token names the same person: OIDC Core §12.2.

    False when that cannot be found out now. The tokens are kept even then, since the
    old refresh token is spent, but not used.
    """
    if not tokens.id_token:
        return True
    try:
        _check_same_person(tokens, connection.customer, nonce=None)
    except ProviderUnavailable:
        return False
    except Failure as failure:
        Connection.objects.break_off(connection)
        _give_back(tokens)
        raise NotConnected(f"refreshed for somebody else: {failure}") from failure
    return True


def _overtaken(tokens: Tokens, connection: Connection) -> str:
    """Connected anew meanwhile: what is there now serves. Disconnected: nothing."""
    if Connection.objects.filter(pk=connection.pk).exists():
        return access_token(connection)
    _give_back(tokens)
    raise NotConnected("disconnected while it was refreshed")


@transaction.atomic
def _keep(customer: Customer, tokens: Tokens) -> Connection:
    """Store a new grant in place of any older one.

    What the older one's refresh token opens stays open at the provider until that is
    revoked. Doing so now could end the new grant as well (RFC 7009 §2.1), so it waits.
    """
    held = Connection.objects.select_for_update().filter(customer=customer).first()
    earlier = held.lent[: Connection.MOST_REPLACED] if held else []
    grant = {
        "replaced": " ".join(earlier),
        "scope": tokens.scope,
        "access_token": tokens.access_token,
        "access_token_expires_at": tokens.expires_at,
        "refresh_token": tokens.refresh_token,
        "refreshing_until": None,
        "granted_at": timezone.now(),
        "broken_at": None,
    }
    connection, _ = Connection.objects.update_or_create(
        customer=customer,
        create_defaults=grant,
        defaults=grant | {"generation": F("generation") + 1},
    )
    logger.info("customer %s connected: %s", customer.pk, tokens.scope)
    return connection


def _check_same_person(
    tokens: Tokens, customer: Customer, *, nonce: str | None
) -> Identity:
    """Photos are lent by whoever is signed in here, and by nobody else."""
    person = id_token.verify(
        tokens.id_token, nonce=nonce, access_token=tokens.access_token
    )
    if (person.iss, person.sub) != (customer.iss, customer.sub):
        raise AnotherPerson("the photos were lent by another account")
    return person


def _give_back(tokens: Tokens) -> None:
    token_endpoint.revoke(tokens.refresh_token or tokens.access_token)
