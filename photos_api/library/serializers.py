"""The Library API's media items, as Google's discovery document names them."""

from rest_framework import serializers

from photos_api.access_tokens import AccessToken
from photos_api.base_urls import lend
from photos_api.library.album_messages import MOST_ITEMS
from photos_api.library.statuses import Status
from photos_api.messages import (
    Double,
    Duration,
    FieldMask,
    Ignored,
    Int32,
    Int64,
    Message,
    Reply,
    Timestamp,
)
from photos_api.models import Photo
from photos_api.models.rows import PhotoRow
from photos_api.pages.addresses import photo_url

LONGEST_DESCRIPTION = 999  # characters: "shorter than 1000"


class PhotoMetadata(Reply):
    """How the photo was taken; `original` is the file it speaks of."""

    called = "Photo"

    camera_make = serializers.CharField()
    camera_model = serializers.CharField()
    focal_length = serializers.FloatField()
    aperture_f_number = serializers.FloatField(source="aperture")
    iso_equivalent = serializers.IntegerField(source="iso")
    exposure_time = Duration()


class VideoMetadata(Reply):
    """How the video was taken; we change nothing about it, so it is always ready."""

    called = "Video"

    camera_make = serializers.CharField()
    camera_model = serializers.CharField()
    fps = Double()
    status = serializers.ChoiceField(
        choices=("UNSPECIFIED", "PROCESSING", "READY", "FAILED"),
        source="processing_status",
        default="READY",
    )


class MediaMetadata(Reply):
    """When it was taken, how large it is, and with what camera."""

    creation_time = Timestamp()
    width = Int64(source="original.width")
    height = Int64(source="original.height")
    photo = PhotoMetadata(source="original.still")
    video = VideoMetadata(source="original.film")
    # What Google has not: something to show while the picture loads.
    thumbhash = serializers.CharField(source="original.thumbhash")
    dominant_color = serializers.CharField(source="original.dominant_color")


class ContributorInfo(Reply):
    """Who added it to a shared album; here none is shared."""

    display_name = serializers.CharField()
    profile_picture_base_url = serializers.CharField()


class MediaItem(Reply):
    """A photo or a video as the app that created it sees it."""

    id = serializers.CharField()
    description = serializers.CharField()
    product_url = serializers.SerializerMethodField()
    base_url = serializers.SerializerMethodField()
    mime_type = serializers.CharField(source="original.mime_type")
    media_metadata = MediaMetadata(source="*")
    contributor_info = ContributorInfo(default=None)
    filename = serializers.CharField()
    # Not Google's: what to show while the picture loads.
    thumbhash = serializers.CharField(source="original.thumbhash")
    dominant_color = serializers.CharField(source="original.dominant_color")

    @staticmethod
    def get_product_url(photo: Photo | PhotoRow, _token: object) -> str:
        """Where its owner sees it."""
        return photo_url(photo.id)

    @staticmethod
    def get_base_url(photo: Photo | PhotoRow, token: AccessToken) -> str:
        """Where its bytes are for the next hour."""
        return lend("library", photo.id, token.client_id)


class ListMediaItemsResponse(Reply):
    """A page of media items."""

    media_items = MediaItem(many=True)
    next_page_token = serializers.CharField()


class SearchMediaItemsResponse(ListMediaItemsResponse):
    """A page of those that were searched for."""


class MediaItemResult(Reply):
    """A media item, or why it is not there."""

    media_item = MediaItem(default=None)
    status = Status(default=None)


class BatchGetMediaItemsResponse(Reply):
    """A result for each id, in the order of the call."""

    media_item_results = MediaItemResult(many=True)


class ListMediaItems(Message):
    """The query of mediaItems.list"""

    page_size = Int32(default=None)
    page_token = serializers.CharField(default="", allow_blank=True, max_length=2000)


class BatchGetMediaItems(Message):
    """The query of mediaItems.batchGet"""

    media_item_ids = serializers.ListField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        allow_empty=False,
        max_length=MOST_ITEMS,
        error_messages={
            "required": "Name at least one media item.",
            "max_length": "Name {max_length} media items at most; ask more often.",
        },
    )


class PatchMediaItem(Message):
    """The query of mediaItems.patch"""

    update_mask = FieldMask(
        max_length=200, error_messages={"required": "The only one is description."}
    )


class MediaItemMessage(Message):
    """A media item as an app wants it; only the description is read.

    What only goes out is accepted and ignored, since clients send back the item they
    were given.
    """

    called = "MediaItem"

    id = serializers.CharField(default="", allow_blank=True)
    description = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=LONGEST_DESCRIPTION,
        trim_whitespace=False,
    )
    product_url = Ignored()
    base_url = Ignored()
    mime_type = Ignored()
    media_metadata = Ignored()
    contributor_info = Ignored()
    filename = Ignored()
