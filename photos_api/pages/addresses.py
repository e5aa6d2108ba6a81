"""Where the owner finds things: absolute addresses of our own pages."""

from django.conf import settings


def photo_url(photo_id: str) -> str:
    """The page of one photo."""
    return f"{settings.URL}/photos/{photo_id}/"


def album_url(album_id: str) -> str:
    """The page of one album."""
    return f"{settings.URL}/albums/{album_id}/"


def picker_url(session_id: str) -> str:
    """The picker; a client may append /autoclose, so there is no slash at the end."""
    return f"{settings.URL}/pick/{session_id}"
