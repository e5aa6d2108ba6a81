"""Is this process alive, and can it do its work?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from authserver.models import SigningKey

_complete: set[str] = set()  # databases found to have every migration: asked once,
# since that look costs a hundred times what the rest of readyz does


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 whenever the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, is migrated and holds active keys, else 503."""
    try:
        reason = _not_ready()
    except DatabaseError:
        reason = "database unavailable"
    if reason:
        return HttpResponse(f"{reason}\n", "text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def forget() -> None:
    """Let this process compare migrations again."""
    _complete.clear()


def _not_ready() -> str:
    """What is missing; nothing is made up for here."""
    if not _is_migrated():
        return "migrations are missing"
    active = SigningKey.objects.filter(state=SigningKey.State.ACTIVE)
    if active.values("purpose").distinct().count() < len(SigningKey.Purpose):
        return "signing keys are missing"
    return ""


def _is_migrated() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name not in _complete:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _complete.add(name)
    return True
