"""The messages of albums in the Library API, as Google's discovery document names them.

What only goes out (productUrl, …) is accepted and ignored when it comes in, since
clients send back the album they were given.
"""

from typing import Any

from rest_framework import serializers

from photos_api.access_tokens import AccessToken
from photos_api.base_urls import lend
from photos_api.messages import (
    Double,
    FieldMask,
    Ignored,
    Int32,
    Int64,
    Message,
    Reply,
)
from photos_api.models import Album
from photos_api.pages.addresses import album_url
from photos_api.permissions import LIBRARY_ADD

LONGEST_TITLE = 500  # characters
NO_TITLE = "Give the album a title."
LONGEST_TEXT = 1000  # of an enrichment
LONGEST_ID = 200  # ours have 32
MOST_ITEMS = 50  # per call


class SharedAlbumOptions(Message):
    """What those an album is shared with may do."""

    is_collaborative = serializers.BooleanField(default=False)
    is_commentable = serializers.BooleanField(default=False)


class SharedAlbumOptionsReply(Reply):
    """What those an album is shared with may do."""

    called = "SharedAlbumOptions"

    is_collaborative = serializers.BooleanField()
    is_commentable = serializers.BooleanField()


class ShareInfo(Reply):
    """How an album is shared: here none ever is."""

    shared_album_options = SharedAlbumOptionsReply()
    shareable_url = serializers.CharField()
    share_token = serializers.CharField()
    is_joined = serializers.BooleanField()
    is_owned = serializers.BooleanField()
    is_joinable = serializers.BooleanField()


class AlbumReply(Reply):
    """An album as the app that made it sees it."""

    called = "Album"

    id = serializers.CharField()
    title = serializers.CharField()
    product_url = serializers.SerializerMethodField()
    is_writeable = serializers.SerializerMethodField()
    share_info = ShareInfo(default=None)
    media_items_count = Int64(source="items_count")
    cover_photo_base_url = serializers.SerializerMethodField()
    cover_photo_media_item_id = serializers.CharField(source="shown_cover")

    @staticmethod
    def get_product_url(album: Album, _token: object) -> str:
        """Where its owner sees it."""
        return album_url(album.pk)

    @staticmethod
    def get_is_writeable(_album: Album, token: AccessToken) -> bool:
        """Whether this token lets the app add media items to it."""
        return LIBRARY_ADD in token.scopes

    @staticmethod
    def get_cover_photo_base_url(album: Any, token: AccessToken) -> str | None:
        """The bytes of its cover, if it has one."""
        if not album.shown_cover:
            return None
        return lend("library", album.shown_cover, token.client_id)


class Albums(Reply):
    """A page of albums."""

    called = "ListAlbumsResponse"

    albums = AlbumReply(many=True)
    next_page_token = serializers.CharField()


class ListAlbums(Message):
    """albums.list"""

    page_size = Int32(default=None)
    page_token = serializers.CharField(default="", allow_blank=True, max_length=2000)
    # Reads cover only what the app created anyway: both values mean the same.
    exclude_non_app_created_data = serializers.BooleanField(default=True)


class AlbumMessage(Message):
    """An album as an app wants it; only the title and the cover are read."""

    called = "Album"

    id = Ignored()
    title = serializers.CharField(
        default="", allow_blank=True, max_length=LONGEST_TITLE
    )
    product_url = Ignored()
    is_writeable = Ignored()
    share_info = Ignored()
    media_items_count = Ignored()
    cover_photo_base_url = Ignored()
    cover_photo_media_item_id = serializers.CharField(
        default="", allow_blank=True, max_length=LONGEST_ID
    )


class CreateAlbumRequest(Message):
    """albums.create"""

    album = AlbumMessage()

    def validate_album(self, album: dict[str, Any]) -> dict[str, Any]:
        """Refuse one without a title."""
        if not album["title"]:
            raise serializers.ValidationError({"title": NO_TITLE})
        return album


