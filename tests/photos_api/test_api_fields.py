"""`fields` and its neighbours: the parameters that every method of Google's takes."""

import pytest
from photo_cast import App, Library, refused, told

from photos_api.models import Original

pytestmark = pytest.mark.django_db
ITEMS, ALBUMS = "/library/v1/mediaItems", "/library/v1/albums"
SEARCH = f"{ITEMS}:search"


def shape(message: object) -> object:
    """What is there, without what it says."""
    if isinstance(message, dict):
        return {name: shape(value) for name, value in message.items()}
    return [shape(value) for value in message] if isinstance(message, list) else ...


PHOTO = {"cameraMake": ..., "cameraModel": ..., "exposureTime": ...}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("mediaItems(id)", {"mediaItems": [{"id": ...}] * 2}),
        ("mediaItems/id", {"mediaItems": [{"id": ...}] * 2}),
        ("mediaItems.id", {"mediaItems": [{"id": ...}] * 2}),
        ("media_items(mime_type)", {"mediaItems": [{"mimeType": ...}] * 2}),
        ("nextPageToken", {"nextPageToken": ...}),
        (
            "nextPageToken,mediaItems(id,mediaMetadata(width,height,photo,video))",
            {
                "mediaItems": [
                    {
                        "id": ...,
                        "mediaMetadata": {"width": ..., "height": ..., "photo": PHOTO},
                    }
                ]
                * 2,
                "nextPageToken": ...,
            },
        ),
        (
            "mediaItems(mediaMetadata/photo/cameraMake,id),nextPageToken",
            {
                "mediaItems": [
                    {"id": ..., "mediaMetadata": {"photo": {"cameraMake": ...}}}
                ]
                * 2,
                "nextPageToken": ...,
            },
        ),
        (
            "mediaItems(mediaMetadata(photo)),mediaItems(mediaMetadata/width)",
            {"mediaItems": [{"mediaMetadata": {"width": ..., "photo": PHOTO}}] * 2},
        ),
        (
            "mediaItems/mediaMetadata/photo(cameraMake),mediaItems/mediaMetadata/photo",
            {"mediaItems": [{"mediaMetadata": {"photo": PHOTO}}] * 2},
        ),
        (
            "mediaItems/*/photo",
            {"mediaItems": [{"mediaMetadata": {"photo": PHOTO}}] * 2},
        ),
        (
            "mediaItems(*/*/cameraMake)",
            {"mediaItems": [{"mediaMetadata": {"photo": {"cameraMake": ...}}}] * 2},
        ),
        (
            "mediaItems(mediaMetadata(video))",
            {"mediaItems": [{"mediaMetadata": {}}] * 2},
        ),
        ("mediaItems/contributorInfo", {"mediaItems": [{}, {}]}),
    ],
)
def test_fields_choose_what_is_told(
    shop: App, library: Library, fields: str, expected: dict[str, object]
) -> None:
    library.photo(by="printshop")
    library.photo(by="printshop")
    library.photo(by="printshop")
    Original.objects.update(thumbhash="", dominant_color="")
    page = told(shop.get(ITEMS, fields=fields, pageSize=2))
    assert shape(page) == expected
    search = told(shop.post(f"{SEARCH}?fields={fields}", {"pageSize": 2}))
    assert shape(search) == expected


@pytest.mark.parametrize(
    "fields", ["*", "mediaItems", "mediaItems(*)", "mediaItems/*", ""]
)
def test_everything_is_told_to_whoever_wants_everything(
    shop: App, library: Library, fields: str
) -> None:
    library.photo(by="printshop")
    assert told(shop.get(ITEMS, fields=fields)) == told(shop.get(ITEMS))


def test_fields_work_on_every_method(shop: App, library: Library) -> None:
    photo = library.photo(by="printshop")
    album = library.album("A", [photo])
    batch = told(
        shop.get(
            f"{ITEMS}:batchGet",
            mediaItemIds=photo.pk,
            fields="mediaItemResults(mediaItem/id)",
        )
    )
    assert told(shop.get(f"{ITEMS}/{photo.pk}", fields="id")) == {"id": photo.pk}
    assert told(shop.get(f"{ALBUMS}/{album.pk}", fields="title")) == {"title": "A"}
    assert batch == {"mediaItemResults": [{"mediaItem": {"id": photo.pk}}]}
    session = told(shop.post("/picker/v1/sessions?fields=id,mediaItemsSet", {}))
    assert set(session) == {"id", "mediaItemsSet"}


def test_a_refusal_is_told_whole(shop: App) -> None:
    response = shop.get(f"{ITEMS}/unknown", fields="id")
    assert "Media item not found" in refused(response, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "fields",
    [
        "nothing",
        "mediaItems(nothing)",
        "mediaItems/mediaMetadata/photo/nothing",
        "nextPageToken/nothing",
        "mediaItems(id/*)",
        "*/nothing",
        "mediaItems(*/nothing)",
        "id",
        ",",
        "mediaItems,",
        ",mediaItems",
        "mediaItems(",
        "mediaItems()",
        "mediaItems(id",
        "mediaItems(id))",
        ")",
        "(id)",
        "mediaItems(id)nextPageToken",
        "mediaItems(id)/id",
        "mediaItems//id",
        ",".join([".".join("a" * 1900)] * 2),
        "mediaItems/",
        "mediaItems (id)",
        "mediaItems;id",
        "é",
        "\0",
        "mediaItems" + "(mediaMetadata" * 2000,
        "x" * 5000,
    ],
)
def test_fields_that_make_no_sense_are_refused_by_name(
    shop: App, library: Library, fields: str
) -> None:
    library.photo(by="printshop")
    for response in (
        shop.get(ITEMS, fields=fields),
        shop.client.post(
            SEARCH,
            "{}",
            content_type="application/json",
            query_params={"fields": fields},
        ),
    ):
        refused(response, 400, "INVALID_ARGUMENT")
        (detail,) = told(response)["error"].get("details", [{"fieldViolations": []}])
        named = [violation["field"] for violation in detail["fieldViolations"]]
        assert named == ["fields"] or len(fields) > 8000


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("alt", "json", True),
        ("alt", "media", False),
        ("alt", "proto", False),
        ("alt", "", False),
        ("prettyPrint", "true", True),
        ("prettyPrint", "false", True),
        ("prettyPrint", "perhaps", False),
        ("$.xgafv", "2", True),
        ("$.xgafv", "3", False),
        ("key", "AIza", True),
        ("quotaUser", "somebody", True),
        ("callback", "alert", True),
        ("uploadType", "media", True),
        ("upload_protocol", "raw", True),
    ],
)
def test_a_standard_parameter_is_taken_unless_it_asks_for_what_we_cannot(
    shop: App, library: Library, name: str, value: str, allowed: bool
) -> None:
    library.photo(by="printshop")
    response = shop.get(ITEMS, **{name: value})
    if not allowed:
        assert refused(response, 400, "INVALID_ARGUMENT").startswith(f"{name}: ")
        return
    assert response["Content-Type"] == "application/json"
    assert len(told(response)["mediaItems"]) == 1
