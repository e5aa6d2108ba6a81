"""What photos_api remembers: people, their photos, and what they picked for whom."""

from photos_api.models.people import App, Person
from photos_api.models.photos import Album, AlbumItem, Original, Photo
from photos_api.models.picking import Pick, PickingSession
from photos_api.models.sessions import BrowserSession, ReceivedLogout

__all__ = [
    "Album",
    "AlbumItem",
    "App",
    "BrowserSession",
    "Original",
    "Person",
    "Photo",
    "Pick",
    "PickingSession",
    "ReceivedLogout",
]
