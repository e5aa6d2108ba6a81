"""./manage.py authserver register_client"""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from authserver import registration
from authserver.models import Client
from authserver.models.clients import both_response_modes

AuthMethod = Client.AuthMethod
GRANT_TYPES = ("authorization_code", "refresh_token", registration.DEVICE_CODE)


class Command(BaseCommand):
    """Register a client."""

    help = (
        "Register a client and print, as JSON, what to configure in it. The secret is "
        "shown this once; only its hash is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Names as in RFC 7591 §2, where it has them."""
        several: Any = {"nargs": "+", "action": "extend", "default": []}
        parser.add_argument("name", help="what people read on the consent page")
        parser.add_argument("--redirect-uri", metavar="URI", **several)
        parser.add_argument("--id", help="the client_id (default: random)")
        parser.add_argument(
            "--type",
            choices=Client.Type.values,
            default=Client.Type.WEB,
            help="what it is; only a web server can keep a secret (default: web)",
        )
        parser.add_argument(
            "--scope",
            metavar="SCOPE",
            help=f"what it may ask for (default: {registration.DEFAULT_SCOPE})",
            **several,
        )
        parser.add_argument("--required-scope", metavar="SCOPE", **several)
        parser.add_argument(
            "--auth-method",
            choices=AuthMethod.values,
            action="append",
            default=[],
            help="how it authenticates (repeatable; default: basic and post for a web "
            "server, none for the others)",
        )
        parser.add_argument(
            "--grant-type",
            choices=GRANT_TYPES,
            action="append",
            default=[],
            help="how it may get tokens (repeatable; default: what its type has; a "
            "native app may have the device code as well)",
        )
        parser.add_argument(
            "--no-rotation",
            action="store_true",
            help="keep the same refresh token; for clients that keep a secret only",
        )
        parser.add_argument("--post-logout-uri", metavar="URI", **several)
        parser.add_argument(
            "--backchannel-logout-uri",
            metavar="URI",
            default="",
            help="is told when a session ends; https, no fragment",
        )
        parser.add_argument(
            "--allowed-origin",
            metavar="ORIGIN",
            help="from which a browser app's scripts may call this server, such as "
            "https://app.example",
            **several,
        )
        parser.add_argument(
            "--id-token-alg",
            choices=Client.Algorithm.values,
            default=Client.Algorithm.RS256,
            help="how its ID and logout tokens are signed (default: RS256)",
        )
        parser.add_argument(
            "--response-mode",
            choices=both_response_modes(),
            action="append",
            help="how answers may travel (repeatable; default: each way there is)",
        )
        parser.add_argument(
            "--no-pkce",
            action="store_true",
            help="accept requests without PKCE; for clients that keep a secret only",
        )

    def handle(self, **options: Any) -> None:
        """Check, store, print."""
        client = _client(options)
        secret = "" if client.is_public else registration.new_secret()
        client.client_secret = ""
        if secret:
            registration.set_secret(client, secret)
        try:
            client.full_clean()
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from None
        client.save()
        self.stdout.write(json.dumps(_to_configure(client, secret), indent=2))


def _client(options: dict[str, Any]) -> Client:
    chosen = {"client_id": options["id"]} if options["id"] else {}
    client = Client(
        **chosen,
        name=options["name"],
        application_type=options["type"],
        redirect_uris=" ".join(options["redirect_uri"]),
        post_logout_redirect_uris=" ".join(options["post_logout_uri"]),
        backchannel_logout_uri=options["backchannel_logout_uri"],
        allowed_origins=" ".join(options["allowed_origin"]),
        id_token_signed_response_alg=options["id_token_alg"],
        response_modes=options["response_mode"] or both_response_modes(),
        scope=" ".join(options["scope"]),
        required_scope=" ".join(options["required_scope"]),
        pkce_required=not options["no_pkce"],
        rotate_refresh_tokens=not options["no_rotation"],
    )
    registration.shape(client, options["auth_method"], options["grant_type"])
    if list(client.token_endpoint_auth_methods) == [AuthMethod.NONE]:
        client.client_type = Client.CLIENT_PUBLIC
    return client


def _to_configure(client: Client, secret: str) -> dict[str, Any]:
    """The words of RFC 7591 §3.2.1."""
    told = {
        "client_id": client.client_id,
        "client_secret": secret,
        "client_name": client.name,
        "application_type": client.application_type,
        "redirect_uris": client.redirect_uris.split(),
        "post_logout_redirect_uris": client.post_logout_redirect_uris.split(),
        "grant_types": client.grant_types,
        "token_endpoint_auth_methods": client.token_endpoint_auth_methods,
        "scope": client.scope,
        "id_token_signed_response_alg": client.id_token_signed_response_alg,
        "response_modes": client.response_modes,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "allowed_origins": client.allowed_origins.split(),
        "code_challenge_method": "S256",
        "issuer": settings.URL,
    }
    return {name: value for name, value in told.items() if value}
