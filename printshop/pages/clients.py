"""The shop's clients side by side, with the code that makes them what they are.

For who reads the shop, not for who buys there.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from printshop import source
from printshop.desktop import registration
from printshop.doors import ALIKE, DIFFERENT, DOORS, GROUPS, QUESTIONS, Fact
from printshop.doors.opening import open_doors
from printshop.source import Code


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of code, and where this shop shows it; nowhere, if it is not ours."""

    name: str
    file: str
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one door, or of all; every second piece is code."""

    whose: str
    pieces: list[str]
    links: tuple[Link, ...]


@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Five clients, in one table."""
    page = {"open_doors": open_doors(), "where": _where(), **comparison()}
    return render(request, "clients.html", page)


@require_safe
def cookies_or_tokens(request: HttpRequest) -> HttpResponse:
    """The main shop beside the browser app: RFC 10017 §6.1, RFC 10017 §6.3."""
    page = {"open_doors": open_doors(), "questions": questions()}
    return render(request, "clients_cookies.html", page)


@require_safe
def code(request: HttpRequest, file: str) -> HttpResponse:
    """A file of the shop that the comparison names; there are no others here."""
    names = shown().get(file)
    if names is None:
        raise Http404
    parts = [source.part(Code(file, name)) for name in sorted(names)]
    parts.sort(key=lambda part: part.first)
    contents = {"file": file, "parts": parts, "lines": source.lines(file, parts)}
    return render(request, "clients_code.html", contents)


def _where() -> str:
    """What the desktop program has to be told, if it would not find us."""
    here = (settings.URL, settings.PHOTOS_URL)
    if here == (registration.SHOP, registration.PHOTOS):
        return ""
    return f" --shop {here[0]} --photos {here[1]}"


@cache
def comparison() -> dict[str, Any]:
    """What stands on the page, put together once in each process."""
    return {
        "doors": DOORS,
        "groups": [
            {
                "title": group.title,
                "rows": [
                    {
                        "title": title,
                        "cells": [
                            _cell(door.name, getattr(door, field)) for door in DOORS
                        ],
                    }
                    for field, title in group.rows
                ],
            }
            for group in GROUPS
        ],
        "alike": [_cell("", one) for one in ALIKE],
        "different": [_cell("", one) for one in DIFFERENT],
    }


@cache
def questions() -> list[dict[str, Any]]:
    """The rows of the other comparison."""
    return [
        {
            "title": one.title,
            "cells": [
                _cell("Main shop", one.cookies),
                _cell("Browser app", one.tokens),
            ],
        }
        for one in QUESTIONS
    ]


@cache
def shown() -> dict[str, frozenset[str]]:
    """The files that may be seen, each with the names that are pointed at."""
    found = defaultdict(set)
    for code in (code for one in facts() for code in one.code if code.is_shown):
        with suppress(LookupError):  # renamed: it loses its link, not us the page
            source.part(code)
            found[code.file].add(code.name)
    return {file: frozenset(names) for file, names in found.items()}


def facts() -> Iterator[Fact]:
    """Everything that is said here."""
    for door in DOORS:
        yield from (getattr(door, field) for group in GROUPS for field, _ in group.rows)
    yield from (*ALIKE, *DIFFERENT)
    for one in QUESTIONS:
        yield from (one.cookies, one.tokens)


def _cell(whose: str, told: Fact) -> Cell:
    return Cell(whose, told.text.split("`"), tuple(map(_link, told.code)))


def _link(code: Code) -> Link:
    if code.name not in shown().get(code.file, ()):
        return Link(code.name, code.file, "")
    href = reverse("client_code", args=[code.file])
    file = code.file.rpartition("/")[2]  # the page has the whole of it
    return Link(code.name, file, f"{href}#{source.part(code).anchor}")
