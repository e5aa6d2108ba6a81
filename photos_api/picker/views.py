"""The Picker API: the owner chooses, the app reads exactly what was chosen."""

from rest_framework.response import Response

from photos_api import paging
from photos_api.authentication import PhotosRequest
from photos_api.methods import Method, MethodView
from photos_api.models import Person, PickingSession
from photos_api.models.picking import (
    MOST_ITEMS,
    MOST_SESSIONS,
    PickingSessionQuerySet,
)
from photos_api.models.rows import picks, rows
from photos_api.permissions import PICKER
from photos_api.picker.serializers import (
    CreateSession,
    CreateSessionQuery,
    Empty,
    ListPicked,
    PickedMediaItems,
    PickingSessionReply,
)
from photos_api.problems import (
    FailedPrecondition,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
)


class SessionList(MethodView):
    """Where they begin."""

    methods = {
        "POST": Method(
            "sessions.create",
            scopes=(PICKER,),
            query=CreateSessionQuery,
            body=CreateSession,
            reply=PickingSessionReply,
        )
    }

    def post(self, request: PhotosRequest) -> Response:
        """Open a session for the owner to pick in."""
        PickingSession.objects.forget_expired()
        request_id = request.parameters["request_id"]
        open_ = _theirs(request).current()
        before = open_.filter(request_id=request_id).first() if request_id else None
        return Response(PickingSessionReply.told(before or _begin(request, open_)))


def _begin(request: PhotosRequest, open_: PickingSessionQuerySet) -> PickingSession:
    """Another session; raises ResourceExhausted if there are too many open ones."""
    if open_.count() >= MOST_SESSIONS:
        raise ResourceExhausted(
            f"There are {MOST_SESSIONS} sessions for this person already. Delete a "
            "session when you have read what was picked in it.",
            headers={"Retry-After": "30"},
        )
    config = request.message.get("picking_config", {})
    return PickingSession.begin(
        # Somebody we never met has lent this app their photos: now we meet them.
        Person.objects.met(iss=request.auth.iss, sub=request.auth.sub),
        request.auth.client_id,
        config.get("max_item_count", MOST_ITEMS),
        request.parameters["request_id"],
    )


class SessionDetail(MethodView):
    """One of them."""

    methods = {
        "GET": Method("sessions.get", scopes=(PICKER,), reply=PickingSessionReply),
        "DELETE": Method("sessions.delete", scopes=(PICKER,), reply=Empty),
    }

    def get(self, request: PhotosRequest, session_id: str) -> Response:
        """How far the owner is."""
        return Response(PickingSessionReply.told(_session(request, session_id)))

    def delete(self, request: PhotosRequest, session_id: str) -> Response:
        """Forget the session and what was picked in it; the photos stay."""
        deleted, _ = _theirs(request).filter(pk=_plain(session_id)).delete()
        if not deleted:
            raise NotFound("Session not found.")
        return Response({})


class PickedList(MethodView):
    """What came of one."""

    methods = {
        "GET": Method(
            "mediaItems.list",
            scopes=(PICKER,),
            query=ListPicked,
            reply=PickedMediaItems,
        )
    }

    def get(self, request: PhotosRequest) -> Response:
        """What was picked, in the order of picking."""
        query = request.parameters
        session = _session(request, query["session_id"])
        if not session.finished_at:
            raise FailedPrecondition("The user has not finished picking media items.")
        page = paging.by_position(
            picks().filter(session=session, photo__deleted_at=None),
            query=f"session {session.pk}",
            token=query["page_token"],
            size=paging.page_size(query["page_size"], default=50, most=100),
        )
        told = {
            "media_items": rows(page.items, skip=1),
            "next_page_token": page.next_token,
        }
        return Response(PickedMediaItems.told(told, request.auth))


def _session(request: PhotosRequest, session_id: str) -> PickingSession:
    """The session, if it is this person's at this app; anybody else's is not found."""
    session = _theirs(request).filter(pk=_plain(session_id)).first()
    if session is None:
        raise NotFound("Session not found.")
    if session.expired:
        raise PermissionDenied("The session has expired. Create a new one.")
    return session


def _theirs(request: PhotosRequest) -> PickingSessionQuerySet:
    token = request.auth
    return PickingSession.objects.of(
        iss=token.iss, sub=token.sub, client_id=token.client_id
    )


def _plain(session_id: str) -> str:
    """The id, or what no id can be: some databases choke on a NUL."""
    return session_id if session_id.isascii() and session_id.isprintable() else ""
