"""Talking to the Node.js programs beside this file."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin

from requests import Response

from tests import node
from tests.authserver.profiles.relying_party import Person
from tests.story.forms import Form, forms_of

HERE = Path(__file__).parent
CLIENT = {
    "client_id": "independent",
    "client_secret": "demo-independent-client-secret-of-32-characters",
    "redirect_uri": "http://independent.localhost:8000/callback",
    "post_logout_redirect_uri": "http://independent.localhost:8000/signed-out",
}
DEVICE = {"client_id": "independent_device"}
RESOURCE = "http://localhost:8002"
PARTIES = {
    "client": CLIENT,
    "device": DEVICE,
    "resource": RESOURCE,
    "resource_scope": "photospicker.mediaitems.readonly",
}
NO = {("decision", "deny"), ("abort", "yes")}
NO_LINK = re.compile(r'href="([^"]+/abort)"')


class Denier(Person):
    """Somebody who signs in, and then says no."""

    said_no = False

    def answer(self, page: Response, form: Form) -> Response:
        """By the page's link that says no, if it has one."""
        link = NO_LINK.search(page.text)
        if link and "password" not in form.names:
            self.said_no = True
            return self.get(urljoin(page.url, link[1]))
        return super().answer(page, form)

    def pressed(self, buttons: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The button that says no, if there is one."""
        no = [button for button in buttons if button in NO]
        self.said_no = bool(no)
        return no or super().pressed(buttons)

    def goes_on(self, form: Form, page: Response) -> bool:
        """Once is enough."""
        return not self.said_no and super().goes_on(form, page)


@dataclass(frozen=True)
class Library:
    """A client library, at work in a process of its own."""

    process: "subprocess.Popen[str]"
    checks: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def running(cls, name: str) -> Iterator["Library"]:
        """With the checks that its file offers."""
        with program("run.mjs", name) as process:
            library = cls(process)
            library.checks.extend(library.hear()["checks"])
            yield library

    def check(self, name: str, issuer: str) -> None:
        """One check, with people for it; raises what it found wrong."""
        self.say({"check": name, "issuer": issuer, **PARTIES})
        person, denier = Person(issuer, "alice"), Denier(issuer, "alice")
        while True:
            match self.hear():
                case {"visit": url, "allow": False}:
                    self.say(visited(denier, url))
                case {"visit": url}:
                    self.say(visited(person, url))
                case {"failed": why}:
                    raise AssertionError(why)
                case {"passed": True}:
                    return

    def say(self, message: dict[str, Any]) -> None:
        stdin: IO[str] | None = self.process.stdin
        assert stdin
        stdin.write(f"{json.dumps(message)}\n")
        stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the program ended"
        heard: dict[str, Any] = json.loads(line)
        return heard


@contextmanager
def program(script: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A Node.js program, which finds its packages in tests/node_modules."""
    node.install()
    with subprocess.Popen(
        [node.NODE, HERE / script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def visited(person: Person, url: str) -> dict[str, Any]:
    """Where somebody who goes there ends up, and what they bring in a body."""
    page = person.agree(person.arrive(url))
    if page.is_redirect:
        return {"left": urljoin(page.url, page.headers["Location"]), "form": None}
    for form in forms_of(page.text):
        if not urljoin(page.url, form.action).startswith(person.site):
            return {"left": form.action, "form": dict(form.values)}
    return {"left": None, "form": None}
