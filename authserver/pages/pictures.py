"""Logos and people's pictures, under addresses that never change their meaning."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from authserver.models import ClientLogo, UserPicture
from authserver.pictures import served


@require_safe
def logo(request: HttpRequest, client_id: str, digest: str) -> HttpResponse:
    """A client's logo, as the consent page shows it."""
    known = {"client__client_id": client_id.replace("\0", ""), "digest": digest}
    return served(get_object_or_404(ClientLogo, **known).png)


@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """A person's picture: what the claim ``picture`` points at (OIDC Core §5.1)."""
    if found := UserPicture.objects.filter(digest=digest).first():
        return served(found.png)
    raise Http404
