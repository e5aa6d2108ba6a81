"""Base URLs of the Library open by themselves: what ends them before their hour.

Only introspection tells that access was taken away, and only of a token that somebody
sends. So when a token of ours turns out to be dead before its time, its app's Library
URLs of that person's photos are closed, until a later token of the app is alive.
"""

import time
from datetime import UTC, datetime

from photos_api.access_tokens import AccessToken
from photos_api.models import Person, Withdrawal
from photos_api.problems import InvalidToken, Unavailable


def learn(text: str, answer: AccessToken | InvalidToken) -> None:
    """Take in what the authorization server just said about a token."""
    if isinstance(answer, AccessToken):
        issued_at = datetime.fromtimestamp(answer.iat, UTC)
        Withdrawal.objects.of(
            iss=answer.iss, sub=answer.sub, client_id=answer.client_id
        ).filter(issued_at__lte=issued_at).delete()
        return
    try:  # the refusal says nothing about whose it was, but a token of ours does
        token = AccessToken.verify(text)
    except (InvalidToken, Unavailable):
        return
    if token.exp <= time.time():  # within the leeway, but nobody took it away
        return
    if owner := Person.objects.filter(iss=token.iss, sub=token.sub).first():
        Withdrawal.objects.note(
            owner, token.client_id, datetime.fromtimestamp(token.iat, UTC)
        )
