"""What the session adds to a request of the pages."""

from django.http import HttpRequest

from photos_api.models import Person


class OwnersRequest(HttpRequest):
    """A request behind login_required: somebody is signed in."""

    user: Person


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in, if anybody is."""
    return request.user if isinstance(request.user, Person) else None
