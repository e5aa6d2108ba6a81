"""The device authorization endpoint: RFC 8628 §3.1."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from authserver import device, places, throttle
from authserver.authorization_checks import resource_asked, scopes_asked
from authserver.client_authentication import Credentials, authenticate
from authserver.endpoints.token import error
from authserver.errors import OAuthError, UnauthorizedClient, refused
from authserver.forms import posted
from authserver.models import DeviceGrant
from authserver.registration import DEVICE_CODE


@csrf_exempt  # called by devices, not browsers: no cookie is read here
@require_POST
@throttle.of_secrets
def device_authorization(request: HttpRequest) -> HttpResponse:
    """A code for the device to ask with, and one for a person to type in."""
    try:
        return JsonResponse(_answer(_begin(request)))
    except OAuthError as problem:
        refused(problem.error, problem)
        response = error(problem.error, str(problem), problem.status)
        if isinstance(problem, device.TooManyDevices):
            response["Retry-After"] = "60"
        return response


def _begin(request: HttpRequest) -> device.Codes:
    """Client, its grant types, scope, resource: in this order; raises OAuthError."""
    form = posted(request)
    header = request.headers.get("Authorization", "")
    client = authenticate(
        Credentials.parse(
            header, form.get("client_id", ""), form.get("client_secret", "")
        )
    )
    if DEVICE_CODE not in client.grant_types:
        raise UnauthorizedClient("This client may not use device codes.")
    spelling = scopes_asked(form.get("scope", ""), client)
    resource = resource_asked(form.getlist("resource"), set(spelling))
    return device.begin(client, spelling, resource, places.of(request))


def _answer(codes: device.Codes) -> dict[str, str | int]:
    """RFC 8628 §3.2."""
    page = f"{settings.URL}{reverse('device')}"
    query = urlencode({"user_code": codes.user_code})
    return {
        "device_code": codes.device_code,
        "user_code": codes.user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{query}",  # RFC 8628 §3.3.1
        "expires_in": DeviceGrant.LIFETIME // timedelta(seconds=1),
        "interval": DeviceGrant.INTERVAL,
    }
