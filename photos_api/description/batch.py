"""Batches: what Google's clients try at `batch` below the root of an API.

Nothing is lost without them, since most methods take fifty things at once; who sends
one hears so, instead of guessing at an address that is not there.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from photos_api.problems import NotFound, json_response


@csrf_exempt  # programs send it, and nothing is done
def refuse(request: HttpRequest) -> HttpResponse:
    """In the same shape as every refusal."""
    return json_response(
        NotFound(
            "Batch requests are not supported. Send each call by itself; batchCreate "
            "and batchGet take fifty media items at once."
        )
    )
