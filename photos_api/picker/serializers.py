"""The Picker API's messages."""

from typing import Any, Literal

from rest_framework import serializers

from photos_api.access_tokens import AccessToken
from photos_api.base_urls import lend
from photos_api.messages import (
    Double,
    Duration,
    Ignored,
    Int32,
    Int64,
    Message,
    Reply,
    Timestamp,
)
from photos_api.models import PickingSession
from photos_api.models.picking import MOST_ITEMS
from photos_api.models.rows import PhotoRow
from photos_api.pages.addresses import picker_url

RANDOM = 4  # the version of a UUID that is nothing but random bits


class PollingConfig(Reply):
    """How to wait for the owner."""

    poll_interval = Duration(source="POLL_INTERVAL")
    timeout_in = Duration(source="polling_left")


class PickingConfig(Reply):
    """What the app wished for."""

    max_item_count = Int64()


class PickingSessionReply(Reply):
    """A session as the app that opened it sees it."""

    called = "PickingSession"

    id = serializers.CharField()
    picker_uri = serializers.SerializerMethodField()
    polling_config = PollingConfig(source="unfinished")
    expire_time = Timestamp()
    picking_config = PickingConfig(source="*")
    media_items_set = serializers.SerializerMethodField()

    @staticmethod
    def get_picker_uri(session: PickingSession, _token: object) -> str:
        """Where its owner picks."""
        return picker_url(session.pk)

    @staticmethod
    def get_media_items_set(session: PickingSession, _token: object) -> bool:
        """Is the owner done?"""
        return session.finished_at is not None


class PhotoMetadata(Reply):
    """How a photo was taken."""

    focal_length = serializers.FloatField()
    aperture_f_number = serializers.FloatField(source="aperture")
    iso_equivalent = serializers.IntegerField(source="iso")
    exposure_time = Duration()


class VideoMetadata(Reply):
    """How a video was taken; we change nothing about it, so it is always ready."""

    fps = Double()
    processing_status = serializers.ChoiceField(
        choices=("UNSPECIFIED", "PROCESSING", "READY", "FAILED"), default="READY"
    )


class MediaFileMetadata(Reply):
    """Size and camera; numbers are numbers here, unlike in the Library."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    camera_make = serializers.CharField()
    camera_model = serializers.CharField()
    photo_metadata = PhotoMetadata(source="still")
    video_metadata = VideoMetadata(source="film")


class MediaFile(Reply):
    """The file behind a picked item."""

    base_url = serializers.SerializerMethodField()
    mime_type = serializers.CharField(source="original.mime_type")
    filename = serializers.CharField()
    media_file_metadata = MediaFileMetadata(source="original")
    # Not Google's: what to show while the picture loads.
    thumbhash = serializers.CharField(source="original.thumbhash")
    dominant_color = serializers.CharField(source="original.dominant_color")

    @staticmethod
    def get_base_url(photo: PhotoRow, token: AccessToken) -> str:
        """Where its bytes are for the next hour."""
        return lend("picker", photo.id, token.client_id)


class PickedMediaItem(Reply):
    """A photo as the app it was picked for sees it: no description, album or place."""

    id = serializers.CharField()
    create_time = Timestamp(source="creation_time")
    type = serializers.SerializerMethodField()
    media_file = MediaFile(source="*")

    @staticmethod
    def get_type(
        photo: PhotoRow, _token: object
    ) -> Literal["TYPE_UNSPECIFIED", "PHOTO", "VIDEO"]:
        """`PHOTO` or `VIDEO`."""
        return "VIDEO" if photo.original.film else "PHOTO"


class PickedMediaItems(Reply):
    """A page of them."""

    called = "ListMediaItemsResponse"

    media_items = PickedMediaItem(many=True)
    next_page_token = serializers.CharField()


class Empty(Reply):
    """Nothing more to say."""


class WantedConfig(Message):
    """pickingConfig of sessions.create"""

    called = "PickingConfig"

    max_item_count = Int64(default=0)

    def validate_max_item_count(self, value: int) -> int:
        """Unset is the most there may be, and so is more than that."""
        if value < 0:
            raise serializers.ValidationError("Must not be negative.")
        return min(value or MOST_ITEMS, MOST_ITEMS)


class CreateSession(Message):
    """The body of sessions.create: of a PickingSession only the wish is read."""

    called = "PickingSession"

    picking_config = WantedConfig(required=False)
    id = Ignored()
    picker_uri = Ignored()
    expire_time = Ignored()
    media_items_set = Ignored()
    polling_config = Ignored()


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
    page_size = Int32(default=None)
    page_token = serializers.CharField(default="", allow_blank=True, max_length=2000)
