"""A small real provider and a small real photo service, on a real wire.

They do what they should, and on demand what they should not: a test sets a switch,
then talks to the shop.
"""

from provider.authorization import DEVICE_CODE, Provider
from provider.grants import ALICE, BOB, Person
from provider.keys import (
    EC_KEY,
    OTHER_RSA_KEY,
    RSA_KEY,
    SIGNING_KEYS,
    public_jwk,
)
from provider.photo_service import PICK, Photo, PhotoService, photo
from provider.server import Reply, Request, Server, query_of

__all__ = [
    "ALICE",
    "BOB",
    "DEVICE_CODE",
    "EC_KEY",
    "OTHER_RSA_KEY",
    "PICK",
    "RSA_KEY",
    "SIGNING_KEYS",
    "Person",
    "Photo",
    "PhotoService",
    "Provider",
    "Reply",
    "Request",
    "Server",
    "photo",
    "public_jwk",
    "query_of",
]
