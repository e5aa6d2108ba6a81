"""The pages: for owners, with a browser and a session."""

from django.urls import path, register_converter

from photos_api.pages import gallery, picker, pictures, sessions, sign_in, sign_out


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
    path("photos/<id:photo_id>/", gallery.photo, name="photo"),
    path("photos/<id:photo_id>/picture/<int:side>/", pictures.picture, name="picture"),
    path("photos/<id:photo_id>/original/", pictures.original, name="original"),
    path("albums/", gallery.albums, name="albums"),
    path("albums/<id:album_id>/", gallery.album, name="album"),
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
