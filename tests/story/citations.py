"""Which sections of which specifications the code cites, and which tests show them.

``python -m tests.story.citations --write`` brings the README's table up to date.
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
README = ROOT / "README.md"
FOLDERS = ("authserver", "photos_api", "printshop", "demo", "templates", "tests")
OURSELVES = {"citations.py", "test_citations.py", "specifications.toml"}

DOCUMENT = r"(?:RFC \d+|OIDC [A-Z][\w-]*(?: [A-Z][\w-]*)*)"
SECTION = r"[0-9A-Z]+(?:\.\d+)*"
CITATION = re.compile(rf"({DOCUMENT}) §({SECTION})")
LOOK_ALIKES = (
    re.compile(r"\b(?!RFC \d)[Rr][Ff][Cc][-_ ]?\d+"),  # rfc7636, RFC7636, RFC-7636
    re.compile(r"\b[Ss]ec(?:tion|\.) ?\d"),
    re.compile(r"§"),  # what is left of it when every citation is taken out
)
START, END = "<!-- citations -->", "<!-- /citations -->"


@dataclass
class Cited:
    """Where one section is cited: files of the product, and tests by their marker."""

    files: set[str] = field(default_factory=set)
    tests: set[tuple[str, str]] = field(default_factory=set)


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of every file that may cite."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.*")):
            if file.suffix in {".py", ".html", ".toml"} and file.name not in OURSELVES:
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
    return re.sub(r"\s*\n\s*(?:# ?)?", " ", text)


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


def table() -> str:
    """The README's table: section, title, where it is kept, which test shows it."""
    found = citations()
    rows = ["| section | title | code | test |", "|---|---|---|---|"]
    for section, title in titles().items():
        cited = found.get(section, Cited())
        code = ", ".join(f"[{f.partition('/')[2]}]({f})" for f in sorted(cited.files))
        tests = ", ".join(f"[{t}]({f})" for f, t in sorted(cited.tests))
        rows.append(f"| {section} | {title} | {code} | {tests or 'gap'} |")
    return "\n".join(rows)


def in_readme() -> str | None:
    """The table as the README has it; None where the README has no place for it."""
    text = README.read_text()
    if START not in text or END not in text:
        return None
    return text.partition(START)[2].partition(END)[0].strip()


def write() -> None:
    """Put the current table into the README."""
    before, _, rest = README.read_text().partition(START)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{START}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"Usage: {sys.executable} -m tests.story.citations --write")
    write()
