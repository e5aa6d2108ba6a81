"""Where in an album: AlbumPosition, as the Library API has it."""

from typing import Any

from photos_api.albums import END, Place
from photos_api.problems import InvalidArgument


def place(position: dict[str, Any], client_id: str) -> Place:
    """Raise InvalidArgument for a position that is none.

    Does not look whether what it names is in the album: that is for who locked it.
    """
    match position["position"]:
        case "FIRST_IN_ALBUM":
            return Place(first=True)
        case "LAST_IN_ALBUM":
            return END
        case "AFTER_MEDIA_ITEM":
            photo_id = position["relative_media_item_id"]
            return Place(after_photo=photo_id, seen_by=client_id)
        case "AFTER_ENRICHMENT_ITEM":
            return Place(after_enrichment=position["relative_enrichment_item_id"])
    raise InvalidArgument(
        "albumPosition.position: Say where in the album.",
        fields={"albumPosition.position": "Say where in the album."},
    )