class UpdateMask(Message):
    """The query of albums.patch"""

    update_mask = FieldMask(max_length=200)


class AlbumPosition(Message):
    """Where in an album: each of the two ids belongs to one of the positions."""

    TYPES = (
        "POSITION_TYPE_UNSPECIFIED",
        "FIRST_IN_ALBUM",
        "LAST_IN_ALBUM",
        "AFTER_MEDIA_ITEM",
        "AFTER_ENRICHMENT_ITEM",
    )

    position = serializers.ChoiceField(choices=TYPES, default=TYPES[0])
    relative_media_item_id = serializers.CharField(
        default="", allow_blank=True, max_length=LONGEST_ID
    )
    relative_enrichment_item_id = serializers.CharField(
        default="", allow_blank=True, max_length=LONGEST_ID
    )


class MediaItemIds(serializers.ListField):
    """The ids of a call: some, but not too many."""

    child = serializers.CharField(max_length=LONGEST_ID)
    default_error_messages = {
        "empty": "Name at least one media item.",
        "max_length": "Name {max_length} media items at most; send more in more calls.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty=False, max_length=MOST_ITEMS, **kwargs)


class BatchAddMediaItemsToAlbumRequest(Message):
    """albums.batchAddMediaItems"""

    media_item_ids = MediaItemIds()


class BatchAddMediaItemsToAlbumResponse(Reply):
    """Nothing more to say."""


class BatchRemoveMediaItemsFromAlbumRequest(Message):
    """albums.batchRemoveMediaItems"""

    media_item_ids = MediaItemIds()


class BatchRemoveMediaItemsFromAlbumResponse(Reply):
    """Nothing more to say."""


class Degrees(Double):
    """An angle, which Python would make of ``true`` too."""

    def to_internal_value(self, data: Any) -> float:
        """A number, also in a string."""
        if isinstance(data, bool):
            self.fail("invalid")
        return float(super().to_internal_value(data))


class LatLng(Message):
    """A place on the globe (WGS 84)."""

    latitude = Degrees(default=0, min_value=-90, max_value=90)
    longitude = Degrees(default=0, min_value=-180, max_value=180)


class Location(Message):
    """A place: by name, on the globe, or both."""

    location_name = serializers.CharField(default="", max_length=LONGEST_TITLE)
    latlng = LatLng(default=None)

    def validate(self, location: dict[str, Any]) -> dict[str, Any]:
        """Refuse a place that is nowhere."""
        if not location["location_name"] and location["latlng"] is None:
            raise serializers.ValidationError("Give a locationName, a latlng or both.")
        return location


class TextEnrichment(Message):
    """A text between photos."""

    text = serializers.CharField(max_length=LONGEST_TEXT)


class LocationEnrichment(Message):
    """A place between photos."""

    location = Location()


class MapEnrichment(Message):
    """A way from one place to another between photos."""

    origin = Location()
    destination = Location()


class NewEnrichmentItem(Message):
    """Exactly one of the three."""

    text_enrichment = TextEnrichment(default=None)
    location_enrichment = LocationEnrichment(default=None)
    map_enrichment = MapEnrichment(default=None)

    def validate(self, item: dict[str, Any]) -> dict[str, Any]:
        """Refuse none and several."""
        if sum(value is not None for value in item.values()) != 1:
            raise serializers.ValidationError(
                "Give one of textEnrichment, locationEnrichment and mapEnrichment."
            )
        return item


class AddEnrichmentToAlbumRequest(Message):
    """albums.addEnrichment"""

    new_enrichment_item = NewEnrichmentItem()
    album_position = AlbumPosition()


class EnrichmentItem(Reply):
    """What an enrichment is known by."""

    id = serializers.CharField()


class AddEnrichmentToAlbumResponse(Reply):
    """The enrichment that was added."""

    enrichment_item = EnrichmentItem()
