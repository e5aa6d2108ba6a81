"""Signing out: here always, then at the provider. OIDC RP-Initiated Logout §2."""

import secrets

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from printshop.authorization import with_query
from printshop.failures import ProviderUnavailable
from printshop.provider import provider
from printshop.sealing import Unreadable, unseal


def sign_out(request: HttpRequest) -> str:
    """End the session; returns where to send the browser to end the provider's too.

    The session here is over even when the provider does not answer.
    """
    id_token_hint = _id_token(request)
    auth.logout(request)
    try:
        endpoint = provider().end_session_endpoint
    except ProviderUnavailable:
        endpoint = ""
    if not endpoint:
        return reverse("signed_out")

    state = secrets.token_urlsafe(32)
    request.session["sign_out_state"] = state
    query = {
        "client_id": settings.CLIENT_ID,
        "post_logout_redirect_uri": settings.URL + reverse("signed_out"),
        "state": state,
    }
    if id_token_hint:
        query["id_token_hint"] = id_token_hint
    return with_query(endpoint, query)


def came_back(request: HttpRequest) -> bool:
    """Is this the provider's answer to our own question, the first time?"""
    state = request.session.pop("sign_out_state", "")
    return bool(state) and constant_time_compare(request.GET.get("state", ""), state)


def _id_token(request: HttpRequest) -> str:
    try:
        return unseal(request.session.get("id_token", ""))
    except Unreadable:
        return ""
