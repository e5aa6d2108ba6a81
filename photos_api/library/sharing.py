"""Sharing: what the Library API could do until 2025 and refuses since.

The methods are still described, so that clients written for them hear why, and not
that there is nothing at the address.
"""

from contextlib import suppress

from rest_framework import serializers
from rest_framework.request import Request

from photos_api.library.album_messages import (
    LONGEST_ID,
    AlbumReply,
    ListAlbums,
    SharedAlbumOptions,
    ShareInfo,
)
from photos_api.messages import Message, Reply
from photos_api.methods import Method, MethodView
from photos_api.permissions import LIBRARY_SHARE, HasScope
from photos_api.problems import InsufficientScope, PermissionDenied


class ShareAlbumRequest(Message):
    """albums.share"""

    shared_album_options = SharedAlbumOptions(default=None)


class ShareAlbumResponse(Reply):
    """How the album is shared."""

    share_info = ShareInfo()


class UnshareAlbumRequest(Message):
    """albums.unshare"""


class UnshareAlbumResponse(Reply):
    """Nothing more to say."""


class JoinSharedAlbumRequest(Message):
    """sharedAlbums.join"""

    share_token = serializers.CharField(max_length=LONGEST_ID)


class LeaveSharedAlbumRequest(JoinSharedAlbumRequest):
    """sharedAlbums.leave"""


class LeaveSharedAlbumResponse(Reply):
    """Nothing more to say."""


class JoinSharedAlbumResponse(Reply):
    """The album that was joined."""

    album = AlbumReply()


class SharedAlbums(Reply):
    """A page of shared albums."""

    called = "ListSharedAlbumsResponse"

    shared_albums = AlbumReply(many=True)
    next_page_token = serializers.CharField()


class Ended(HasScope):
    """No, to everybody whose token is good.

    No challenge says which scope is missing, since no token can be had that holds it.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        """Raise the refusal, or that of a token that is no good."""
        with suppress(InsufficientScope):
            super().has_permission(request, view)
        raise PermissionDenied(
            "Sharing albums is no longer possible through this API. Their owner can "
            "pick photos for other apps, and other apps can ask for that by the Picker."
        )


class EndedView(MethodView):
    """Nothing is ever done here; what was, the classes say."""

    permission_classes = [Ended]


class Sharing(EndedView):
    """Shared an album until 2025; refused since."""

    methods = {
        "POST": Method(
            "albums.share",
            scopes=(LIBRARY_SHARE,),
            body=ShareAlbumRequest,
            reply=ShareAlbumResponse,
        )
    }


class Unsharing(EndedView):
    """Ended the sharing of an album until 2025; refused since."""

    methods = {
        "POST": Method(
            "albums.unshare",
            scopes=(LIBRARY_SHARE,),
            body=UnshareAlbumRequest,
            reply=UnshareAlbumResponse,
        )
    }


class SharedAlbumList(EndedView):
    """Listed shared albums until 2025; refused since."""

    methods = {
        "GET": Method(
            "sharedAlbums.list",
            scopes=(LIBRARY_SHARE,),
            query=ListAlbums,
            reply=SharedAlbums,
        )
    }


class SharedAlbumDetail(EndedView):
    """Told about a shared album until 2025; refused since."""

    methods = {
        "GET": Method("sharedAlbums.get", scopes=(LIBRARY_SHARE,), reply=AlbumReply)
    }


class Joining(EndedView):
    """Joined a shared album until 2025; refused since."""

    methods = {
        "POST": Method(
            "sharedAlbums.join",
            scopes=(LIBRARY_SHARE,),
            body=JoinSharedAlbumRequest,
            reply=JoinSharedAlbumResponse,
        )
    }


class Leaving(EndedView):
    """Left a shared album until 2025; refused since."""

    methods = {
        "POST": Method(
            "sharedAlbums.leave",
            scopes=(LIBRARY_SHARE,),
            body=LeaveSharedAlbumRequest,
            reply=LeaveSharedAlbumResponse,
        )
    }
