"""What django-oauth-toolkit and oauthlib ask, answered: each method one rule.

In the order of a token request. Methods that refuse return False and so commit what
must survive the refusal (a burnt code, a dead family); a raise would roll it back.
"""

from typing import Any

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import InvalidRequestError

from authserver import ahead, families, issuing, redemption, scopes, tokens
from authserver.client_authentication import Credentials, authenticate
from authserver.errors import InvalidClient, InvalidRequest, refused
from authserver.models import (
    AuthorizationCode,
    Client,
    Event,
    RefreshToken,
)
from authserver.models.grants import fingerprint
from authserver.prepared import PARAMETER, One
from authserver.spending import New, store
from authserver.tokens import TokenRequest

CODE = One(lambda: redemption.locked(AuthorizationCode.objects.filter(code=PARAMETER)))
REFRESH_TOKEN = One(
    lambda: redemption.locked(RefreshToken.objects.filter(token_checksum=PARAMETER))
)


class AnswerAgain(Exception):
    """A refresh repeated within the window: the very answer it got before."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__("refresh repeated")
        self.answer = answer


class Validator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """Our rules at oauthlib's hooks."""

    # The client.

    def client_authentication_required(self, request: TokenRequest, *_: Any) -> bool:
        """Always: ``authenticate_client`` knows public ones too (RFC 6749 §3.2.1)."""
        return True

    def authenticate_client(self, request: TokenRequest, *_: Any) -> bool:
        """By a method the client registered, one at a time (RFC 6749 §2.3)."""
        try:
            credentials = Credentials.parse(
                request.headers.get("Authorization") or "",
                request.client_id or "",
                request.client_secret or "",
            )
            known = ahead.client(request, credentials.client_id)
            request.client = authenticate(credentials, known)
        except InvalidRequest as problem:
            raise InvalidRequestError(str(problem), request=request) from None
        except InvalidClient as problem:
            ahead.insist_on_lock(request)
            refused("invalid_client", problem)
            return False
        request.client_id = request.client.client_id
        return True

    def validate_grant_type(
        self,
        client_id: str,
        grant_type: str,
        client: Client,
        request: TokenRequest,
        *_: Any,
    ) -> bool:
        """Only the client's own grants (RFC 6749 §5.2)."""
        return grant_type in client.grant_types

    # The authorization code.

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: TokenRequest, *_: Any
    ) -> None:
        """Store a new code as its fingerprint; ``request.issued`` holds the rest."""
        row = New(
            AuthorizationCode,
            code=fingerprint(code["code"]),
            application=request.client,
            user=request.user,
            expires=timezone.now() + AuthorizationCode.LIFETIME,
            **request.issued,
        )
        store(row)

    def validate_code(
        self, client_id: str, code: str, client: Client, request: TokenRequest, *_: Any
    ) -> bool:
        """The code, read ahead or with its row locked (RFC 6749 §4.1.3).

        In this order: client, expiry, redirect URI, verifier, then use; the last so
        that only a proven holder can trip the reuse alarm.
        """
        grant = request.source or CODE.get(fingerprint(code))
        if grant is None or grant.application_id != client.pk:
            return redemption.refuse(request, "no such code for this client")
        if grant.redeemed_at is None and (grant.is_expired() or grant.burnt_at):
            return redemption.refuse(request, "the code is over", grant.user)
        if not redemption.proves(request, grant):
            ahead.insist_on_lock(request)
            AuthorizationCode.objects.burn(grant.pk)  # RFC 7636 §4.6 (we allow one try)
            reason = "redirect_uri or code_verifier does not match"
            return redemption.refuse(request, reason, grant.user)
        if grant.redeemed_at is not None:  # RFC 6749 §4.1.2, RFC 6749 §10.5
            ahead.insist_on_lock(request)
            families.kill(grant.family)
            return redemption.alarm(request, Event.Kind.CODE_REPLAYED, grant.user)
        return redemption.accept(request, grant)

    def get_code_challenge(self, code: str, request: TokenRequest) -> str | None:
        """For oauthlib's own comparison, after ours (RFC 7636 §4.6)."""
        return str(_code(request).code_challenge) or None

    def get_code_challenge_method(self, code: str, request: TokenRequest) -> str:
        """The only one there is (RFC 9700 §2.1.1: we require S256)."""
        return "S256"

    def is_pkce_required(self, client_id: str, request: TokenRequest) -> bool:
        """Unless the client has an exception of its own (RFC 9700 §2.1.1)."""
        return request.client.is_public or request.client.pkce_required

    def get_default_redirect_uri(
        self, client_id: str, request: TokenRequest, *_: Any
    ) -> str:
        """None: every authorization request names one, so this must too."""
        return ""

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Client, *_: Any
    ) -> bool:
        """Compared already, with the row that ``validate_code`` locked."""
        return True

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: TokenRequest
    ) -> str | None:
        """OIDC Core §2: passed through unmodified."""
        return request.issue.nonce or None

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: TokenRequest, *_: Any
    ) -> None:
        """Spent already, in the statement that stored its tokens."""

    # The refresh token.

    def validate_refresh_token(
        self, refresh_token: str, client: Client, request: TokenRequest, *_: Any
    ) -> bool:
        """The refresh token, as with a code (RFC 6749 §6, RFC 9700 §4.14.2).

        Raises AnswerAgain for a repetition within the window.
        """
        token = request.source or REFRESH_TOKEN.get(fingerprint(refresh_token))
        if token is None or token.application_id != client.pk or token.revoked:
            return redemption.refuse(request, "no such refresh token for this client")
        if token.used_at is not None:
            ahead.insist_on_lock(request)
            if redemption.was_just_used(token):
                if answer := redemption.answer_again(token, refresh_token):
                    raise AnswerAgain(answer)
                return redemption.refuse(request, "the family is dead", token.user)
            families.kill(token.token_family)
            return redemption.alarm(request, Event.Kind.TOKEN_REPLAYED, token.user)
        if min(token.expires_at, token.family_expires_at) <= timezone.now():
            return redemption.refuse(request, "the token has expired", token.user)
        request.refresh_token = refresh_token
        return redemption.accept(request, token)

    def get_original_scopes(
        self, refresh_token: str, request: TokenRequest, *_: Any
    ) -> list[str]:
        """All that was granted, whatever an earlier refresh narrowed (RFC 6749 §6)."""
        return request.issue.scope.split()

    def is_within_original_scope(
        self,
        request_scopes: list[str],
        refresh_token: str,
        request: TokenRequest,
        *_: Any,
    ) -> bool:
        """A client that repeats its first request after a partial grant is narrowed to
        what was granted; one that asks for more is refused (RFC 6749 §6).
        """
        issue = request.issue
        asked = scopes.short_names(request_scopes)
        granted = [scope for scope in asked if scope in issue.scope.split()]
        if not granted or not set(asked) <= set(issue.requested_scope.split()):
            return False
        request.scopes = granted
        issue.spelling = issue.spelling | asked
        return True

    def rotate_refresh_token(self, request: TokenRequest) -> bool:
        """Always for public clients, by default for all (RFC 9700 §4.14.2)."""
        return request.client.is_public or request.client.rotate_refresh_tokens

    # The answer.

    def save_bearer_token(
        self, token: dict[str, Any], request: TokenRequest, *_: Any, **__: Any
    ) -> None:
        """Store what is being issued, as fingerprints (RFC 6749 §10.3)."""
        issue = request.issue
        token["scope"] = " ".join(issue.spelling.get(s, s) for s in request.scopes)
        if "refresh_token" not in request.client.grant_types:
            token.pop("refresh_token", None)
        issuing.save(token, request, rotate=self.rotate_refresh_token(request))

    def finalize_id_token(
        self,
        id_token: dict[str, Any],
        token: Any,
        token_handler: Any,
        request: TokenRequest,
    ) -> str:
        """Signed with the active key; no row is kept (OIDC Core §2)."""
        return tokens.id_token(id_token, request)

    # The token, presented.

    def validate_bearer_token(
        self, token: str, scopes: list[str], request: TokenRequest
    ) -> bool:
        """A live access token of ours, of a person who is still welcome."""
        found = tokens.presented(token) if token else None
        if found is None or not found.allow_scopes(scopes):
            self._set_oauth2_error_on_request(request, found, scopes)
            return False
        request.client, request.user = found.application, found.user
        request.scopes, request.access_token = found.scope.split(), found
        return True

    def validate_jwt_bearer_token(
        self, token: str, scopes: list[str], request: TokenRequest
    ) -> bool:
        """An ID token opens nothing: only access tokens do (RFC 8725 §3.12)."""
        return self.validate_bearer_token(token, scopes, request)

    validate_id_token = validate_jwt_bearer_token

    def revoke_token(
        self, token: str, token_type_hint: str, request: TokenRequest, *_: Any
    ) -> None:
        """RFC 7009 §2.1: the client's own only; its whole family goes."""
        checksum = fingerprint(token)
        found = REFRESH_TOKEN.get(checksum) or tokens.PRESENTED.get(checksum)
        if found is None or found.application_id != request.client.pk:
            return
        if isinstance(found, RefreshToken):
            families.give_up(found)
        else:
            families.kill(found.family)
        redemption.record(request, Event.Kind.TOKEN_REVOKED, found.user)


def _code(request: TokenRequest) -> AuthorizationCode:
    """The code that ``validate_code`` accepted."""
    code = request.issue.code
    assert code is not None  # noqa: S101  # these hooks belong to the code grant
    return code
