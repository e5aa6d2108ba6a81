"""Whom the provider knows, and what they allowed."""

from dataclasses import dataclass


@dataclass
class Person:
    """Somebody with an account."""

    sub: str
    name: str
    email: str


ALICE = Person("5f0c8c52-6d1e-4f0b-9b7a-1c2d3e4f5a60", "Alice Ferrand", "a@example.com")
BOB = Person("b0b7a9d4-2f3c-4d7e-8a61-90c4d2e7f1b3", "Bob Okafor", "b@example.com")


@dataclass
class Grant:
    """What a code stands for, and later a family of tokens."""

    person: Person
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    used: bool = False
    alive: bool = True
    refresh_token: str = ""


@dataclass
class DeviceGrant:
    """What a device asked for, and what became of it: RFC 8628 §3.2."""

    user_code: str
    scope: str
    interval: float
    ends: float
    grant: Grant | None = None  # whoever allowed it
    denied: bool = False
    polled_at: float = 0.0
