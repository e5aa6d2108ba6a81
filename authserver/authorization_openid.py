"""OpenID Connect's parameters of an authorization request: OIDC Core §3.1.2.1.

``acr_values`` and ``ui_locales`` are wishes: whatever they say, the answer is the one
``acr`` and the one language there are. ``display`` needs no answer of its own, for our
pages fit every screen.
"""

import re
from typing import Any

from django.http import QueryDict

from authserver import hints
from authserver.authorization_claims import ClaimsParameter, those_who_will_do
from authserver.errors import InvalidRequest, LoginRequired
from authserver.models import Client

PROMPTS = ("none", "login", "consent", "select_account")
DISPLAYS = ("page", "popup", "touch", "wap")
UI_LOCALES = ("en",)
MAX_NONCE, MAX_LOGIN_HINT = 255, 150
MAX_AGE = re.compile(r"[0-9]{1,9}")


def parse(asked: QueryDict, client: Client, is_openid: bool) -> dict[str, Any]:
    """Fields of an AuthorizationRequest; raises OAuthError.

    Without the scope ``openid`` there is no ID token and no UserInfo: claims are
    asked for in vain.
    """
    if asked.get("display", DISPLAYS[0]) not in DISPLAYS:
        raise InvalidRequest(f"display must be one of {', '.join(DISPLAYS)}.")
    single = ClaimsParameter({})
    if is_openid and (wanted := asked.get("claims")):
        single = ClaimsParameter.parse(wanted, client)
    return {
        "prompt": _prompt(asked),
        "max_age": _max_age(asked),
        "nonce": _nonce(asked),
        "login_hint": asked.get("login_hint", "")[:MAX_LOGIN_HINT],
        "only_sub": _only_sub(asked, client, single),
        "claims": single.requested,
        "essential": single.essential,
        "include_granted_scopes": asked.get("include_granted_scopes") == "true",
    }


def _prompt(asked: QueryDict) -> tuple[str, ...]:
    prompt = tuple(asked.get("prompt", "").split())
    if not set(prompt) <= set(PROMPTS) or ("none" in prompt and len(prompt) > 1):
        raise InvalidRequest("prompt must be none alone, or any of the others.")
    return prompt


def _max_age(asked: QueryDict) -> int | None:
    max_age = asked.get("max_age", "")
    if max_age and not MAX_AGE.fullmatch(max_age):
        raise InvalidRequest("max_age must be a number of seconds.")
    return int(max_age) if max_age else None


def _nonce(asked: QueryDict) -> str:
    nonce = asked.get("nonce", "")
    if len(nonce) > MAX_NONCE:
        raise InvalidRequest("nonce is too long.")
    return nonce


def _only_sub(
    asked: QueryDict, client: Client, single: ClaimsParameter
) -> tuple[str, ...]:
    """Who will do, if ``id_token_hint`` or a claim ``sub`` names somebody."""
    named = list(single.only_sub)
    if hint := asked.get("id_token_hint"):
        named.append(frozenset({hints.read(hint, client).sub}))
    found = those_who_will_do(named)
    if found == ():
        raise LoginRequired("The request names people who cannot be the same.")
    return found or ()
