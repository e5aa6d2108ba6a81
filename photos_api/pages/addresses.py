"""Where the owner finds things: addresses of our own pages."""

from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2000  # characters
URL = settings.URL  # to ask the settings takes longer than all the rest


def own_path(wanted: str) -> str:
    """``wanted`` if it is a path of this site, else ``/`` (RFC 9700 §4.11.1)."""
    own = wanted.startswith("/") and len(wanted) <= LONGEST and wanted.isprintable()
    if own and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "/"


def photo_url(photo_id: str) -> str:
    """The page of one photo."""
    return f"{URL}/photos/{photo_id}/"


def album_url(album_id: str) -> str:
    """The page of one album."""
    return f"{URL}/albums/{album_id}/"


def picker_url(session_id: str) -> str:
    """The picker; a client may append /autoclose, so there is no slash at the end."""
    return f"{URL}/pick/{session_id}"
