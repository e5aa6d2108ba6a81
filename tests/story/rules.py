"""Which security rules there are, the code that keeps them, the tests that show them.

``python -m tests.story.rules --write`` brings docs/rules.md up to date.
"""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "rules.md"
DATA = ROOT / "tests/story/rules.toml"
JS_DEFINITION = re.compile(
    r"^(  |)(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE
)

INTRODUCTION = """\
# Security rules

What this repository keeps, rule by rule: where the rule comes from, what must hold,
the code that holds it, and the tests that show it. Made by `python -m tests.story.rules
--write` from [rules.toml](../tests/story/rules.toml) and the tests' markers; a test
fails when this page is out of date, when a rule has neither test nor reason, or when a
function named here is gone. MUST and SHOULD are the sources' words, L1 to L3 the levels
of OWASP ASVS 5.0.

Not here yet: {later}.
"""


@dataclass(frozen=True)
class Rule:
    """One rule, as the data file states it."""

    name: str
    title: str
    level: str
    sources: tuple[str, ...]
    holds: str
    code: tuple[str, ...] = ()
    later: str = ""


@dataclass(frozen=True)
class Group:
    """Rules that belong together."""

    title: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, order=True)
class Test:
    """One test function."""

    file: str
    name: str


def groups() -> list[Group]:
    """The data file, in its order."""
    found = []
    for group in tomllib.loads(DATA.read_text()).values():
        title = group.pop("title")
        found.append(Group(title, tuple(_rule(*item) for item in group.items())))
    return found


def _rule(name: str, told: dict[str, list[str] | str]) -> Rule:
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
    return Rule(name, **fields)  # type: ignore[arg-type]  # the file's own tests say more


def rules() -> dict[str, Rule]:
    """Every rule by its name."""
    return {rule.name: rule for group in groups() for rule in group.rules}


@cache
def tests() -> dict[str, list[Test]]:
    """The tests of each rule, by ``@pytest.mark.rule("AS-13")`` or ``pytestmark``."""
    found: dict[str, set[Test]] = defaultdict(set)
    for file in sorted((ROOT / "tests").glob("*/**/test_*.py")):
        tree = ast.parse(file.read_text())
        of_all = [name for mark in _module_marks(tree) for name in _named(mark)]
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef):
                continue
            if not function.name.startswith("test_"):
                continue
            test = Test(file.relative_to(ROOT).as_posix(), function.name)
            own = [name for mark in function.decorator_list for name in _named(mark)]
            for name in [*of_all, *own]:
                found[name].add(test)
    return {name: sorted(those) for name, those in found.items()}


def _module_marks(tree: ast.Module) -> Iterator[ast.expr]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and "pytestmark" in ast.unparse(statement):
            value = statement.value
            yield from value.elts if isinstance(value, ast.List) else [value]


def _named(mark: ast.expr) -> list[str]:
    """The rules that one decorator names."""
    if not isinstance(mark, ast.Call) or not ast.unparse(mark.func).endswith(
        "mark.rule"
    ):
        return []
    return [ast.literal_eval(argument) for argument in mark.args]


@cache
def names_in(file: str) -> frozenset[str]:
    """What a file defines: functions, classes, their methods, and constants."""
    if not (ROOT / file).is_file():
        return frozenset()
    text = (ROOT / file).read_text()
    if file.endswith(".js"):
        return frozenset(_defined_in_module(text))
    return frozenset(_defined(ast.parse(text).body))


def _defined(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name):
                yield prefix + name
            case ast.ClassDef(name=name, body=inside):
                yield prefix + name
                yield from _defined(inside, f"{prefix}{name}.")
            case ast.Assign(targets=targets):
                yield from (prefix + ast.unparse(target) for target in targets)
            case ast.AnnAssign(target=target):
                yield prefix + ast.unparse(target)


def _defined_in_module(text: str) -> Iterator[str]:
    """At the margin, and one step inside of that: ``keeper``, ``keeper.renew``."""
    outer = ""
    for margin, name in JS_DEFINITION.findall(text):
        outer = outer if margin else name
        yield f"{outer}.{name}" if margin else name


def page() -> str:
    """docs/rules.md."""
    later = [f"{rule.name} ({rule.title})" for rule in rules().values() if rule.later]
    parts = [INTRODUCTION.format(later=", ".join(later))]
    for group in groups():
        parts.append(f"## {group.title}\n")
        parts += [_section(rule) for rule in group.rules]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    sources = ", ".join(rule.sources)
    lines = [
        f"### {rule.name} {rule.title}",
        "",
        f"{rule.holds}",
        "",
        f"* {rule.level}{f': {sources}' if sources else ''}",
    ]
    if rule.later:
        lines.append(f"* Not yet. {rule.later}")
    if rule.code:
        lines.append(f"* Code: {', '.join(map(_code, rule.code))}")
    if shown := tests().get(rule.name):
        lines.append(f"* Tests: {', '.join(map(_test, shown))}")
    return "\n".join([*lines, ""])


def _code(reference: str) -> str:
    file, _, name = reference.partition(":")
    return f"[`{name}`](../{file})"


def _test(test: Test) -> str:
    name = test.name.removeprefix("test_").replace("_", " ")
    return f"[{name}](../{test.file})"


def write() -> None:
    """Put the current page in its place."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"Usage: {sys.executable} -m tests.story.rules --write")
    write()
