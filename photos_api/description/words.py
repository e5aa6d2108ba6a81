"""What methods do and what fields and values mean, said once for every document.

A field means the same wherever it occurs, unless there is an entry for one message.
"""

from photos_api.authentication import IN_THE_URL

# Never sent by whom a document tells what can be sent.
UNSAID = {*IN_THE_URL, "callback", "uploadProtocol"}

METHODS = {
    "albums.list": "Lists the albums that this app made, the newest first.",
    "albums.create": "Makes an empty album. Several may have the same title.",
    "albums.get": "Tells about one of the app's albums.",
    "albums.patch": "Changes the title or the cover of one of the app's albums: what "
    "updateMask names, and nothing else.",
    "albums.batchAddMediaItems": "Puts media items of the app at the end of one of its "
    "albums, in the order of the call: all of them, or none if one cannot be used.",
    "albums.batchRemoveMediaItems": "Takes media items out of one of the app's albums: "
    "all of them, or none if one is not in it. They stay in the library.",
    "albums.addEnrichment": "Puts a text, a place or a map between the media items of "
    "one of the app's albums.",
    "albums.share": "Shared an album until 2025. Always refused: PERMISSION_DENIED.",
    "albums.unshare": "Ended sharing until 2025. Always refused: PERMISSION_DENIED.",
    "sharedAlbums.list": "Listed shared albums until 2025. Always refused: "
    "PERMISSION_DENIED.",
    "sharedAlbums.get": "Told about a shared album until 2025. Always refused: "
    "PERMISSION_DENIED.",
    "sharedAlbums.join": "Joined a shared album until 2025. Always refused: "
    "PERMISSION_DENIED.",
    "sharedAlbums.leave": "Left a shared album until 2025. Always refused: "
    "PERMISSION_DENIED.",
    "mediaItems.list": "Lists the media items that this app created, the newest first.",
    "mediaItems.get": "Tells about one media item that this app created.",
    "mediaItems.batchGet": "Tells about several media items. There is one result for "
    "each id, in the order of the call: the media item, or why it is not there.",
    "mediaItems.batchCreate": "Makes media items of uploads. There is one result for "
    "each, in the order of the call; one that fails does the others no harm.",
    "mediaItems.patch": "Changes the description of a media item of this app.",
    "mediaItems.search": "Lists the media items of an album in its order, or those "
    "that fit every filter, the newest first.",
    "sessions.create": "Opens a session. Send the person to its pickerUri, where they "
    "choose what this app may see.",
    "sessions.get": "Tells how far the person is. Ask again as pollingConfig says.",
    "sessions.delete": "Forgets a session and what was picked in it. The photos stay.",
    "picker.mediaItems.list": "Lists what was picked in a session, in the order of "
    "picking. Refused with FAILED_PRECONDITION until the person is done.",
    "uploads": "Takes the bytes of a photo or video: in one request, or in pieces "
    "(resumable). Answers with an upload token, as plain text, for "
    "mediaItems.batchCreate.",
    "bytes": "Sends the bytes behind a base URL. Append =w2048-h1024 for a picture "
    "that fits into that box, -c to fill it, =d for the original photo without its "
    "place, =dv for a video.",
}

