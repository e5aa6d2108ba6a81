"""What the session adds to a request of the pages."""

import re

from django.http import HttpRequest

from photos_api.models import Person

ID = re.compile("[A-Za-z0-9_-]{1,64}")


class OwnersRequest(HttpRequest):
    """A request behind login_required: somebody is signed in."""

    user: Person


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, if anybody is."""
    return request.user if isinstance(request.user, Person) else None


def photo_ids(request: HttpRequest) -> list[str]:
    """The photos that a form names, each once; what cannot be an id is left out."""
    named = dict.fromkeys(request.POST.getlist("photo"))
    return [i for i in named if ID.fullmatch(i)]
