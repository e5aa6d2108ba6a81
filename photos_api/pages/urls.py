"""The pages: for owners, with a browser and a session."""

from django.urls import path, register_converter

from photos_api.pages import (
    albums,
    deletion,
    finding,
    gallery,
    photo,
    picker,
    pictures,
    reference,
    seen_by,
    sessions,
    sign_in,
    sign_out,
    upload,
)


class IdConverter:
    """Only what an id of ours may look like; anything else is not found."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(IdConverter, "id")

urlpatterns = [
    path("", gallery.gallery, name="gallery"),
    path("months/", gallery.bucket, name="bucket"),
    path("favorites/", gallery.favorites, name="favorites"),
    path("archive/", gallery.archive, name="archive"),
    path("photos/found/", finding.found, name="found"),
    path("photos/found/months/", finding.found_months, name="found_months"),
    path("photos/mark/", photo.mark, name="mark"),
    path("photos/discard/", deletion.discard, name="discard"),
    path("photos/<id:photo_id>/", photo.photo, name="photo"),
    path("photos/<id:photo_id>/describe/", photo.describe, name="describe"),
    path("photos/<id:photo_id>/picture/<int:side>/", pictures.picture, name="picture"),
    path("photos/<id:photo_id>/original/", pictures.original, name="original"),
    path("upload/", upload.upload, name="upload"),
    path("upload/begin/", upload.begin, name="begin_upload"),
    path("upload/<id:upload_id>/", upload.piece, name="piece"),
    path("bin/", deletion.show, name="bin"),
    path("bin/restore/", deletion.restore, name="restore"),
    path("bin/delete-now/", deletion.delete_now, name="delete_now"),
    path("albums/", albums.album_list, name="albums"),
    path("albums/new/", albums.create, name="new_album"),
    path("albums/choose/", albums.choose, name="choose_album"),
    path("albums/<id:album_id>/", albums.album, name="album"),
    path("albums/<id:album_id>/add/", albums.add, name="add_to_album"),
    path("albums/<id:album_id>/remove/", albums.remove, name="remove_from_album"),
    path(
        "albums/<id:album_id>/strike/<id:enrichment_id>/", albums.strike, name="strike"
    ),
    path("albums/<id:album_id>/cover/", albums.cover, name="cover"),
    path("albums/<id:album_id>/rename/", albums.rename, name="rename_album"),
    path("albums/<id:album_id>/delete/", albums.delete, name="delete_album"),
    path("reference/", reference.reference, name="reference"),
    path("seen-by/", seen_by.seen_by, name="seen_by"),
    path("seen-by/app/", seen_by.seen_by_app, name="seen_by_app"),
    path("samples/", gallery.samples, name="samples"),
    path("pick/<id:session_id>", picker.pick, name="pick"),
    path(
        "pick/<id:session_id>/autoclose",
        picker.pick,
        {"autoclose": True},
        name="pick_autoclose",
    ),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/callback/", sign_in.callback, name="callback"),
    path("sign-out/", sign_out.sign_out, name="sign_out"),
    path("sign-out/done/", sign_out.done, name="signed_out"),
    path("backchannel-logout/", sessions.backchannel_logout),
]