MEANING = {
    # Path and query.
    "sessionId": "The session's id.",
    "mediaItemId": "The media item's id.",
    "mediaItemIds": "Ids of media items: 50 at most, each once.",
    "updateMask": "Which fields to change, with commas between their names.",
    "requestId": "A UUID of version 4. Two calls with the same one open one session.",
    "uploadId": "The id of a resumable upload that was started before.",
    "address": "The rest of a base URL, with what was appended to it.",
    "pageSize": "How many to list at most. 0 stands for the default; more than there "
    "may be are as many as there may be.",
    "pageToken": "The nextPageToken of the page before, with the same other "
    "parameters as there.",
    "nextPageToken": "Ask for the next page with it. Not there on the last page.",
    "excludeNonAppCreatedData": "Makes no difference: apps see only what they created.",
    # Media items.
    "id": "What it is known by, for as long as it exists.",
    "mediaItem": "The media item.",
    "mediaItems": "The media items.",
    "description": "What it shows, in up to 999 characters.",
    "productUrl": "Where its owner sees it in the browser.",
    "baseUrl": "Where its bytes are for the next 60 minutes. Append what is wanted: "
    "=w800-h600, =d for the original.",
    "mimeType": "The type of the file, such as image/jpeg.",
    "filename": "What the file is called.",
    "mediaMetadata": "When it was taken, how large it is, and with what camera.",
    "contributorInfo": "Who added it to a shared album. Never there: none is shared.",
    "displayName": "What the person is called.",
    "profilePictureBaseUrl": "Where a picture of the person is.",
    "creationTime": "When it was taken by the camera's clock, or else added.",
    "width": "Pixels from left to right, held upright.",
    "height": "Pixels from top to bottom, held upright.",
    "photo": "What only photos have.",
    "video": "What only videos have.",
    "thumbhash": "A tiny picture to show while the real one loads, in base64. An "
    "extra of this API.",
    "dominantColor": "A colour to show while the picture loads. An extra of this API.",
    "cameraMake": "Who made the camera.",
    "cameraModel": "Which camera it was.",
    "focalLength": "The focal length in millimetres.",
    "apertureFNumber": "The f-number of the aperture.",
    "isoEquivalent": "The sensitivity, as ISO has it.",
    "exposureTime": "How long the shutter was open.",
    "fps": "Frames in a second.",
    "Video.status": "How far the video is. Here it is ready at once.",
    "processingStatus": "How far the video is. Here it is ready at once.",
    "mediaItemResults": "A result for each id, in the order of the call.",
    "newMediaItemResults": "A result for each of them, in the order of the call.",
    # Making media items.
    "newMediaItems": "What to make: 50 at most.",
    "simpleMediaItem": "The upload it is made of.",
    "uploadToken": "What the upload was answered with. It is good for a day.",
    "fileName": "What to call the file, in up to 255 characters.",
    "status": "How it went.",
    "code": "The number of the error in google.rpc.Code. Not there on success.",
    "message": "A sentence for developers.",
    "details": "More for programs, each with its @type.",
    # Albums.
    "album": "The album.",
    "albums": "The albums.",
    "albumId": "The album's id.",
    "title": "What the album is called, in up to 500 characters.",
    "isWriteable": "Whether this token may put media items in.",
    "shareInfo": "How it is shared. Never there: none is.",
    "mediaItemsCount": "How many media items lie in it.",
    "coverPhotoBaseUrl": "Where the bytes of its cover are for the next 60 minutes.",
    "coverPhotoMediaItemId": "The media item on its cover; one that lies in it.",
    "newEnrichmentItem": "What to put in.",
    "enrichmentItem": "What was put in.",
    "albumPosition": "Where in the album; at the end if not said.",
    "position": "Where, by its kind.",
    "relativeMediaItemId": "The media item before it, for AFTER_MEDIA_ITEM.",
    "relativeEnrichmentItemId": "The enrichment before it, for AFTER_ENRICHMENT_ITEM.",
    "textEnrichment": "A text.",
    "text": "The text, in up to 1000 characters.",
    "locationEnrichment": "A place.",
    "location": "The place.",
    "mapEnrichment": "A way from one place to another.",
    "origin": "Where the way begins.",
    "destination": "Where it ends.",
    "locationName": "What the place is called.",
    "latlng": "Where on the globe it is.",
    "latitude": "Degrees north, from -90 to 90.",
    "longitude": "Degrees east, from -180 to 180.",
    # Sharing, which is over.
    "sharedAlbumOptions": "What those it is shared with may do.",
    "sharedAlbums": "The shared albums.",
    "isCollaborative": "Whether they may add to it.",
    "isCommentable": "Whether they may comment on it.",
    "shareableUrl": "A link that opens it.",
    "shareToken": "What a shared album is joined with.",
    "isJoined": "Whether the person has joined it.",
    "isOwned": "Whether the person owns it.",
    "isJoinable": "Whether it can be joined.",
    # Searching.
    "filters": "What a media item must fit. Not together with albumId.",
    "orderBy": "MediaMetadata.creation_time for the oldest first, with desc after it "
    "for the newest first. Only with a dateFilter.",
    "dateFilter": "When it was taken.",
    "dates": "Days, months or years: 5 at most.",
    "ranges": "Ranges of dates: 5 at most.",
    "startDate": "The first date.",
    "endDate": "The last date, in the same format; it is inside.",
    "year": "From 1 to 9999; 0 for every year.",
    "month": "From 1 to 12; 0 for a whole year.",
    "day": "From 1 to 31; 0 for a whole month.",
    "contentFilter": "What it shows.",
    "includedContentCategories": "It shows one of these: 10 at most.",
    "excludedContentCategories": "It shows none of these: 10 at most.",
    "mediaTypeFilter": "Photos, videos or both.",
    "mediaTypes": "Exactly one.",
    "featureFilter": "How its owner marked it.",
    "includedFeatures": "It has one of these marks.",
    "includeArchivedMedia": "Whether those in the archive are found too.",
    # Picking.
    "pickerUri": "Where the person picks. Append /autoclose to have the page close "
    "itself. It cannot be framed, and is dead once they are done.",
    "pollingConfig": "How to wait for the person. Not there once they are done.",
    "pollInterval": "How long to wait before asking again.",
    "timeoutIn": "For how long it makes sense to ask. 0 stands for stop.",
    "expireTime": "When the session ends.",
    "pickingConfig": "What the app wishes for; it cannot be changed later.",
    "maxItemCount": "How many may be picked: 2000 at most, which is the default.",
    "mediaItemsSet": "Whether the person is done.",
    "createTime": "When it was taken.",
    "type": "Photo or video.",
    "mediaFile": "The file.",
    "mediaFileMetadata": "How large it is, and with what camera it was taken.",
    "photoMetadata": "What only photos have.",
    "videoMetadata": "What only videos have.",
}

VALUES = {
    "POSITION_TYPE_UNSPECIFIED": "Not said.",
    "FIRST_IN_ALBUM": "Before everything.",
    "LAST_IN_ALBUM": "After everything.",
    "AFTER_MEDIA_ITEM": "Right after a media item.",
    "AFTER_ENRICHMENT_ITEM": "Right after an enrichment.",
    "UNSPECIFIED": "Not said.",
    "TYPE_UNSPECIFIED": "Not said.",
    "PROCESSING": "Not yet.",
    "READY": "It can be used.",
    "FAILED": "It cannot be used.",
    "ALL_MEDIA": "Photos and videos.",
    "PHOTO": "Photos.",
    "VIDEO": "Videos.",
    "NONE": "Says nothing.",
    "FAVORITES": "The owner's favourites.",
}


def of_value(value: str) -> str:
    """What it stands for; a category of content speaks for itself."""
    return VALUES.get(value) or f"{value.capitalize()}."
