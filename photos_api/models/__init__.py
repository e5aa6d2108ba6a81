"""What photos_api remembers: people, their photos, and what was done with them."""

from photos_api.models.albums import Album, AlbumItem, Enrichment
from photos_api.models.months import PhotoMonth
from photos_api.models.people import App, Person
from photos_api.models.photos import ContentCategory, Original, Photo
from photos_api.models.picking import Pick, PickingSession
from photos_api.models.readings import Listing, Reading
from photos_api.models.renditions import Rendition
from photos_api.models.sessions import BrowserSession, ReceivedLogout
from photos_api.models.uploads import Upload
from photos_api.models.usage import Usage
from photos_api.models.withdrawals import Withdrawal

__all__ = [
    "Album",
    "AlbumItem",
    "App",
    "BrowserSession",
    "ContentCategory",
    "Enrichment",
    "Listing",
    "Original",
    "Person",
    "Photo",
    "PhotoMonth",
    "Pick",
    "PickingSession",
    "Reading",
    "ReceivedLogout",
    "Rendition",
    "Upload",
    "Usage",
    "Withdrawal",
]
