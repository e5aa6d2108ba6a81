"""Refusals, by the names of the registries.

Exception
 ├── Shown            before the redirect URI is trusted: a page, never a redirect
 └── OAuthError       afterwards: sent to the client under its registered name
      ├── InvalidRequest  InvalidScope  InvalidTarget  UnauthorizedClient
      │   UnsupportedResponseType  RequestNotSupported  RequestUriNotSupported …
      ├── LoginRequired  ConsentRequired  UnmetAuthenticationRequirements
      └── InvalidClient  InvalidToken  InsufficientScope
"""

import logging

from authserver.models import Client

log = logging.getLogger("authserver.refusals")


class Shown(Exception):
    """Told to the person at the browser; the sentence is safe to show."""


class OAuthError(Exception):
    """Told to the client; the sentence becomes ``error_description``."""

    error = "invalid_request"  # RFC 6749 §4.1.2.1, RFC 6749 §5.2
    status = 400


class InvalidRequest(OAuthError):
    """Something is missing, repeated or malformed."""


class UnauthorizedClient(OAuthError):
    """This client may not do this."""

    error = "unauthorized_client"


class UnsupportedResponseType(OAuthError):
    """Only ``code`` is (RFC 9700 §2.1.2)."""

    error = "unsupported_response_type"


class UnsupportedGrantType(OAuthError):
    """Not one of ours (RFC 6749 §5.2)."""

    error = "unsupported_grant_type"


class InvalidScope(OAuthError):
    """Unknown, or not registered for this client."""

    error = "invalid_scope"


class InvalidTarget(OAuthError):
    """No such resource server (RFC 8707 §2)."""

    error = "invalid_target"


class LoginRequired(OAuthError):
    """``prompt=none``, but a sign-in is owed (OIDC Core §3.1.2.6)."""

    error = "login_required"


class ConsentRequired(OAuthError):
    """``prompt=none``, but a decision is owed (OIDC Core §3.1.2.6)."""

    error = "consent_required"


class UnmetAuthenticationRequirements(OAuthError):
    """An essential ``acr`` that nobody can reach here (OIDC Core §5.5.1.1)."""

    error = "unmet_authentication_requirements"


class RequestNotSupported(OAuthError):
    """Request objects are refused, never ignored (OIDC Core §6)."""

    error = "request_not_supported"


class RequestUriNotSupported(OAuthError):
    """Nothing is fetched from where a request points (OIDC Core §6)."""

    error = "request_uri_not_supported"


class RegistrationNotSupported(OAuthError):
    """Clients are registered beforehand (OIDC Core §7.2.1)."""

    error = "registration_not_supported"


class InvalidClient(OAuthError):
    """Who is asking could not be established (RFC 6749 §5.2)."""

    error = "invalid_client"
    status = 401


class InvalidToken(OAuthError):
    """RFC 6750 §3.1."""

    error = "invalid_token"
    status = 401


class InsufficientScope(OAuthError):
    """RFC 6750 §3.1."""

    error = "insufficient_scope"
    status = 403


def refused(error: str, reason: object, *, client: Client | None = None) -> None:
    """Write a refusal to the log. ``reason`` must hold no token, code or secret."""
    name = client.client_id if client else "-"
    log.info("%s: %.300s (client %.100r)", error, reason, name)
