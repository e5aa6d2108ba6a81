"""How a page shows who somebody is: a picture of theirs, or letters drawn here."""

import zlib
from typing import Any

from django import template
from django.conf import settings

from authserver.models import Client, ClientLogo, User

register = template.Library()
HUES = 8  # classes hue-0 … hue-7 of authserver.css


@register.inclusion_tag("_tile.html")
def tile(client: Client, size: str = "") -> dict[str, Any]:
    """A client's logo, or its monogram."""
    logos = ClientLogo.objects.filter(client=client)
    digest = logos.values_list("digest", flat=True).first()
    return {
        "client_id": client.client_id,
        "digest": digest,
        "size": size,
        "letters": monogram(client.name or client.client_id),
        "hue": zlib.crc32(client.client_id.encode()) % HUES,
    }


@register.inclusion_tag("_avatar.html")
def avatar(user: User, size: str = "") -> dict[str, Any]:
    """A person's picture if it is kept here, or their monogram."""
    own = user.picture.startswith(f"{settings.URL}/pictures/")
    return {
        "picture": user.picture.removeprefix(settings.URL) if own else "",
        "size": size,
        "letters": monogram(user.get_full_name()),
    }


def monogram(name: str) -> str:
    """The first letters of its first two words."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or name[:1].upper()
