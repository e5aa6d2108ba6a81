"""Work off the request path. A task is only a wake-up call: the rows are the truth."""

import logging

from django_tasks import task

from photos_api import renditions
from photos_api.models import Original
from photos_api.problems import InvalidArgument

logger = logging.getLogger(__name__)


@task()
def make_renditions(sha256: str) -> None:
    """Make the kept sizes of an original, if they are still missing."""
    original = Original.objects.without_renditions().filter(pk=sha256).first()
    if original is None:
        return
    try:
        renditions.make_ladder(original)
        found = renditions.described(original)
    except InvalidArgument as problem:  # and no different when tried again
        logger.warning("original %s: %s", sha256, problem.message)
        found = {}
    Original.objects.renditions_made(sha256, **found)


def enqueue_what_is_due() -> int:
    """Wake somebody for every original whose renditions are missing."""
    due = Original.objects.without_renditions().values_list("pk", flat=True)[:500]
    for sha256 in due:
        make_renditions.enqueue(sha256)
    return len(due)
