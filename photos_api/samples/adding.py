"""Put the sample pictures into somebody's library."""

import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from django.db import transaction

from photos_api import intake, libraries
from photos_api.models import Album, AlbumItem, Original, Person, Photo
from photos_api.samples.catalogue import SAMPLES
from photos_api.samples.drawing import draw


def originals() -> dict[str, Original]:
    """All sample pictures by name; those nobody has drawn yet are drawn now.

    In as many processes as there are processors: the large ones first.
    """
    drawn = {o.sample: o for o in Original.objects.exclude(sample="")}
    missing = [s for s in SAMPLES if s.name not in drawn]
    missing.sort(key=lambda s: s.size[0] * s.size[1], reverse=True)
    names = [s.name for s in missing]
    if names:
        # Fresh processes: a forked one would share our database connection.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), mp_context=fresh) as painters:
            for name, content in zip(names, painters.map(draw, names), strict=True):
                drawn[name] = intake.keep(content, sample=name)
    return drawn


def add_samples(owner: Person, *, created_by: dict[str, str] | None = None) -> int:
    """Give somebody every sample photo they do not have; how many were new.

    ``created_by`` names the client that added a sample, where it was not the owner.
    """
    drawn = originals()
    before = owner.photos.count()
    photos = [
        Photo(
            owner=owner,
            original=drawn[sample.name],
            filename=sample.filename,
            description=sample.title,
            creation_time=sample.taken,
            created_by_client=(created_by or {}).get(sample.name, ""),
        )
        for sample in SAMPLES
    ]
    libraries.add(owner, photos)
    return owner.photos.count() - before


def add_album(owner: Person, title: str, client_id: str, names: Iterable[str]) -> Album:
    """An album of samples the owner has already; made once."""
    wanted = list(names)
    photos = {p.original.sample: p for p in owner.photos.select_related("original")}
    with transaction.atomic():
        album, new = Album.objects.get_or_create(
            owner=owner, title=title, created_by_client=client_id
        )
        if new:
            AlbumItem.objects.bulk_create(
                AlbumItem(album=album, photo=photos[name], position=position)
                for position, name in enumerate(wanted)
            )
    return album
