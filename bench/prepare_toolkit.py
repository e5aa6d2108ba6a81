"""Rows for the benchmark, made with django-oauth-toolkit's models.

python -m bench.prepare_toolkit COUNT, with bench.toolkit_settings.
"""

import json
import secrets
import sys
from datetime import timedelta

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402  # the settings come first
from django.test import Client as Browser  # noqa: E402
from django.utils import timezone  # noqa: E402
from oauth2_provider.models import (  # noqa: E402
    AccessToken,
    Application,
    Grant,
    RefreshToken,
)

from bench.parties import (  # noqa: E402
    CHALLENGE,
    REDIRECT_URI,
    SCOPE,
    SECRET,
    Prepared,
)


def prepare(count: int) -> Prepared:
    """So many of each; an hour from now they are worthless."""
    application = Application.objects.create(
        client_id="bench",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=REDIRECT_URI,
        algorithm=Application.RS256_ALGORITHM,
        name="Bench",
    )
    people = [User.objects.create(username=f"person-{n}") for n in range(100)]
    later = timezone.now() + timedelta(hours=1)
    given = {"application": application, "scope": SCOPE, "expires": later}
    codes, refresh_tokens, access_tokens = (
        [secrets.token_urlsafe(32) for _ in range(count)] for _ in range(3)
    )
    Grant.objects.bulk_create(
        Grant(
            code=code,
            user=people[n % 100],
            redirect_uri=REDIRECT_URI,
            code_challenge=CHALLENGE,
            code_challenge_method="S256",
            nonce="n" * 22,
            **given,
        )
        for n, code in enumerate(codes)
    )
    made = AccessToken.objects.bulk_create(
        AccessToken(token=token, user=people[n % 100], **given)
        for n, token in enumerate(access_tokens)
    )
    RefreshToken.objects.bulk_create(
        RefreshToken(
            token=token, access_token=of, user=of.user, application=application
        )
        for token, of in zip(refresh_tokens, made, strict=True)
    )
    cookies = [_cookie(user) for user in people[:8]]
    return Prepared(codes, refresh_tokens, access_tokens, cookies)


def _cookie(user: User) -> str:
    browser = Browser()
    browser.force_login(user)  # type: ignore[arg-type]  # this model, in its settings
    return "; ".join(f"{name}={m.value}" for name, m in browser.cookies.items())


if __name__ == "__main__":
    json.dump(vars(prepare(int(sys.argv[1]))), sys.stdout)
