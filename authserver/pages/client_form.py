"""The form of a registration: for each type of client, what that type needs.

What follows from the type is filled in before the client is judged, by the rules of
all (RFC 7591 §2).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from authserver import names, pictures, registration, scopes
from authserver.models import Client, ClientLogo
from authserver.pages.fields import LinkField

Type = Client.Type
URIS = (
    "redirect_uris",
    "post_logout_redirect_uris",
    "allowed_origins",
    "backchannel_logout_uri",
)
ALGORITHM = "id_token_signed_response_alg"
LINKS = ("client_uri", "policy_uri", "tos_uri", "backchannel_logout_uri")
URIS_OF = {
    Type.WEB: ("redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri"),
    Type.BROWSER: ("redirect_uris", "post_logout_redirect_uris", "allowed_origins"),
    Type.NATIVE: ("redirect_uris", "post_logout_redirect_uris"),
    Type.DEVICE: (),
}
REDIRECTS = {
    Type.WEB: "Where answers go: https, one per line, compared character by character.",
    Type.BROWSER: "The page of your app that answers go to: https, one per line, "
    "compared character by character.",
    Type.NATIVE: "A scheme of your own, such as com.example.app:/callback, or "
    "http://127.0.0.1/callback for a program on a computer: any port will do. One per "
    "line.",
}
SECTIONS = (
    (
        "How people know it",
        ("name", "logo", "remove_logo", *LINKS[:3]),
    ),
    ("Where it lives", URIS),
    ("Permissions", ("scope",)),
    ("How it is spoken to", (ALGORITHM,)),
)
NOT_LOOKED_AT = {ALGORITHM}  # by who verified it; everything else was


class ClientForm(forms.ModelForm[Client]):
    """A new registration or one that exists; its type is settled before."""

    scope = forms.MultipleChoiceField(
        label="What may it ask for?",
        widget=forms.CheckboxSelectMultiple,
        help_text="People allow less if they like.",
    )
    logo = pictures.PictureField(
        required=False,
        help_text="PNG, JPEG or WebP, at most 1 MB, best square. It is drawn again "
        "here, 256 pixels wide.",
    )
    remove_logo = forms.BooleanField(required=False, label="Remove the present logo")

    class Meta:
        model = Client
        fields: ClassVar = [
            "name",
            *LINKS[:3],
            *URIS,
            "scope",
            ALGORITHM,
        ]
        labels: ClassVar = {
            "redirect_uris": "Redirect URIs",
            "post_logout_redirect_uris": "Post-logout redirect URIs",
            "allowed_origins": "Origins",
            "backchannel_logout_uri": "Back-channel logout URI",
            "client_uri": "Home page",
            "policy_uri": "Privacy policy",
            "tos_uri": "Terms of service",
            ALGORITHM: "ID tokens are signed with",
        }
        help_texts: ClassVar = {
            "name": "People read it on the consent page.",
            "post_logout_redirect_uris": "Where people return after signing out, one "
            "per line. May stay empty.",
            "allowed_origins": "From which scripts may call the token endpoint and "
            "UserInfo, one per line, such as https://app.example.",
            "backchannel_logout_uri": "Called by this server when somebody signs out. "
            "May stay empty.",
            "client_uri": "Its host is shown on the consent page.",
            ALGORITHM: "RS256 works everywhere; the others are shorter or newer.",
        }
        widgets: ClassVar = {name: forms.Textarea({"rows": 2}) for name in URIS[:3]}
        field_classes: ClassVar = dict.fromkeys(LINKS, LinkField)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        *,
        client: Client,
    ) -> None:
        super().__init__(
            data,
            files,  # type: ignore[arg-type]  # a MultiValueDict
            instance=client,
            initial={"scope": (client.scope or registration.DEFAULT_SCOPE).split()},
            label_suffix="",
        )
        self.suit(Type(client.application_type))

    def suit(self, kind: Client.Type) -> None:
        """Ask only for what this type of client has."""
        for name in set(URIS) - set(URIS_OF[kind]):
            del self.fields[name]
        if not ClientLogo.objects.filter(client=self.instance.pk).exists():
            del self.fields["remove_logo"]
        if kind in REDIRECTS:
            self.fields["redirect_uris"].help_text = REDIRECTS[kind]
            self.fields["redirect_uris"].required = True
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["maxlength"] = 60
        choices = {
            ALGORITHM: [(name, name) for name in Client.Algorithm.values],
            "scope": [
                (scope.name, f"{scope.sentence} ({scope.name})")
                for scope in scopes.catalogue().values()
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # of choices

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields there are, under the headings of the page."""
        return [
            (title, fields)
            for title, names in SECTIONS
            if (fields := [self[name] for name in names if name in self.fields])
        ]

    def clean_name(self) -> str:
        """No name that people know as another app's, or would take for it."""
        name = names.tidy(self.cleaned_data["name"])[:60]
        if problem := names.problem(name):
            raise ValidationError(problem)
        others = Client.objects.exclude(pk=self.instance.pk)
        known = others.values_list("name", flat=True)
        if names.looks(name) in map(names.looks, known):
            raise ValidationError("There is an app of this name already.")
        return name

    def clean_scope(self) -> str:
        """As it is stored."""
        return " ".join(self.cleaned_data["scope"])

    def _post_clean(self) -> None:
        """Shape the client by its type, then judge it like every other."""
        client = self.instance
        for name in set(URIS) - set(self.fields):
            setattr(client, name, "")
        asked = self.cleaned_data.get("scope", "").split()
        client.required_scope = scopes.OPENID if scopes.OPENID in asked else ""
        registration.shape(client)
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out

    def save(self, commit: bool = True) -> Client:
        """The client and its logo; who verified it has to look at it again."""
        changed = set(self.changed_data)
        if changed - NOT_LOOKED_AT:
            self.instance.verified_at = None
            changed.add("verified_at")
        client = super().save(commit=False)
        if client.pk is None:
            client.save()
        else:  # nothing but this: what staff decides meanwhile is not undone
            changed -= {"logo", "remove_logo"}
            client.save(update_fields=changed | {"required_scope", "updated"})
        if png := self.cleaned_data.get("logo"):
            fresh = {"png": png, "digest": pictures.digest(png)}
            ClientLogo.objects.update_or_create(client=client, defaults=fresh)
        elif self.cleaned_data.get("remove_logo"):
            ClientLogo.objects.filter(client=client).delete()
        return client
