"""Ordering prints at the shop's orders resource, once, whatever happens on the way.

An order is written down here before it is sent, with its idempotency key. If the answer
is lost, the same command sends the very same order again, and the shop answers with the
one it made.
"""

import contextlib
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from printshop.desktop import photos
from printshop.desktop.access import Access
from printshop.desktop.failures import Failure, SignInFirst, Unreachable, Usage
from printshop.desktop.keeping import (
    delete,
    folder,
    mark,
    read_privately,
    write_privately,
)
from printshop.desktop.photos import LARGEST
from printshop.desktop.refusals import demand_success
from printshop.desktop.registration import ORDER

KEPT_SECONDS = 20 * 3600  # photos that are sent and not ordered stay a day
TRIES = 3
ID = "id:"
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A photo to print: a file here, or one of the library."""

    name: str
    mark: str  # what tells it from any other
    read: Callable[[], bytes] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, before any photo is sent."""

    sku: str
    copies: int
    shipping: str
    recipient: Told
    sources: Sequence[Source]
    choices: Told  # sizing and attributes, as far as they were chosen
    accept_low_resolution: bool

    def mark(self, sub: str) -> str:
        """The same for the same wish of the same person."""
        marks = [source.mark for source in self.sources]
        chosen = [self.sku, self.copies, self.shipping, self.recipient, self.choices]
        text = json.dumps([sub, *chosen, self.accept_low_resolution, marks])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def items(self, product: Told, assets: Sequence[Told]) -> list[dict[str, Any]]:
        """An item for each photo, or one with all of them: as the product has it."""
        single = product["photos"]["most"] == 1
        groups = [[one] for one in assets] if single else [list(assets)]
        shared = {"sku": self.sku, "copies": self.copies, **self.choices}
        return [{**shared, "assets": group} for group in groups]


def products(access: Access) -> list[Told]:
    """Everything the shop makes."""
    return list(_get(access, "products")["products"])


def product(access: Access, sku: str) -> Told:
    """One of them; raises Usage."""
    known = products(access)
    for one in known:
        if one["sku"] == sku:
            return one
    names = ", ".join(one["sku"] for one in known)
    raise Usage(f"There is no product {sku!r}. There are: {names}.")


def source(access: Access, text: str) -> Source:
    """A file of that name, or else a photo of the library with that id.

    ``id:`` before it says that it is no file.
    """
    path = Path(text)
    if not text.startswith(ID) and path.is_file():
        if path.stat().st_size > LARGEST:
            raise Failure(f"{text} is larger than the shop takes: 50 MB.")
        return Source(path.name, _digest(path), path.read_bytes)
    try:
        photo = photos.get(access, text.removeprefix(ID))
    except (Unreachable, SignInFirst):
        raise
    except Failure as error:
        raise Usage(
            f"{text!r} is neither a file here nor a photo this program added to your "
            f"library. ({error})"
        ) from error
    return Source(photo.name, photo.id, lambda: photos.original(access, photo))


def quote(access: Access, wanted: Wanted, about: Told) -> Told:
    """What it costs; nothing is remembered."""
    blank = [{"printArea": "default"} for _ in wanted.sources]
    country = wanted.recipient["address"]["countryCode"]
    body = {
        "destinationCountryCode": country,
        "shippingMethod": wanted.shipping,
        "items": wanted.items(about, blank),
    }
    told = demand_success(
        access.call("POST", access.kept.shop, "/v1/quotes", json=body)
    )
    return dict(told["quotes"][0])  # type: ignore[index]


def place(access: Access, wanted: Wanted, about: Told) -> Told:
    """The order that is made of it; the same one if it was made before."""
    access.demand(ORDER)
    shop, wish = access.kept.shop, wanted.mark(access.kept.sub)
    forget(shop, unless_younger_than=KEPT_SECONDS)
    pending = folder() / f"order-{mark(shop)}-{wish}.json"
    body = _begun(pending)
    if body is None:
        assets = [
            {
                "id": _asset(access, one),
                "acceptLowResolution": wanted.accept_low_resolution,
            }
            for one in wanted.sources
        ]
        body = {
            "idempotencyKey": uuid.uuid4().hex,
            "shippingMethod": wanted.shipping,
            "recipient": wanted.recipient,
            "items": wanted.items(about, assets),
        }
        write_privately(pending, json.dumps(body))
    told = _placed(access, body, pending)
    return dict(told["order"])


def forget(shop: str, *, unless_younger_than: float = 0) -> None:
    """Orders whose answer nobody saw: they say who gets them, and where."""
    before = time.time() - unless_younger_than
    for pending in folder().glob(f"order-{mark(shop)}-*"):
        with contextlib.suppress(FileNotFoundError):  # another run was faster
            if pending.stat().st_mtime <= before:
                delete(pending)


def orders(access: Access, limit: int) -> Iterator[Told]:
    """Those which this program placed, the newest first."""
    query = {"top": min(limit, 20), "skip": 0}
    while limit > 0:
        page = _get(access, f"orders?{urlencode(query)}")
        yield from page["orders"][:limit]
        limit -= len(page["orders"])
        query["skip"] += len(page["orders"])
        if not page["hasMore"]:
            return


def _placed(access: Access, body: Told, pending: Path) -> Told:
    """Send until there is an answer: a repetition is harmless."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(attempt)
        try:
            answer = access.call("POST", access.kept.shop, "/v1/orders", json=body)
        except Unreachable:
            continue
        if answer.status < 500:  # noqa: PLR2004 # else nobody knows what it did
            delete(pending)
            return demand_success(answer)
    raise Unreachable(
        "The shop's answer did not arrive, so nobody knows if the order was made. Run "
        "the same command again: it is not made twice."
    )


def _begun(pending: Path) -> Told | None:
    """An order that was sent before, and whose answer nobody saw."""
    try:
        body = json.loads(read_privately(pending))
    except (ValueError, Failure):
        return None
    return body if isinstance(body, dict) else None


def _asset(access: Access, one: Source) -> str:
    shop = access.kept.shop
    url = f"{shop}/v1/assets?{urlencode({'fileName': one.name})}"
    headers = {"Content-Type": "application/octet-stream"}
    answer = access.upload(shop, url, headers, one.read())
    try:
        told: Any = demand_success(answer)["asset"]
    except Failure as error:
        raise type(error)(f"{one.name}: {error}") from error
    return str(told["id"])


def _get(access: Access, path: str) -> dict[str, Any]:
    access.demand(ORDER)
    return demand_success(access.call("GET", access.kept.shop, f"/v1/{path}"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
