"""What the comparison of the shop's clients asks of each: the rows of its table."""

from dataclasses import dataclass

from printshop.source import Code


@dataclass(frozen=True, slots=True)
class Fact:
    """A cell of the table: a sentence or two, and the code that makes it so."""

    text: str
    code: tuple[Code, ...]


def fact(text: str, *references: str) -> Fact:
    """A fact, and where it is made so: ``printshop/connection.py:access_token``."""
    return Fact(text, tuple(map(Code.named, references)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One client: a column of the table."""

    key: str
    name: str
    what: str
    page: str = ""  # where to try it: the name of an address
    command: str = ""  # or how, in a terminal

    registration: Fact
    grant_types: Fact
    secret: Fact

    sign_in: Fact
    redirect: Fact
    binding: Fact

    access_token: Fact
    refresh_token: Fact
    id_token: Fact

    thief: Fact
    protection: Fact

    lifetimes: Fact
    restart: Fact
    sign_out: Fact


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that answer one question: the field of a door, and what it is called."""

    title: str
    rows: tuple[tuple[str, str], ...]


GROUPS = (
    Group(
        "Who is it?",
        (
            ("registration", "Registration"),
            ("grant_types", "Grant types"),
            ("secret", "Secret"),
        ),
    ),
    Group(
        "How does the answer come back?",
        (
            ("sign_in", "Where one signs in"),
            ("redirect", "Redirect"),
            ("binding", "What ties answer to question"),
        ),
    ),
    Group(
        "Where does each token live?",
        (
            ("access_token", "Access token"),
            ("refresh_token", "Refresh token"),
            ("id_token", "ID token"),
        ),
    ),
    Group(
        "What can go wrong?",
        (("thief", "Who could steal one"), ("protection", "What protects it")),
    ),
    Group(
        "How long does it last?",
        (
            ("lifetimes", "Lifetimes"),
            ("restart", "After a reload or a restart"),
            ("sign_out", "Signing out"),
        ),
    ),
)
