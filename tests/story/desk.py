"""The desktop program as people run it, and the browser that it opens."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.projects import without_projects
from tests.story.client import PASSWORD
from tests.story.town import ROOT, Town
from tests.story.visitor import Visitor

BACK = "http://127.0.0.1"
JWT = re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*")
EVERYTHING = (
    "openid profile offline_access photoslibrary.appendonly "
    "photoslibrary.readonly.appcreateddata printshop.orders"
)
# What $BROWSER names: it goes where it is sent, as somebody who ticks these boxes.
BROWSER = f"{sys.executable} -m tests.story.desk %s"


@dataclass
class Computer:
    """Somebody's computer: a home of their own, and a browser that does as told."""

    town: Town
    home: Path
    more: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        """Of a terminal there. The keyring is that of nobody: a file is used."""
        gone = {"SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY"}
        kept = {k: v for k, v in without_projects(os.environ).items() if k not in gone}
        return {
            **kept,
            "PRINTSHOP_DESKTOP_SHOP": self.town.shop,
            "PRINTSHOP_DESKTOP_PHOTOS": self.town.photos,
            "XDG_STATE_HOME": str(self.home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONUNBUFFERED": "1",
            "BROWSER": BROWSER,
            "PERSON": json.dumps({"username": "alice", "ticks": EVERYTHING}),
            "SEEN": str(self.home / "seen.html"),
            **self.more,
            **more,
        }

    def start(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        """The program, which a test reads from and waits for."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "printshop", "desktop", *words],
            cwd=ROOT,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, **more: str) -> "Done":
        """The program until its end; whatever it says, it shows no token."""
        before = self.refresh_tokens()
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=120)
        shown = out + err
        assert not JWT.search(shown)
        assert not [t for t in before + self.refresh_tokens() if t in shown]
        assert "Traceback" not in shown
        return Done(process.returncode, out, err)

    def json(self, *words: str) -> Any:
        """What it prints with --json, all being well."""
        done = self.run(*words, "--json")
        assert done.status == 0, done.err
        return json.loads(done.out)

    def kept(self) -> dict[str, str]:
        """What lies in its file."""
        [file] = (self.home / "printshop-desktop").glob("????????????????.json")
        told: dict[str, str] = json.loads(file.read_text())
        return told

    def refresh_tokens(self) -> list[str]:
        """Those which lie in any of its files."""
        files = (self.home / "printshop-desktop").glob("*.json")
        return re.findall(r'"refresh_token": "([^"]+)"', "".join(map(read, files)))

    def sign_in(self, **person: str) -> "Done":
        """In the browser, as Alice who ticks everything unless told otherwise."""
        told = {"username": "alice", "ticks": EVERYTHING} | person
        return self.run("sign-in", PERSON=json.dumps(told))


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    status: int
    out: str
    err: str


def read(file: Path) -> str:
    """Its text; another run may just have replaced it."""
    return file.read_text() if file.exists() else ""


def read_until(process: "subprocess.Popen[str]", pattern: str) -> str:
    """What a line of its output says, in the pattern's group."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(pattern, line):
            return found[1]
    assert process.stderr
    raise AssertionError(f"{said}\n{process.stderr.read()}")


def go(url: str, person: dict[str, str], seen: Path | None = None) -> None:
    """Follow an address as far as the program, deciding on the way."""
    visitor = Visitor(url)
    page = visitor.follow(visitor.get(url), until=BACK)
    if 'name="password"' in page.text:
        page = visitor.sign_in(page, person["username"], PASSWORD)
        page = visitor.follow(page, until=BACK)
    if not page.is_redirect:
        ticks = person["ticks"].split()
        decision = "allow" if ticks else "deny"
        fields: dict[str, str | list[str]] = {"scope": ticks, "decision": decision}
        page = visitor.submit(page, fields, having="decision")
        page = visitor.follow(page, until=BACK)
    answer = visitor.get(page.headers["Location"])
    if seen:
        seen.write_text(answer.text)


if __name__ == "__main__":
    go(sys.argv[1], json.loads(os.environ["PERSON"]), Path(os.environ["SEEN"]))
