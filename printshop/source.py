"""The shop's own source, as /clients/code/ shows it, with the parts that are named.

Only what somebody names can be shown: no address reaches the file system.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.javascript import JavascriptLexer
from pygments.lexers.python import PythonLexer

ROOT = Path(__file__).resolve().parent.parent
OURS = re.compile(r"(?:printshop|static)/[a-z0-9_/]+\.(?:py|js)")
NEVER = frozenset({"printshop/settings.py"})  # where secrets have their defaults
JS_DEFINITION = re.compile(
    r"(|  )(?:export )?(?:async )?(?:function|class|const|let) (\w+)\b"
)


@dataclass(frozen=True, slots=True)
class Code:
    """A function, a class, a method or a constant, and the file it stands in."""

    file: str
    name: str

    @classmethod
    def named(cls, reference: str) -> "Code":
        """Read ``printshop/connection.py:access_token``."""
        file, _, name = reference.partition(":")
        return cls(file, name)

    @property
    def is_shown(self) -> bool:
        """Is it the shop's own? The other two parties only happen to lie beside it."""
        return bool(OURS.fullmatch(self.file)) and self.file not in NEVER


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a name, the first and the last."""

    name: str
    first: int
    last: int

    @property
    def anchor(self) -> str:
        """Its fragment in an address."""
        return f"L{self.first}-L{self.last}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, as HTML, with the parts that begin and end there."""

    number: int
    html: str
    opens: tuple[Part, ...]
    closes: tuple[Part, ...]


def part(code: Code) -> Part:
    """Where a name stands; raises LookupError if it does not."""
    try:
        return _parts(code.file)[code.name]
    except (KeyError, OSError) as error:
        raise LookupError(f"{code.file} has no {code.name}") from error


def lines(file: str, parts: Iterable[Part]) -> list[Line]:
    """A whole file, highlighted; parts lie within one another or apart."""
    parts = sorted(parts, key=lambda part: (part.first, -part.last))
    return [
        Line(
            number,
            html,
            tuple(part for part in parts if part.first == number),
            tuple(part for part in parts if part.last == number),
        )
        for number, html in enumerate(_highlighted(file), start=1)
    ]


@cache
def _highlighted(file: str) -> list[str]:
    lexer = PythonLexer() if file.endswith(".py") else JavascriptLexer()
    html = highlight(_text(file), lexer, HtmlFormatter(nowrap=True))
    return str(html).removesuffix("\n").split("\n")


@cache
def _parts(file: str) -> dict[str, Part]:
    if file.endswith(".py"):
        return {part.name: part for part in _of_python(ast.parse(_text(file)).body)}
    return {part.name: part for part in _of_javascript(_text(file).split("\n"))}


def _text(file: str) -> str:
    return (ROOT / file).read_text()


def _of_python(body: Iterable[ast.stmt], prefix: str = "") -> Iterator[Part]:
    for statement in body:
        decorators = getattr(statement, "decorator_list", [])
        first = min(node.lineno for node in (statement, *decorators))
        last = statement.end_lineno or first
        for name in _names(statement):
            yield Part(prefix + name, first, last)
        if isinstance(statement, ast.ClassDef):
            yield from _of_python(statement.body, f"{prefix}{statement.name}.")


def _names(statement: ast.stmt) -> list[str]:
    """What a statement defines."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [ast.unparse(target) for target in targets]
        case ast.AnnAssign(target=target):
            return [ast.unparse(target)]
    return []


def _of_javascript(text: list[str]) -> Iterator[Part]:
    """What begins at the margin, or one step inside of that, with the comment above."""
    outer = ""
    for index, line in enumerate(text):
        if not (found := JS_DEFINITION.match(line)):
            continue
        margin, name = found.groups()
        outer, prefix = (outer, f"{outer}.") if margin else (name, "")
        first = index + 1 - _comment(text[:index], margin)
        yield Part(prefix + name, first, index + 1 + _more(text[index:], margin))


def _comment(text: list[str], margin: str) -> int:
    """How many lines at the end are a comment."""
    above = takewhile(lambda line: line.startswith(f"{margin}//"), reversed(text))
    return len(list(above))


def _more(text: list[str], margin: str) -> int:
    """How many lines follow until the bracket that closes the first."""
    if re.search(r"[;}]\s*(?://.*)?$", text[0]):
        return 0
    ends = (n for n, line in enumerate(text) if re.match(rf"{margin}[}}\])]", line))
    return next(ends, 0)
