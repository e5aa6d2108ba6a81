"""The Library API's messages, as Google's discovery document names them."""

from typing import Any

from rest_framework import serializers

from photos_api.base_urls import BaseURL
from photos_api.messages import Int64, Message, Reply, Timestamp
from photos_api.models import Photo
from photos_api.pages.addresses import photo_url


class PhotoMetadata(Reply):
    """How the photo was taken; `original` is the file it speaks of."""

    camera_make = serializers.CharField()
    camera_model = serializers.CharField()
    focal_length = serializers.FloatField()
    aperture_f_number = serializers.FloatField(source="aperture")
    iso_equivalent = serializers.IntegerField(source="iso")
    exposure_time = serializers.SerializerMethodField()

    def get_exposure_time(self, original: Any) -> str | None:
        """Seconds, the way protobuf writes a Duration."""
        return duration(original.exposure_time)


def duration(seconds: float | None) -> str | None:
    """`0.008s`, or nothing."""
    return None if seconds is None else f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"


class MediaMetadata(Reply):
    """When it was taken, how large it is, and with what camera."""

    creation_time = Timestamp()
    width = Int64(source="original.width")
    height = Int64(source="original.height")
    photo = PhotoMetadata(source="original")


class MediaItem(Reply):
    """A photo as the app that created it sees it."""

    id = serializers.CharField()
    description = serializers.CharField()
    product_url = serializers.SerializerMethodField()
    base_url = serializers.SerializerMethodField()
    mime_type = serializers.CharField(source="original.mime_type")
    media_metadata = MediaMetadata(source="*")
    filename = serializers.CharField()

    def get_product_url(self, photo: Photo) -> str:
        """Where its owner sees it."""
        return photo_url(photo.pk)

    def get_base_url(self, photo: Photo) -> str:
        """Where its bytes are for the next hour."""
        return str(BaseURL("library", photo.pk, self.context["client_id"]))


class MediaItems(Reply):
    """A page of media items."""

    media_items = MediaItem(many=True)
    next_page_token = serializers.CharField()


class ListMediaItems(Message):
    """mediaItems.list"""

    page_size = Int64(default=None)
    page_token = serializers.CharField(default="", allow_blank=True, max_length=2000)


class SearchMediaItems(ListMediaItems):
    """mediaItems.search"""

    album_id = serializers.CharField(default="", allow_blank=True, max_length=200)
    filters = serializers.JSONField(default=None)
    order_by = serializers.CharField(default="", allow_blank=True, max_length=200)
