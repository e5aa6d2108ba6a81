"""An access token for each service, and calls that carry it.

Access tokens live in this process alone. The refresh token is spent by each use
(RFC 9700 §4.14.2): two runs that sent the same one would look like a thief and its
victim, and lose everything. So one run at a time reads it, sends it, and keeps the
next one.
"""

import dataclasses
import time
from collections.abc import Callable, Mapping

from printshop import wire
from printshop.desktop import discovery, tokens
from printshop.desktop.discovery import Server, unreachable
from printshop.desktop.failures import Denied, Failure, SignInFirst
from printshop.desktop.keeping import Keeper, Kept
from printshop.desktop.registration import MEANING
from printshop.desktop.tokens import Refused, Tokens

SECONDS = 120  # for bytes; other calls are quick
EARLY = 20  # seconds before its end a token counts as ended: calls take time
ENDED = (
    "You are no longer signed in: access was taken back, or not used for too long. "
    "Sign in again."
)


class Access:
    """Somebody signed in, for as long as this process runs."""

    def __init__(self, keeper: Keeper) -> None:
        kept = keeper.find()
        if kept is None:
            raise SignInFirst("Nobody is signed in. Sign in first.")
        self.kept: Kept = kept
        self._keeper = keeper
        self._server: Server | None = None
        self._tokens: dict[str, Tokens] = {}

    @property
    def server(self) -> Server:
        """The authorization server, asked once."""
        self._server = self._server or discovery.server(self.kept.issuer)
        return self._server

    def demand(self, scope: str) -> None:
        """Raises Denied if the person did not allow that when they signed in."""
        if scope not in self.kept.scope.split():
            raise Denied(
                f"You did not allow this program to {MEANING[scope]}. Sign in again, "
                "and tick it."
            )

    def token(self, resource: str, *, rejected: str = "") -> str:
        """A token for this service and no other (RFC 8707 §2.2); raises Failure.

        ``rejected`` is one that it did not take: another is fetched.
        """
        held = self._tokens.get(resource)
        is_old = held is None or held.expires_at < time.monotonic() + EARLY
        if held is None or is_old or held.access_token == rejected:
            held = self._tokens[resource] = self._refreshed(resource)
        return held.access_token

    def call(
        self, method: str, resource: str, path: str, *, json: object = None
    ) -> wire.Answer:
        """One call of a service; raises Failure. Judging the status is the caller's."""
        url = f"{resource}{path}"
        return self._with_token(
            resource, lambda token: wire.call(method, url, headers=token, json=json)
        )

    def upload(
        self, resource: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> wire.Answer:
        """The same for bytes, which may take long."""
        return self._with_token(
            resource,
            lambda token: wire.upload(
                "POST", url, headers={**headers, **token}, body=body, seconds=SECONDS
            ),
        )

    def _with_token(
        self, resource: str, send: Callable[[dict[str, str]], wire.Answer]
    ) -> wire.Answer:
        """A 401 means that the token ended early: one more try with another."""
        rejected = ""
        for _ in range(2):
            rejected = self.token(resource, rejected=rejected)
            try:
                answer = send({"Authorization": f"Bearer {rejected}"})  # RFC 6750 §2.1
            except wire.Unreachable as error:
                raise unreachable(resource, error) from error
            if answer.status != 401:  # noqa: PLR2004
                return answer
        raise SignInFirst(ENDED)

    def _refreshed(self, resource: str) -> Tokens:
        server = self.server
        with self._keeper.alone():
            kept = self._keeper.find()  # another run may have been faster
            if kept is None:
                raise SignInFirst(ENDED)
            try:
                given = tokens.refresh(server, kept.refresh_token, resource)
            except Refused as refused:
                raise self._ended(refused) from refused
            if given.refresh_token:
                kept = dataclasses.replace(kept, refresh_token=given.refresh_token)
                self._keeper.rotate(kept)
            self.kept = kept
        return given

    def _ended(self, refused: Refused) -> Failure:
        """What the refusal of a refresh token means; forgets what is over."""
        match refused.error:
            case "invalid_grant":  # RFC 6749 §5.2
                self._keeper.forget()
                return SignInFirst(ENDED)
            case "invalid_target" | "invalid_scope":  # RFC 8707 §2
                return Denied("You did not allow that. Sign in again, and tick it.")
        return Failure(f"The server refused: {refused.error[:100]!r}.")
