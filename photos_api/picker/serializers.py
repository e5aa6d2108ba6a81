"""The Picker API's messages."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from photos_api.base_urls import BaseURL
from photos_api.library.serializers import PhotoMetadata as LibraryPhotoMetadata
from photos_api.messages import Int64, Message, Reply, Timestamp
from photos_api.models import Photo, PickingSession
from photos_api.models.picking import MOST_ITEMS
from photos_api.pages.addresses import picker_url

RANDOM = 4  # the version of a UUID that is nothing but random bits
POLL_INTERVAL = timedelta(seconds=5)


class PickingConfig(Reply):
    """What the app wished for."""

    max_item_count = Int64()


class PickingSessionReply(Reply):
    """A session as the app that opened it sees it."""

    id = serializers.CharField()
    picker_uri = serializers.SerializerMethodField()
    polling_config = serializers.SerializerMethodField()
    expire_time = Timestamp()
    picking_config = PickingConfig(source="*")
    media_items_set = serializers.SerializerMethodField()

    def get_picker_uri(self, session: PickingSession) -> str:
        """Where its owner picks."""
        return picker_url(session.pk)

    def get_polling_config(self, session: PickingSession) -> dict[str, str] | None:
        """How to wait; nothing when there is nothing to wait for."""
        if session.finished_at:
            return None
        return {
            "pollInterval": f"{POLL_INTERVAL.seconds}s",
            "timeoutIn": f"{int(session.polling_left.total_seconds())}s",
        }

    def get_media_items_set(self, session: PickingSession) -> bool:
        """Is the owner done?"""
        return session.finished_at is not None


class PhotoMetadata(LibraryPhotoMetadata):
    """How it was taken; the camera stands one level higher here."""

    camera_make = None  # type: ignore[assignment] # DRF's way to drop a field
    camera_model = None  # type: ignore[assignment] # DRF's way to drop a field


class MediaFileMetadata(Reply):
    """Size and camera; numbers are numbers here, unlike in the Library."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    camera_make = serializers.CharField()
    camera_model = serializers.CharField()
    photo_metadata = PhotoMetadata(source="*")


class MediaFile(Reply):
    """The file behind a picked item."""

    base_url = serializers.SerializerMethodField()
    mime_type = serializers.CharField(source="original.mime_type")
    filename = serializers.CharField()
    media_file_metadata = MediaFileMetadata(source="original")

    def get_base_url(self, photo: Photo) -> str:
        """Where its bytes are for the next hour."""
        return str(BaseURL("picker", photo.pk, self.context["client_id"]))


class PickedMediaItem(Reply):
    """A photo as the app it was picked for sees it: no description, album or place."""

    id = serializers.CharField()
    create_time = Timestamp(source="creation_time")
    type = serializers.ReadOnlyField(default="PHOTO")
    media_file = MediaFile(source="*")


class PickedMediaItems(Reply):
    """A page of them."""

    media_items = PickedMediaItem(many=True)
    next_page_token = serializers.CharField()


class WantedConfig(Message):
    """pickingConfig of sessions.create"""

    max_item_count = Int64(default=0)

    def validate_max_item_count(self, value: int) -> int:
        """Unset is the most there may be, and so is more than that."""
        if value < 0:
            raise serializers.ValidationError("Must not be negative.")
        return min(value or MOST_ITEMS, MOST_ITEMS)


class CreateSession(Message):
    """The body of sessions.create: of a PickingSession only the wish is read."""

    picking_config = WantedConfig(required=False)
    id = serializers.CharField(required=False, allow_blank=True)
    picker_uri = serializers.CharField(required=False, allow_blank=True)
    expire_time = serializers.CharField(required=False, allow_blank=True)
    media_items_set = serializers.BooleanField(required=False)
    polling_config = serializers.JSONField(required=False)


class CreateSessionQuery(Message):
    """The query of sessions.create."""

    request_id = serializers.UUIDField(default=None)

    def validate_request_id(self, value: Any) -> Any:
        """Only random ones, so that two devices never mean the same."""
        if value is not None and value.version != RANDOM:
            raise serializers.ValidationError("Must be a UUID of version 4.")
        return value


class ListPicked(Message):
    """mediaItems.list"""

    session_id = serializers.CharField(max_length=200)
    page_size = Int64(default=None)
    page_token = serializers.CharField(default="", allow_blank=True, max_length=2000)
