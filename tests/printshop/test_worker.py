"""The worker goes on, whatever fails around it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import InterfaceError
from provider import PhotoService
from visitors import Browser, choose, order, pay, work

from printshop.management.commands import worker
from printshop.models import Order, Original, Selection, Stage


class Enough(BaseException):
    """Ends what would go on for ever."""


def read_only(*_: Any) -> None:
    raise OSError("the disk is read-only")


@pytest.mark.parametrize(
    "failure", [OSError("the disk is full"), InterfaceError("the connection is closed")]
)
def test_it_keeps_looking_at_the_rows_whatever_a_look_fails_with(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    outcomes = iter([failure, failure, Enough()])

    def reconcile() -> None:
        raise next(outcomes)

    monkeypatch.setattr(worker, "reconcile", reconcile)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "EVERY", 0.01)
    with pytest.raises(Enough):
        worker._keep_reconciling()


@pytest.mark.parametrize("look", ["sweep_files", "reconcile"])
def test_it_starts_though_a_look_fails(
    alice: Browser,
    photos: PhotoService,
    monkeypatch: pytest.MonkeyPatch,
    look: str,
) -> None:
    alice.connect()
    pay(alice, order(alice, photos))
    monkeypatch.setattr(worker, look, read_only)
    work()
    assert Order.objects.get().stage == Stage.PRINTING


def test_files_that_cannot_be_deleted_do_not_hinder_forgetting(
    alice: Browser,
    photos: PhotoService,
    media: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice.connect()
    for _ in range(2):
        choose(alice, photos)
    Selection.objects.update(created_at="2020-01-01T00:00Z")
    monkeypatch.setattr(FileSystemStorage, "delete", read_only)
    work()
    assert not Original.objects.exists()
    assert len(list((media / "originals").iterdir())) == 4
