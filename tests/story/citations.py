"""Which sections of which specifications the code cites, and which tests show them.

``python -m tests.story.citations --write`` brings docs/citations.md up to date.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "citations.md"
FOLDERS = ("authserver", "photos_api", "printshop", "demo", "templates", "tests")
KINDS = {name: {".py", ".html", ".toml"} for name in FOLDERS} | {"static": {".js"}}
OURSELVES = {"citations.py", "test_citations.py", "specifications.toml", "rules.toml"}

DOCUMENT = r"(?:RFC \d+|OIDC [A-Z][\w-]*(?: [A-Z][\w-]*)*)"
SECTION = r"[0-9A-Z]+(?:\.\d+)*"
CITATION = re.compile(rf"({DOCUMENT}) §({SECTION})")
LOOK_ALIKES = (
    # rfc7636, RFC7636, RFC-7636; not the module oauthlib.oauth2.rfc8628
    re.compile(r"(?<!\.)\b(?!RFC \d)[Rr][Ff][Cc][-_ ]?\d+"),
    re.compile(r"\b[Ss]ec(?:tion|\.) ?\d"),
    re.compile(r"§"),  # what is left of it when every citation is taken out
)
INTRODUCTION = """\
# The code beside the specifications

Every section that the code cites, what keeps it, and the tests that show it. Made by
`python -m tests.story.citations --write` from the code's citations and the tests'
markers; a test fails when this page is out of date. A section that no test shows is a
gap.
"""


@dataclass
class Cited:
    """Where one section is cited: files of the product, and tests by their marker."""

    files: set[str] = field(default_factory=set)
    tests: set[tuple[str, str]] = field(default_factory=set)


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of every file that may cite."""
    for folder, kinds in KINDS.items():
        for file in sorted((ROOT / folder).rglob("*.*")):
            if file.suffix in kinds and file.name not in OURSELVES:
                yield file.relative_to(ROOT).as_posix(), file.read_text()


def citations() -> dict[str, Cited]:
    """Every cited section, such as ``RFC 7636 §4.6``, and where."""
    found: dict[str, Cited] = defaultdict(Cited)
    for name, text in sources():
        if name.startswith("tests/"):
            for section, test in _markers(text):
                found[section].tests.add((name, test))
        for document, section in CITATION.findall(_unwrapped(text)):
            cited = found[f"{document} §{section}"]
            if not name.startswith("tests/"):
                cited.files.add(name)
    return dict(found)


def look_alikes() -> list[str]:
    """What was meant as a citation but is not written like one."""
    return [
        f"{name}: …{rest[max(0, match.start() - 30) : match.end() + 20]!r}"
        for name, text in sources()
        for rest in [CITATION.sub("✓", _unwrapped(text))]
        for pattern in LOOK_ALIKES
        for match in pattern.finditer(rest)
    ]


def _unwrapped(text: str) -> str:
    """The text with the line breaks of prose and comments taken out."""
    return re.sub(r"\s*\n\s*(?:(?:#|//) ?)?", " ", text)


def _markers(text: str) -> Iterator[tuple[str, str]]:
    """Section and test of every ``@pytest.mark.spec("…")``."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith(
                    "mark.spec"
                ):
                    for argument in mark.args:
                        yield ast.literal_eval(argument), node.name


def titles() -> dict[str, str]:
    """The title of every section that may be cited, in the order of the table."""
    specifications = tomllib.loads(
        (ROOT / "tests/story/specifications.toml").read_text()
    )
    return {
        f"{document} §{section}": title
        for document, sections in specifications.items()
        for section, title in sections.items()
    }


def page() -> str:
    """docs/citations.md: a table for each document."""
    found = citations()
    parts, document = [INTRODUCTION], ""
    for section, title in titles().items():
        if (name := section.partition(" §")[0]) != document:
            document = name
            parts += [f"\n## {document}\n", HEAD]
        parts.append(_row(section, title, found.get(section, Cited())))
    return "\n".join([*parts, ""])


HEAD = "| section | title | code | tests |\n|---|---|---|---|"


def _row(section: str, title: str, cited: Cited) -> str:
    number = section.partition(" ")[2].partition("§")[2]
    code = ", ".join(f"[{f.partition('/')[2]}](../{f})" for f in sorted(cited.files))
    tests = ", ".join(f"[{t}](../{f})" for f, t in sorted(cited.tests))
    return f"| {number} | {title} | {code} | {tests or 'gap'} |"


def write() -> None:
    """Put the current page in its place."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"Usage: {sys.executable} -m tests.story.citations --write")
    write()
