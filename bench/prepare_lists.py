"""What lists are asked with: run with the settings of photos_api.

python -m bench.prepare_lists cookie ISS SUB | later TOKEN OFFSET ISS SUB
                            | ids N ISS SUB
"""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 # the settings come first
from django.core.signing import Signer  # noqa: E402
from django.test import Client  # noqa: E402

from photos_api import paging  # noqa: E402
from photos_api.models import Person, Photo  # noqa: E402


def cookie(iss: str, sub: str) -> str:
    """Of a browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(Person.objects.met(iss=iss, sub=sub))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={browser.cookies[name].value}"


def later(token: str, offset: str, iss: str, sub: str) -> str:
    """The page token of the same question for the items after so many.

    Nobody has to ask for twenty thousand pages to get there.
    """
    signer: Signer = paging._signer  # noqa: SLF001 # a key to its own doors
    question, _ = signer.unsign_object(token)
    owner = Person.objects.met(iss=iss, sub=sub)
    ordered = Photo.objects.owned_by(owner).order_by("-creation_time", "-pk")
    last = ordered[int(offset) - 1]
    return signer.sign_object([question, [last.creation_time.isoformat(), last.pk]])


def ids(count: str, iss: str, sub: str) -> str:
    """Of so many photos, from all over the library."""
    owner = Person.objects.met(iss=iss, sub=sub)
    found = Photo.objects.owned_by(owner).order_by("pk")[: int(count)]
    return json.dumps([photo.pk for photo in found])


COMMANDS = {f.__name__: f for f in (cookie, later, ids)}

if __name__ == "__main__":
    sys.stdout.write(COMMANDS[sys.argv[1]](*sys.argv[2:]))
