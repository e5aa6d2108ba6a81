"""Rows for the benchmark, made with authserver's own models; prints what opens them.

python -m bench.prepare_authserver COUNT ALGORITHM, with authserver's settings.
"""

import json
import secrets
import sys
import uuid
from datetime import timedelta

import django

django.setup()

from django.test import Client as Browser  # noqa: E402  # the settings come first
from django.utils import timezone  # noqa: E402

from authserver.models import (  # noqa: E402
    AccessToken,
    Authorization,
    AuthorizationCode,
    Client,
    RefreshToken,
    Session,
    User,
)
from authserver.models.grants import fingerprint  # noqa: E402
from authserver.pkce import challenge_of  # noqa: E402
from bench.parties import REDIRECT_URI, SCOPE, VERIFIER, Prepared  # noqa: E402

PEOPLE = 100
AUDIENCE = ["https://photos.bench", "https://auth.bench"]


def prepare(count: int, algorithm: str) -> Prepared:
    """So many of each; an hour from now they are worthless."""
    Client.objects.update(id_token_signed_response_alg=algorithm)
    people = [_person(n) for n in range(PEOPLE)]
    origins = [people[n % PEOPLE] for n in range(count)]
    codes, refresh_tokens, access_tokens = (
        [secrets.token_urlsafe(32) for _ in origins] for _ in range(3)
    )
    for made, model, make in (
        (codes, AuthorizationCode, _code),
        (refresh_tokens, RefreshToken, _refresh_token),
        (access_tokens, AccessToken, _access_token),
    ):
        rows = [make(text, one) for text, one in zip(made, origins, strict=True)]
        model.objects.bulk_create(rows, batch_size=1000)
    cookies = [_cookie(one.user) for one in people[:8]]
    return Prepared(codes, refresh_tokens, access_tokens, cookies)


def _person(number: int) -> Authorization:
    """Somebody who is signed in and has allowed the client everything."""
    user = User.objects.create(username=f"person-{uuid.uuid4().hex[:8]}-{number}")
    client = Client.objects.get(client_id="bench")
    return Authorization.objects.create(user=user, client=client, scope=SCOPE)


def _cookie(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return "; ".join(f"{name}={m.value}" for name, m in browser.cookies.items())


def _origin(authorization: Authorization) -> dict[str, object]:
    now = timezone.now()
    session, _ = Session.objects.get_or_create(
        user=authorization.user, defaults={"expires_at": now + Session.LIFETIME}
    )
    return {
        "user": authorization.user,
        "application": authorization.client,
        "authorization": authorization,
        "session": session,
        "auth_time": session.auth_time,
        "acr": session.acr,
        "offline": True,
        "scope": SCOPE,
        "resource": AUDIENCE,
    }


def _asked() -> dict[str, object]:
    spelling = {scope: scope for scope in SCOPE.split()}
    return {"requested_scope": SCOPE, "scope_spelling": spelling}


def _code(code: str, authorization: Authorization) -> AuthorizationCode:
    return AuthorizationCode(
        code=fingerprint(code),
        expires=timezone.now() + timedelta(hours=1),
        redirect_uri=REDIRECT_URI,
        code_challenge=challenge_of(VERIFIER),
        code_challenge_method="S256",
        nonce="n" * 22,
        **_asked(),
        **_origin(authorization),
    )


def _refresh_token(token: str, authorization: Authorization) -> RefreshToken:
    now = timezone.now()
    return RefreshToken(
        token_checksum=fingerprint(token),
        token_family=uuid.uuid4(),
        expires_at=now + RefreshToken.IDLE,
        family_expires_at=now + RefreshToken.ABSOLUTE,
        **_asked(),
        **_origin(authorization),
    )


def _access_token(token: str, authorization: Authorization) -> AccessToken:
    return AccessToken(
        token_checksum=fingerprint(token),
        expires=timezone.now() + timedelta(hours=1),
        family=uuid.uuid4(),
        jti=uuid.uuid4(),
        **_origin(authorization),
    )


if __name__ == "__main__":
    json.dump(vars(prepare(int(sys.argv[1]), sys.argv[2])), sys.stdout)
