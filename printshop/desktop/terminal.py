"""What a person reads: sentences, tables, bars; with ``--json`` one document instead.

rich leaves colours out when NO_COLOR is set or nobody looks at a terminal.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from printshop.desktop.failures import Usage

UNSEEN = "\N{REPLACEMENT CHARACTER}"
WIDE = 200  # columns where nobody looks: a file has no edge


class Terminal:
    """Standard output for what was asked for, standard error for the rest."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        width = None if sys.stdout.isatty() else WIDE
        self._out = Console(width=width, highlight=False, markup=False, emoji=False)
        self._err = Console(
            stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True
        )

    def say(self, sentence: str, style: str = "") -> None:
        """A sentence; beside a document it goes to standard error."""
        console = self._err if self.as_json else self._out
        console.print(Text(plain(sentence), style), soft_wrap=True)

    def problem(self, sentence: str) -> None:
        """What went wrong."""
        self._err.print(Text(plain(sentence), "red"), soft_wrap=True)

    def document(self, told: object) -> None:
        """The one document of ``--json``."""
        sys.stdout.write(f"{json.dumps(told, indent=2, ensure_ascii=True)}\n")

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows below headings; the first column is never cut."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for number, column in enumerate(columns):
            table.add_column(column, no_wrap=number == 0, overflow="fold")
        for row in rows:
            table.add_row(*(Text(plain(cell)) for cell in row))
        self._out.print(table)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and what they stand for."""
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(name, Text(plain(value)))
        self._out.print(table)

    def confirm(self, question: str) -> bool:
        """Ask; raises Usage where nobody can answer."""
        if not sys.stdin.isatty():
            raise Usage("Nobody can be asked here. Add --yes if you mean it.")
        self.say(f"{question} [y/N]")
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    @contextmanager
    def progress(self, name: str, size: int) -> Iterator[Callable[[int], None]]:
        """A bar on standard error, to be told of bytes; none where nobody looks."""
        with Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=self._err,
            disable=not self._err.is_terminal,
            transient=True,
        ) as progress:
            bar = progress.add_task(plain(name), total=size)
            yield lambda arrived: progress.advance(bar, arrived)


def plain(text: str) -> str:
    """Without what would steer the terminal: names come from files and servers."""
    return "".join(c if c.isprintable() or c == "\n" else UNSEEN for c in text)
