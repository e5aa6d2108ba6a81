"""What an account says about its owner: the claims of OIDC Core §5.1, in one's hand."""

import re
import zoneinfo
from datetime import date
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authserver import mail, pictures
from authserver.models import Event, User, UserPicture
from authserver.pages import proof, usernames
from authserver.pages.answers import SeeOther, SignedInRequest
from authserver.pages.fields import LinkField, LongSelect

SECTIONS = (
    (
        "Who you are",
        (
            "name",
            "given_name",
            "middle_name",
            "family_name",
            "nickname",
            "gender",
            "birthdate",
        ),
    ),
    ("How you look", ("own_picture", "remove_picture")),
    ("Where you are", ("website", "zoneinfo", "locale")),
    ("Telephone", ("phone_number",)),
    (
        "Postal address",
        ("street_address", "postal_code", "locality", "region", "country"),
    ),
)
COMPLETE = {  # HTML's names for what a browser may fill in
    "name": "name",
    "given_name": "given-name",
    "middle_name": "additional-name",
    "family_name": "family-name",
    "nickname": "nickname",
    "gender": "sex",
    "birthdate": "bday",
    "website": "url",
    "phone_number": "tel",
    "street_address": "street-address",
    "postal_code": "postal-code",
    "locality": "address-level2",
    "region": "address-level1",
    "country": "country-name",
}
LANGUAGE = RegexValidator(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "Such as en-GB.")
NUMBER = RegexValidator(
    r"^\+[0-9][0-9 ().-]{4,30}\Z", "Begin with + and the code of the country."
)
YEAR = re.compile(r"[0-9]{4}")


@cache
def _time_zones() -> list[tuple[str, str]]:
    """Every time zone of the database that is not a link to another by an old name."""
    names = sorted(z for z in zoneinfo.available_timezones() if "/" in z)
    areas = [name for name in names if not name.startswith(("Etc/", "posix/"))]
    return [("", "Not stated"), *((name, name.replace("_", " ")) for name in areas)]


class ProfileForm(forms.ModelForm[User]):
    """The claims that a person may want to state; all but the name may stay empty."""

    zoneinfo = forms.ChoiceField(
        label="Time zone",
        required=False,
        choices=lazy(_time_zones, list),
        widget=LongSelect,
    )
    own_picture = pictures.PictureField(
        label="Picture",
        required=False,
        help_text="PNG, JPEG or WebP, at most 1 MB. Apps that you let see your profile "
        "get its address.",
    )
    remove_picture = forms.BooleanField(
        required=False, label="Remove the present picture"
    )

    class Meta:
        model = User
        fields: ClassVar = [*COMPLETE, "zoneinfo", "locale"]
        labels: ClassVar = {
            "given_name": "First name",
            "middle_name": "Middle name",
            "family_name": "Last name",
            "birthdate": "Date of birth",
            "phone_number": "Telephone number",
            "locale": "Language",
            "street_address": "Street",
            "locality": "Town",
        }
        help_texts: ClassVar = {
            "name": "What apps that you allow may call you.",
            "birthdate": "As 1985-11-30, or the year alone.",
            "locale": "Such as en-GB.",
            "phone_number": "With + and the code of the country.",
        }
        field_classes: ClassVar = {"website": LinkField}
        widgets: ClassVar = {
            name: forms.TextInput(attrs={"autocomplete": word})
            for name, word in COMPLETE.items()
        } | {"website": forms.URLInput(attrs={"autocomplete": "url"})}

    def __init__(self, data: Any = None, files: Any = None, *, user: User) -> None:
        super().__init__(data, files, instance=user, label_suffix="")
        self.fields["name"].required = True
        self.fields["locale"].validators.append(LANGUAGE)
        self.fields["phone_number"].validators.append(NUMBER)
        if not UserPicture.objects.filter(user=user).exists():
            del self.fields["remove_picture"]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under the headings of the page."""
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in SECTIONS
        ]

    def clean_birthdate(self) -> str:
        """A date as OIDC Core §5.1 writes it."""
        stated: str = self.cleaned_data["birthdate"].strip()
        if not stated or YEAR.fullmatch(stated):
            return stated
        try:
            return date.fromisoformat(stated).isoformat()
        except ValueError as problem:
            raise ValidationError("Write it as 1985-11-30.") from problem

    def save(self, commit: bool = True) -> User:
        """The claims and the picture; another number is not a verified one."""
        user = self.instance
        if "phone_number" in self.changed_data:
            user.phone_number_verified = False
        if png := self.cleaned_data.get("own_picture"):
            user.picture = pictures.keep(user, png)
        elif self.cleaned_data.get("remove_picture"):
            UserPicture.objects.filter(user=user).delete()
            user.picture = ""
        return super().save(commit)


class UsernameForm(proof.Proven):
    """The name to sign in with, and the password."""

    username = usernames.username_field()
    field_order = ("username", "current_password")

    def clean_username(self) -> str:
        """No name that a person would take for another one's."""
        return usernames.free(self.request, self.cleaned_data["username"], self.user)


@never_cache
@require_safe
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """What is stated, and how to change each part."""
    context = {
        "here": "profile",
        "unconfirmed": mail.unconfirmed_address(request.user),
        "address_lines": _address_lines(request.user),
    }
    return render(request, "profile.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_profile(request: SignedInRequest) -> HttpResponse:
    """State the claims that apps may be told."""
    user = User.objects.get(pk=request.user.pk)  # a refused form must not show above
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProfileForm(*sent, user=user)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        context = {"here": "profile", "form": form}
        return render(request, "edit_profile.html", context, status=status)
    form.save()
    if changed := ", ".join(str(form[name].label) for name in form.changed_data):
        _record(request, f"Changed: {changed}.")
    messages.success(request, "Your profile is changed.")
    return SeeOther(reverse("profile"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_username(request: SignedInRequest) -> HttpResponse:
    """Another name to sign in with; ``sub`` stays (OIDC Core §5.7)."""
    user = User.objects.get(pk=request.user.pk)
    form = UsernameForm(request, user, initial={"username": user.username})
    user.username = form.cleaned_data["username"] if form.is_valid() else ""
    if form.is_valid() and usernames.save_named(user, form):
        _record(request, "You sign in with another user name.")
        messages.success(request, "Your user name is changed.")
        return SeeOther(reverse("profile"))
    status = 400 if form.is_bound else 200
    context = {"here": "profile", "form": form}
    return render(request, "change_username.html", context, status=status)


def _address_lines(user: User) -> list[str]:
    """As on a letter."""
    town = f"{user.postal_code} {user.locality}".strip()
    lines = (user.street_address, town, user.region, user.country)
    return [line for line in lines if line]


def _record(request: SignedInRequest, reason: str) -> None:
    kind = Event.Kind.PROFILE_CHANGED
    Event.objects.record(kind, request, user=request.user, reason=reason)
